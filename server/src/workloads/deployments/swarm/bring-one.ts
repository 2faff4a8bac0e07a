import type { Change } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'
import { type BringArgs, presentSpec } from './service-bring.ts'
import { labelOf, startStep } from '../stages/changes.ts'

const usualStillMs = 120_000

/** Has a Swarm update one service. It takes over task by task, and the step ends when all of them run. */
export async function bringOne(run: Run, change: Change): Promise<void> {
  const label = labelOf(run, change)
  const id = startStep(label)
  const { manifest } = await run.project()
  const { release } = run.deployment
  const service = change.workload.spec.name
  run.task(label, 'running', change.reasons.join(', '))
  const noted = run.journal.find(id)
  try {
    // What it was is asked for only before the step is written down: later it may be what this run made.
    const args: BringArgs = noted
      ? (noted.args as unknown as BringArgs)
      : {
          targetId: change.targetId,
          releaseId: release!.id,
          release: release!.number,
          service,
          label,
          before: await presentSpec(run.room, change.targetId, service),
          stillMs: manifest?.pipeline?.gate_timeout ?? usualStillMs,
        }
    await run.step('service.bring', id, args)
    run.task(label, 'done', lastWords(run, label, change))
  } catch (error) {
    run.task(label, 'failed', error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** How far its tasks came stands there already; why they were replaced is told beside it. */
function lastWords(run: Run, label: string, change: Change): string {
  const tasks = run.deployment.stages.find(({ name }) => name === run.stage)?.tasks ?? []
  const told = tasks.find(({ name }) => name === label)?.message ?? ''
  return [told, ...change.reasons].filter((text) => text !== '').join('; ')
}
