import { awaitCondition } from '../../stacks/index.ts'
import { type Change, restartsAfter } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'
import { labelOf } from '../stages/changes.ts'
import { instanceOf, watchedOf, watchOf } from '../stages/instances.ts'

/** Its name leads to the one before until all take over at once. */
const takesOverLate = ({ mode, strategy }: Change): boolean => mode === 'beside' && strategy !== 'rolling'

export type Restart = 'none' | 'with the start' | 'after the switch'

/** When one is restarted because what it needs is made anew: as soon as the new one has the name of the old. */
export function restartOf(change: Change, changes: readonly Change[]): Restart {
  const after = restartsAfter(change, changes)
  if (after.some(takesOverLate)) return 'after the switch'
  // What starts anew itself starts after them.
  return after.length > 0 && change.mode === 'keep' ? 'with the start' : 'none'
}

/** To be called before anything is stopped: those that stay, and are restarted in between, must be restarted once more if it is undone. */
export async function noteDependents(run: Run, changes: readonly Change[]): Promise<void> {
  const dependents = changes.flatMap((change) => {
    const { mode, current, targetId } = change
    if (mode !== 'keep' || current === null || restartOf(change, changes) === 'none') return []
    const nativeId = run.room.targets.nativeId(current)
    return [{ targetId, nativeId, serviceId: current.id, name: labelOf(run, change), startedAt: current.startedAt }]
  })
  if (dependents.length > 0) await run.step('dependents.note', 'dependents', { dependents })
}

/** Restarts one, once what it waits for is as it asks. */
export async function restartDependent(run: Run, changes: readonly Change[], change: Change): Promise<void> {
  const own = instanceOf(run, change)
  if (own === null) return
  const label = labelOf(run, change)
  const after = restartsAfter(change, changes)
  for (const other of after) {
    const instance = instanceOf(run, other)
    const need = change.workload.dependsOn.find(({ service }) => service === other.workload.spec.service)
    if (instance === null || need === undefined) continue
    run.task(label, 'running', `waits for ${labelOf(run, other)} to be ${need.condition}`)
    await awaitCondition(watchOf(run), watchedOf(run, other, instance), need.condition)
  }
  const why = `restart: ${after.map(({ workload }) => workload.spec.service).join(', ')} is made anew`
  run.task(label, 'running', why)
  const { nativeId, serviceId } = own
  await run.step('instance.restart', `restart ${label}`, {
    targetId: change.targetId,
    nativeId,
    serviceId,
    name: label,
  })
  run.task(label, 'done', why)
}
