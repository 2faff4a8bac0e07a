import { Failure } from '@wheelhouse/contract'
import {
  type Native,
  sameTemplate,
  type ServiceSpec,
  type SwarmService,
  type SwarmTask,
  swarmLabels,
} from '@wheelhouse/driver'
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

/** Resumed or held, the engine has forgotten what was before. */
export const isForgotten = ({ Spec: { Labels: labels } }: SwarmService): boolean =>
  labels?.[swarmLabels.held] !== undefined || labels?.[swarmLabels.resumed] !== undefined

/**
 * What a rollback leads to: what the engine remembers, where that makes other tasks; else the newest that was kept here and does.
 * Null where only tasks that are left may tell more.
 */
export async function specBefore(
  room: SwarmRoom,
  serviceId: string,
  service: SwarmService,
): Promise<{ readonly spec: ServiceSpec; readonly from: 'previous' | 'spec' } | null> {
  const { Spec: spec, PreviousSpec: previous } = service
  const differs = (other: ServiceSpec): boolean => !sameTemplate(other.TaskTemplate, spec.TaskTemplate)
  if (previous && differs(previous)) return { spec: previous, from: 'previous' }
  // A pause uses the engine's memory up; what was kept here is not.
  const kept = (await room.store.revisions(serviceId)).find(differs)
  if (kept) return { spec: kept, from: 'spec' }
  const other = (part: 'Mode' | 'EndpointSpec'): boolean =>
    JSON.stringify(previous?.[part]) !== JSON.stringify(spec[part])
  return previous && !isForgotten(service) && (other('Mode') || other('EndpointSpec'))
    ? { spec: previous, from: 'previous' }
    : null
}

/**
 * Begins it; `settle` tells how it ends. `judge` sees every spec that it may lead to, and throws where that must not be.
 * STATE_CONFLICT where nothing is known of before.
 */
export async function goBack(
  room: SwarmRoom,
  targetId: string,
  nativeId: string,
  judge: (spec: ServiceSpec) => unknown = () => undefined,
): Promise<ServiceSpec | null> {
  const cluster = clusterOf(room.registry, targetId)
  for (let tried = 1; ; tried++) {
    const service = (await cluster.service(nativeId)) as unknown as SwarmService
    const before = await specBefore(room, `${targetId}:${nativeId}`, service)
    try {
      if (before === null) {
        const tasks = (await cluster.tasksOf(nativeId)) as unknown as readonly SwarmTask[]
        for (const { Spec } of tasks) judge({ ...service.Spec, TaskTemplate: Spec })
        await cluster.rollback(nativeId)
      } else {
        judge(before.spec)
        // Bound to the version that was judged. The engine tells of its own way back as one.
        const { spec, from } = before.from === 'previous' ? { spec: service.Spec, from: before.from } : before
        const options = { signIn: null, from }
        await cluster.updateService(nativeId, service.Version.Index, spec as unknown as Native, options)
      }
      return before?.spec ?? null
    } catch (error) {
      // An update under way raises the version at each of its own steps.
      if (tried === 5 || !(error instanceof Failure) || error.code !== 'CONFLICT') throw error
    }
  }
}
