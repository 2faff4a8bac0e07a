import type { Deployment } from '@wheelhouse/contract'
import { setTimeout as pause } from 'node:timers/promises'
import { stackIdOf } from '../../stacks/index.ts'
import { retireLate } from '../saga/retire.ts'
import type { Run } from '../saga/run.ts'

const lookMs = 500

/** The stacks that a run has taken, as they are called on its targets; none before its lock. */
export const stackIdsOf = ({ options, targets }: Deployment): string[] => {
  const { stackName } = options
  return typeof stackName === 'string' ? targets.map(({ id }) => stackIdOf(id, stackName)) : []
}

/**
 * The lock of stack and environment is taken with the run itself, and kept until it has ended: here it is told, and what is brought by
 * a file alone is waited for. What goes by the name of a service must be what serves before anything is compared with it.
 */
export async function lock(run: Run): Promise<string> {
  const { stack, environment, number, requestedBy, previous } = run.deployment
  await untilFree(run)
  const serving = previous === null ? null : await run.room.releases.store.get(previous.id)
  if (serving !== null) await retireLate(run.room, serving)
  return `${stack} (${environment}) is held by run ${number} of ${requestedBy}`
}

/** Written down before it is asked who else is there, as an apply does the other way round: two at once cannot both go on. */
async function untilFree(run: Run): Promise<void> {
  const { stack: stackName } = await run.project()
  await run.change({ options: { ...run.deployment.options, stackName } })
  let told: string | null = null
  for (;;) {
    run.signal.throwIfAborted()
    const holders = await Promise.all(stackIdsOf(run.deployment).map((id) => run.room.stacks.heldBy(id)))
    const holder = holders.find((words) => words !== null)
    if (holder === undefined || holder === null) return
    if (told !== holder) {
      run.log(`${holder} holds ${stackName}: waiting until it has ended.`)
      await run.changeStage('lock', { message: `waits: ${holder} holds ${stackName}` })
    }
    told = holder
    await pause(lookMs, undefined, { signal: run.signal })
  }
}
