import { isDeepStrictEqual } from 'node:util'
import type { EngineInfo, TargetUsage } from '@wheelhouse/contract'
import type {
  ClusterKind,
  ClusterObserver,
  ClusterSnapshot,
  Native,
  ObservedService,
  Observer,
  SwarmService,
  SwarmTask,
} from '@wheelhouse/driver'
import { rowOf } from './row.ts'
import { told } from './told.ts'

interface SwarmNode {
  readonly Status?: { readonly State?: string }
  readonly ManagerStatus?: { readonly Leader?: boolean } | null
  readonly Description?: {
    readonly Hostname?: string
    readonly Platform?: { readonly Architecture?: string; readonly OS?: string }
    readonly Engine?: { readonly EngineVersion?: string }
    readonly Resources?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number }
  }
}

/** Shows a Swarm as a target like any other: its services as rows, and what happens to them as occurrences. */
export class Rows implements ClusterObserver {
  readonly #observer: Observer
  readonly #rows = new Map<string, ObservedService>()
  #services: readonly SwarmService[] = []
  #tasks: readonly SwarmTask[] = []
  #info: EngineInfo | null = null
  #shown = false

  constructor(observer: Observer) {
    this.#observer = observer
  }

  connected(): void {
    // The nodes tell who the Swarm is; they come with the snapshot.
  }

  snapshot(snapshot: ClusterSnapshot): void {
    this.#services = snapshot.services as unknown as readonly SwarmService[]
    this.#tasks = snapshot.tasks as unknown as readonly SwarmTask[]
    this.#info = infoOf(snapshot.nodes)
    this.#observer.connected(this.#info)
    const rows = this.#build()
    // What happened while nobody heard it is no news, but what was known before it is.
    if (this.#shown) for (const row of rows) this.#occur(this.#rows.get(row.nativeId), row)
    this.#rows.clear()
    for (const row of rows) this.#rows.set(row.nativeId, row)
    this.#observer.snapshot(rows)
    this.#observer.usage(usageOf(this.#info))
    this.#shown = true
  }

  changed(kind: ClusterKind, rows: readonly Native[]): void {
    if (kind === 'node') {
      const info = infoOf(rows)
      if (isDeepStrictEqual(info, this.#info)) return
      this.#info = info
      this.#observer.connected(info)
      this.#observer.usage(usageOf(info))
      return
    }
    if (kind === 'service') this.#services = rows as unknown as readonly SwarmService[]
    else if (kind === 'task') this.#tasks = rows as unknown as readonly SwarmTask[]
    else return
    const now = this.#build()
    const present = new Set(now.map((row) => row.nativeId))
    for (const id of this.#rows.keys()) {
      if (present.has(id)) continue
      this.#rows.delete(id)
      this.#observer.gone(id)
    }
    for (const row of now) {
      const before = this.#rows.get(row.nativeId)
      if (isDeepStrictEqual(before, row)) continue
      this.#rows.set(row.nativeId, row)
      this.#observer.changed(row)
      this.#occur(before, row)
    }
  }

  lost(reason: string): void {
    this.#observer.lost(reason)
  }

  #build(): ObservedService[] {
    const tasks = Map.groupBy(this.#tasks, (task) => task.ServiceID)
    return this.#services.map((service) => rowOf(service, tasks.get(service.ID) ?? [], this.#rows.get(service.ID)))
  }

  #occur(before: ObservedService | undefined, row: ObservedService): void {
    const occurrence = told(before, row)
    if (occurrence) this.#observer.occurred(occurrence)
  }
}

/** The Swarm as if it were one engine: the leader's name and version, and all that its ready nodes have together. */
export function infoOf(natives: readonly Native[]): EngineInfo {
  const nodes = natives as unknown as readonly SwarmNode[]
  const leader = nodes.find((node) => node.ManagerStatus?.Leader) ?? nodes[0]
  const ready = nodes.filter((node) => node.Status?.State === 'ready')
  const sum = (of: (node: SwarmNode) => number | undefined): number =>
    ready.reduce((all, node) => all + (of(node) ?? 0), 0)
  const told = leader?.Description
  return {
    hostname: told?.Hostname ?? '',
    os: told?.Platform?.OS ?? '',
    arch: told?.Platform?.Architecture ?? '',
    version: told?.Engine?.EngineVersion ?? '',
    apiVersion: null,
    cpus: sum((node) => node.Description?.Resources?.NanoCPUs) / 1e9,
    memoryBytes: sum((node) => node.Description?.Resources?.MemoryBytes),
  }
}

/** Managers do not know how busy their nodes are: their engines tell that. */
function usageOf({ memoryBytes }: EngineInfo): TargetUsage {
  return {
    at: new Date().toISOString(),
    cpuPercent: null,
    memoryBytes: null,
    memoryTotalBytes: memoryBytes,
    diskBytes: null,
    diskTotalBytes: null,
  }
}
