import { Failure } from '@wheelhouse/contract'
import type { Cluster, SwarmService } from '@wheelhouse/driver'
import { clusterOf, nativeOf, seenSwarm, type Seen, type SwarmRoom } from '../room.ts'

/** A Swarm service as it was told last. */
export interface SeenService {
  /** With its target. */
  readonly id: string
  readonly nativeId: string
  readonly name: string
  readonly seen: Seen
  readonly service: SwarmService
}

/** Throws NOT_FOUND, or CAPABILITY_MISSING where it is a service of another kind. */
export function seenService({ registry }: SwarmRoom, id: string): SeenService {
  const row = registry.service(id)
  const targetId = row?.targetId ?? id.slice(0, Math.max(0, id.indexOf(':')))
  if (row !== null && row.kind !== 'swarm-service')
    throw new Failure('CAPABILITY_MISSING', `${row.name} is no Swarm service but a ${row.kind}.`, {
      capability: 'swarm',
    })
  if (registry.stored(targetId)?.record.kind !== 'swarm') throw gone(id)
  const seen = seenSwarm(registry, targetId)
  const nativeId = nativeOf(id)
  const service = seen.sight.services.find(({ ID }) => ID === nativeId)
  if (!service) throw gone(id)
  return { id, nativeId, name: service.Spec.Name, seen, service }
}

const gone = (id: string): Failure =>
  new Failure('NOT_FOUND', `There is no Swarm service "${id}".`, { kind: 'service', id })

/** To act on it. TARGET_UNREACHABLE while no manager is heard. */
export const clusterFor = (room: SwarmRoom, { seen }: SeenService): Cluster => clusterOf(room.registry, seen.targetId)

/** As its manager knows it at this moment. */
export async function presentService(room: SwarmRoom, one: SeenService): Promise<SwarmService> {
  return (await clusterFor(room, one).service(one.nativeId)) as unknown as SwarmService
}
