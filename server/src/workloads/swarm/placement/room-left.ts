import type { SwarmNode, SwarmTask } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { holdsRoom } from '../tasks/view.ts'

export interface Amount {
  readonly cpus: number
  readonly memoryBytes: number
}

/** What a task reserves. */
export function reservedBy({ Spec: { Resources: resources } }: Pick<SwarmTask, 'Spec'>): Amount {
  const reserved = resources?.Reservations
  return { cpus: (reserved?.NanoCPUs ?? 0) / 1e9, memoryBytes: reserved?.MemoryBytes ?? 0 }
}

export function hasInAll(node: SwarmNode): Amount {
  const { NanoCPUs = 0, MemoryBytes = 0 } = node.Description?.Resources ?? {}
  return { cpus: NanoCPUs / 1e9, memoryBytes: MemoryBytes }
}

export function sum(amounts: readonly Amount[]): Amount {
  const total = { cpus: 0, memoryBytes: 0 }
  for (const { cpus, memoryBytes } of amounts) {
    total.cpus += cpus
    total.memoryBytes += memoryBytes
  }
  return { cpus: Math.round(total.cpus * 1e9) / 1e9, memoryBytes: total.memoryBytes }
}

/** What tasks have reserved on each node. */
export function reservations(tasks: readonly SwarmTask[]): ReadonlyMap<string, Amount> {
  const groups = Map.groupBy(tasks.filter(holdsRoom), (task) => task.NodeID ?? '')
  return new Map([...groups].map(([node, own]) => [node, sum(own.map(reservedBy))]))
}

export const isReady = (node: SwarmNode): boolean => node.Status?.State === 'ready'

/** Tasks on each node that hold room there. */
export const tasksByNode = ({ tasks }: Pick<Sight, 'tasks'>): Map<string, SwarmTask[]> =>
  Map.groupBy(tasks.filter(holdsRoom), (task) => task.NodeID ?? '')
