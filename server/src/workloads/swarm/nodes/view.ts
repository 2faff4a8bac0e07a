import type { Node } from '@wheelhouse/contract'
import type { SwarmNode } from '@wheelhouse/driver'
import { hasInAll, reservations } from '../placement/room-left.ts'
import type { Seen } from '../room.ts'
import { countStates, type Engines, isPresent } from '../tasks/view.ts'

const time = (text: string): string => new Date(Date.parse(text) || 0).toISOString()

function oneOf<T extends string>(text: string | undefined, words: readonly T[], otherwise: T): T {
  return words.find((word) => word === text) ?? otherwise
}

/** By what runs there now, of any kind; null where its engine is not registered or not heard. */
function usedOn(engine: string | null, { registry }: Engines): { cpus: number | null; memoryBytes: number | null } {
  const mirror = engine === null ? null : registry.mirror(engine)
  if (mirror === null || mirror.target().state !== 'connected') return { cpus: null, memoryBytes: null }
  const readings = [...mirror.services.values()].flatMap((service) => service.usage ?? [])
  return {
    cpus: readings.reduce((all, sample) => all + (sample.cpuPercent ?? 0), 0) / 100,
    memoryBytes: readings.reduce((all, sample) => all + (sample.memoryBytes ?? 0), 0),
  }
}

/** What all nodes of a Swarm are shown with. */
export function nodeViews({ targetId, sight }: Seen, engines: Engines): (node: SwarmNode) => Node {
  const reserved = reservations(sight.tasks)
  const tasks = Map.groupBy(sight.tasks.filter(isPresent), (task) => task.NodeID ?? '')
  return (node) => {
    const { Description: told, Spec: spec, Status: status, ManagerStatus: manager } = node
    const engine = engines.swarms.engineOf(node.ID)
    const used = usedOn(engine, engines)
    const taken = reserved.get(node.ID) ?? { cpus: 0, memoryBytes: 0 }
    const all = hasInAll(node)
    return {
      id: `${targetId}:${node.ID}`,
      nodeId: node.ID,
      swarmId: targetId,
      hostname: told?.Hostname ?? node.ID,
      targetId: engine,
      role: oneOf(spec.Role, ['manager', 'worker'], 'worker'),
      leader: manager?.Leader ?? false,
      reachability: manager
        ? oneOf<'reachable' | 'unreachable' | 'unknown'>(manager.Reachability, ['reachable', 'unreachable'], 'unknown')
        : null,
      availability: oneOf(spec.Availability, ['active', 'pause', 'drain'], 'active'),
      state: oneOf(status?.State, ['ready', 'down', 'disconnected'], 'unknown'),
      reason: status?.Message || null,
      address: status?.Addr ?? '',
      engineVersion: told?.Engine?.EngineVersion ?? '',
      os: told?.Platform?.OS ?? '',
      arch: told?.Platform?.Architecture ?? '',
      labels: { ...spec.Labels },
      engineLabels: { ...told?.Engine?.Labels },
      cpus: all.cpus,
      memoryBytes: all.memoryBytes,
      reservedCpus: taken.cpus,
      reservedMemoryBytes: taken.memoryBytes,
      usedMemoryBytes: used.memoryBytes,
      usedCpus: used.cpus,
      tasks: countStates(tasks.get(node.ID) ?? []),
      createdAt: time(node.CreatedAt),
      changedAt: time(node.UpdatedAt),
    }
  }
}

const needs = { down: 0, disconnected: 1, unknown: 2, ready: 3 } as const

/** Those that need somebody first; then managers, the leader before all. */
export function byNeed(a: Node, b: Node): number {
  const rank = (node: Node): number => (node.leader ? 0 : node.role === 'manager' ? 1 : 2)
  return needs[a.state] - needs[b.state] || rank(a) - rank(b) || (a.hostname < b.hostname ? -1 : 1)
}
