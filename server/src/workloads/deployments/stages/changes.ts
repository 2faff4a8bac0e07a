import type { Workload } from '../../stacks/index.ts'
import { type Change, changesOf } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'

/** The changes this run makes, by what serves now. The same each time it is asked until the run has taken over. */
export async function runChanges(run: Run): Promise<Change[]> {
  const content = await run.content()
  const previous =
    run.deployment.previous === null ? null : await run.contentOf(run.deployment.previous.id).catch(() => null)
  const before = (targetId: string, name: string): Workload | null =>
    previous?.placements
      .filter((placement) => placement.targetId === targetId)
      .flatMap((placement) => placement.rendered.workloads)
      .find((workload) => workload.spec.name === name) ?? null
  return changesOf(run.room, {
    placements: content.placements,
    strategy: run.deployment.strategy,
    release: run.deployment.release!.number,
    before,
  })
}

/** One line of a service in stages and steps: its name, and where it is when there are several targets. */
export function labelOf(run: Run, change: Pick<Change, 'targetId' | 'workload'>): string {
  const { name } = change.workload.spec
  const several = run.deployment.targets.length > 1
  const target = run.deployment.targets.find((one) => one.id === change.targetId)
  return several ? `${name} on ${target?.name ?? change.targetId}` : name
}
