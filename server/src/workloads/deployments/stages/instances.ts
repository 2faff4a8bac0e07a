import type { Watch, Watched } from '../../stacks/index.ts'
import type { Change } from '../plan/changes.ts'
import type { Run } from '../saga/run.ts'
import type { Instance } from '../steps/instances.ts'
import { labelOf, startStep } from './changes.ts'

/** Everything needed to wait for services and to say why one is not as it should be. */
export const watchOf = (run: Run): Watch => ({
  targets: run.room.targets,
  settings: run.room.settings,
  lastLines: run.room.lastLines,
  signal: run.signal,
})

/** What a change has come to: the new instance, or the one that is kept. Null where nothing was started yet. */
export function instanceOf(run: Run, change: Change): Instance | null {
  if (change.mode === 'keep' && change.current !== null)
    return { nativeId: run.room.targets.nativeId(change.current), serviceId: change.current.id, port: null }
  const entry = run.journal.find(startStep(labelOf(run, change)))
  return entry?.state === 'done' ? (entry.result as Instance) : null
}

export const watchedOf = (run: Run, change: Change, instance: Instance): Watched => ({
  label: labelOf(run, change),
  spec: change.workload.spec,
  serviceId: instance.serviceId,
})

/** Services whose end is what others wait for. */
export const runsOnce = (changes: readonly Change[]): Set<string> =>
  new Set(
    changes.flatMap(({ workload }) =>
      workload.dependsOn.filter((dependency) => dependency.condition === 'completed').map(({ service }) => service),
    ),
  )

/** True for one whose name leads to others until it takes over: the one before it, or more of the same service. */
export const standsAside = (change: Change, changes: readonly Change[]): boolean =>
  change.mode === 'beside' &&
  changes.some(
    (other) =>
      other.current !== null &&
      other.targetId === change.targetId &&
      other.workload.spec.service === change.workload.spec.service,
  )
