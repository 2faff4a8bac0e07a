import type { Swarm } from '@wheelhouse/contract'
import type { SwarmNode } from '@wheelhouse/driver'
import { some } from '../plan-text.ts'
import { hasInAll, isReady, reservations, sum } from '../placement/room-left.ts'
import type { Seen } from '../room.ts'
import { countStates, isPresent } from '../tasks/view.ts'

export const isManager = (node: SwarmNode): boolean => node.Spec.Role === 'manager'
export const isReachable = (node: SwarmNode): boolean => node.ManagerStatus?.Reachability === 'reachable'
/** How many managers must agree. */
export const needed = (managers: number): number => Math.floor(managers / 2) + 1
export const hostOf = (node: SwarmNode): string => node.Description?.Hostname ?? node.ID

function adviceOf({ sight }: Seen, managers: readonly SwarmNode[]): string[] {
  const { nodes } = sight
  const lost = managers.filter((node) => !isReachable(node)).map(hostOf)
  const down = nodes.filter((node) => !isManager(node) && !isReady(node)).map(hostOf)
  const versions = [...new Set(nodes.map((node) => node.Description?.Engine?.EngineVersion ?? '').filter(Boolean))]
  const working = managers.filter((node) => node.Spec.Availability === 'active')
  return [
    ...(managers.length === 1 && nodes.length > 2
      ? ['One manager tolerates no loss. Promote two more nodes to have three.']
      : []),
    ...(managers.length === 2
      ? ['Two managers tolerate no loss: without one nothing can change. Have three, or one.']
      : []),
    ...(managers.length > 2 && managers.length % 2 === 0
      ? [`${managers.length} managers tolerate no more losses than ${managers.length - 1}. Have an odd number.`]
      : []),
    ...(managers.length > 7 ? ['More than seven managers make every change slower. Demote some.'] : []),
    ...(lost.length > 0 ? [`${lost.join(', ')} cannot be reached by the other managers. Mend it, or demote it.`] : []),
    ...(down.length > 0 ? [`${down.join(', ')} is down. Mend it, or remove it when it does not come back.`] : []),
    ...(versions.length > 1
      ? [`Its engines are of ${some(versions.length, 'version')}: ${versions.sort().join(', ')}.`]
      : []),
    ...(working.length === managers.length && nodes.length >= 6
      ? ['Managers run tasks as well. In a Swarm of this size drain them, so that no task slows the managers.']
      : []),
    ...(sight.cluster.settings.taskHistory === 0
      ? ['No ended tasks are kept, so nothing tells why one has failed. Keep a few.']
      : []),
  ]
}

export function swarmView(seen: Seen): Swarm {
  const { targetId, name, mirror, sight } = seen
  const { cluster, nodes, services, tasks } = sight
  const managers = nodes.filter(isManager)
  const target = mirror.target()
  const heard = target.state === 'connected'
  const reachable = managers.filter(isReachable).length
  // Who is not heard is told of by its reason alone: the last picture is from before.
  const quorum = heard ? reachable >= needed(managers.length) : !/quorum/i.test(target.reason ?? '')
  const usable = nodes.filter((node) => isReady(node) && (node.Spec.Availability ?? 'active') === 'active')
  const capacity = sum(usable.map(hasInAll))
  const reserved = reservations(tasks)
  const taken = sum(usable.map((node) => reserved.get(node.ID) ?? { cpus: 0, memoryBytes: 0 }))
  return {
    targetId,
    name,
    clusterId: cluster.clusterId,
    createdAt: new Date(Date.parse(cluster.createdAt) || 0).toISOString(),
    settings: { ...cluster.settings },
    managers: managers.length,
    workers: nodes.length - managers.length,
    reachableManagers: heard ? reachable : 0,
    quorum,
    tolerates: quorum ? Math.max(0, reachable - needed(managers.length)) : 0,
    via: mirror.cluster?.via ?? null,
    services: services.length,
    tasks: countStates(tasks.filter(isPresent)),
    capacity: {
      cpus: capacity.cpus,
      memoryBytes: capacity.memoryBytes,
      reservedCpus: taken.cpus,
      reservedMemoryBytes: taken.memoryBytes,
    },
    advice: adviceOf(seen, managers),
    observedAt: target.observedAt,
    stale: target.stale,
  }
}
