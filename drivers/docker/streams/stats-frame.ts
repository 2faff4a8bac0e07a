import type { Sample } from '@wheelhouse/contract'

/** One frame of GET /containers/{id}/stats, as far as it is read. */
export interface StatsFrame {
  readonly read: string
  readonly cpu_stats?: {
    readonly cpu_usage?: { readonly total_usage?: number; readonly percpu_usage?: readonly number[] | null }
    readonly system_cpu_usage?: number
    readonly online_cpus?: number
  }
  readonly memory_stats?: {
    readonly usage?: number
    readonly limit?: number
    readonly stats?: Readonly<Record<string, number>>
  }
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>> | null
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null
  }
  readonly pids_stats?: { readonly current?: number }
}

/** Counters that only grow, to make rates from two of them. */
export interface Counters {
  readonly atMs: number
  /** CPU time of the container and of the whole machine, in nanoseconds. */
  readonly cpu: number
  readonly system: number | null
  readonly networkIn: number | null
  readonly networkOut: number | null
  readonly blockRead: number | null
  readonly blockWrite: number | null
}

/** A container that does not run answers frames without a time or use. */
export function isAlive(frame: StatsFrame): boolean {
  return Date.parse(frame.read) > 0 && (frame.cpu_stats?.cpu_usage?.total_usage ?? 0) > 0
}

export function countersOf(frame: StatsFrame): Counters {
  const networks = frame.networks ? Object.values(frame.networks) : null
  return {
    atMs: Date.parse(frame.read),
    cpu: frame.cpu_stats?.cpu_usage?.total_usage ?? 0,
    system: frame.cpu_stats?.system_cpu_usage ?? null,
    networkIn: networks && networks.reduce((sum, network) => sum + network.rx_bytes, 0),
    networkOut: networks && networks.reduce((sum, network) => sum + network.tx_bytes, 0),
    blockRead: blockBytes(frame, 'read'),
    blockWrite: blockBytes(frame, 'write'),
  }
}

function blockBytes(frame: StatsFrame, operation: string): number | null {
  const entries = frame.blkio_stats?.io_service_bytes_recursive
  if (!entries || entries.length === 0) return null
  return entries.reduce((sum, entry) => sum + (entry.op.toLowerCase() === operation ? entry.value : 0), 0)
}

/** A reading. `machineBytes` is the memory of the machine: a limit at or above it is none. */
export function readSample(frame: StatsFrame, before: Counters | null, machineBytes: number): Sample {
  const now = countersOf(frame)
  const limit = frame.memory_stats?.limit ?? 0
  const rate = (field: 'networkIn' | 'networkOut' | 'blockRead' | 'blockWrite'): number | null => {
    const [from, to] = [before?.[field] ?? null, now[field]]
    const seconds = before ? (now.atMs - before.atMs) / 1000 : 0
    // A counter that went back began anew.
    return from === null || to === null || to < from || seconds <= 0 ? null : (to - from) / seconds
  }
  return {
    at: new Date(now.atMs).toISOString(),
    cpuPercent: cpuPercent(frame, before, now),
    memoryBytes: memoryBytes(frame),
    memoryLimitBytes: limit > 0 && limit < machineBytes ? limit : null,
    networkInBytesPerS: rate('networkIn'),
    networkOutBytesPerS: rate('networkOut'),
    blockReadBytesPerS: rate('blockRead'),
    blockWriteBytesPerS: rate('blockWrite'),
    pids: frame.pids_stats?.current ?? null,
  }
}

/** Share of the machine's CPU time since the reading before, times its cores: 100 is one core. */
function cpuPercent(frame: StatsFrame, before: Counters | null, now: Counters): number | null {
  if (!before || now.cpu < before.cpu) return null
  const cores = frame.cpu_stats?.online_cpus ?? frame.cpu_stats?.cpu_usage?.percpu_usage?.length ?? 0
  const used = now.cpu - before.cpu
  const machine = now.system !== null && before.system !== null ? now.system - before.system : 0
  if (machine > 0 && cores > 0) return (used / machine) * cores * 100
  const elapsedNano = (now.atMs - before.atMs) * 1e6
  return elapsedNano > 0 ? (used / elapsedNano) * 100 : null
}

/** Without the page cache the kernel can take back: `total_inactive_file` or `cache` on cgroup v1, `inactive_file` on v2. */
function memoryBytes(frame: StatsFrame): number | null {
  const usage = frame.memory_stats?.usage
  if (usage === undefined) return null
  const stats = frame.memory_stats?.stats ?? {}
  const cache = stats.total_inactive_file ?? stats.inactive_file ?? stats.cache ?? 0
  return cache < usage ? usage - cache : usage
}
