import { Failure } from '@wheelhouse/contract'
import { sameTemplate, type Native, type ServiceSpec, type SwarmService, swarmLabels } from '@wheelhouse/driver'
import { clusterOf, type SwarmRoom } from '../room.ts'

/** Without what is ours to hold it. */
export function released(spec: ServiceSpec): ServiceSpec {
  const { [swarmLabels.held]: held, [swarmLabels.resumed]: _resumed, ...labels } = spec.Labels ?? {}
  if (held === undefined) return { ...spec, Labels: labels }
  return { ...spec, Labels: labels, UpdateConfig: JSON.parse(held) as ServiceSpec['UpdateConfig'] }
}

/** Keeps what a service is, so that it can come back whatever the engine remembers. */
export async function keepRevision(room: SwarmRoom, serviceId: string, { Spec: spec }: SwarmService): Promise<void> {
  const [last] = await room.store.revisions(serviceId)
  const now = released(spec)
  if (last && JSON.stringify(last) === JSON.stringify(now)) return
  await room.store.keepRevision(serviceId, now)
}

/**
 * What a rollback leads to: what the engine remembers, where that makes other tasks; else the newest that was kept here and does.
 * Null where only the engine may know more.
 */
export async function specBefore(
  room: SwarmRoom,
  serviceId: string,
  { Spec: spec, PreviousSpec: previous }: SwarmService,
): Promise<{ readonly spec: ServiceSpec; readonly from: 'engine' | 'kept' } | null> {
  const differs = (other: ServiceSpec): boolean => !sameTemplate(other.TaskTemplate, spec.TaskTemplate)
  if (previous && differs(previous)) return { spec: previous, from: 'engine' }
  // A pause uses the engine's memory up; what was kept here is not.
  const kept = (await room.store.revisions(serviceId)).find(differs)
  if (kept) return { spec: kept, from: 'kept' }
  return previous ? { spec: previous, from: 'engine' } : null
}

/** Begins it; `settle` tells how it ends. STATE_CONFLICT where nothing is known of before. */
export async function goBack(room: SwarmRoom, targetId: string, nativeId: string): Promise<ServiceSpec | null> {
  const cluster = clusterOf(room.registry, targetId)
  const serviceId = `${targetId}:${nativeId}`
  for (let tried = 1; ; tried++) {
    const service = (await cluster.service(nativeId)) as unknown as SwarmService
    const before = await specBefore(room, serviceId, service)
    try {
      // The engine knows its own way back, and tells of it as one.
      if (before === null || before.from === 'engine') await cluster.rollback(nativeId)
      else {
        const spec = before.spec as unknown as Native
        await cluster.updateService(nativeId, service.Version.Index, spec, { signIn: null, from: 'spec' })
      }
      return before?.spec ?? null
    } catch (error) {
      // An update under way raises the version at each of its own steps.
      if (tried === 5 || !(error instanceof Failure) || error.code !== 'CONFLICT') throw error
    }
  }
}
