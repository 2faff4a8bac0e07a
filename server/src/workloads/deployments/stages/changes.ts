import type { Workload } from '../../stacks/index.ts'
import { type Change, changesOf } from '../plan/changes.ts'
import { type Leaving, leavingOf } from '../plan/leaving.ts'
import type { Run } from '../saga/run.ts'

type Before = (targetId: string, name: string) => Workload | null

/** The spec of a service as the release before had it. */
async function beforeOf(run: Run): Promise<Before> {
  const previous =
    run.deployment.previous === null ? null : await run.contentOf(run.deployment.previous.id).catch(() => null)
  return (targetId, name) =>
    previous?.placements
      .filter((placement) => placement.targetId === targetId)
      .flatMap((placement) => placement.rendered.workloads)
      .find((workload) => workload.spec.name === name) ?? null
}

/** What the release has no more, by what is there now. */
export async function runLeaving(run: Run): Promise<Leaving[]> {
  const { placements } = await run.content()
  return leavingOf(run.room, placements, await runChanges(run), await beforeOf(run))
}

export const startStep = (label: string): string => `start ${label}`

/** The changes this run makes, by what serves now. The same each time it is asked until the run has taken over. */
export async function runChanges(run: Run): Promise<Change[]> {
  const content = await run.content()
  const changes = changesOf(run.room, {
    placements: content.placements,
    strategy: run.deployment.strategy,
    release: run.deployment.release!.number,
    before: await beforeOf(run),
  })
  // A service of a Swarm is from the first moment of its update as the release says: what tells that it is not kept is the journal.
  return changes.map((change) =>
    change.workload.spec.kind === 'swarm-service' && run.journal.find(startStep(labelOf(run, change))) !== null
      ? { ...change, mode: 'update' }
      : change,
  )
}

/** One line of a service in stages and steps: its name, and where it is when there are several targets. */
export function labelOf(run: Run, change: Pick<Change, 'targetId' | 'workload'>): string {
  const { name } = change.workload.spec
  const several = run.deployment.targets.length > 1
  const target = run.deployment.targets.find((one) => one.id === change.targetId)
  return several ? `${name} on ${target?.name ?? change.targetId}` : name
}
