import { readFile, statfs } from 'node:fs/promises'
import { release } from 'node:os'
import type { TargetUsage } from '@wheelhouse/contract'
import type { EngineFacts } from '@wheelhouse/engine'

/**
 * Reads the use of the engine's machine. The Engine API does not tell it, so only an engine behind a Unix socket on our own
 * kernel is read, from /proc; of others only the size of the memory is known.
 */
export function createUsageReader(facts: EngineFacts, socket: boolean): () => Promise<TargetUsage> {
  const ours = socket && process.platform === 'linux' && facts.kernel === release()
  let before: CpuTimes | null = null
  return async () => {
    const unknown = {
      at: new Date().toISOString(),
      cpuPercent: null,
      memoryBytes: null,
      memoryTotalBytes: facts.engine.memoryBytes,
      diskBytes: null,
      diskTotalBytes: null,
    }
    if (!ours) return unknown
    const [stat, memory, disk] = await Promise.all([
      readFile('/proc/stat', 'utf8').catch(() => ''),
      readFile('/proc/meminfo', 'utf8').catch(() => ''),
      statfs(facts.root).catch(() => null),
    ])
    const now = readCpuTimes(stat)
    const cpuPercent = before && now ? busyPercent(before, now) : null
    before = now
    const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory)?.[1]
    return {
      ...unknown,
      cpuPercent,
      memoryBytes: available === undefined ? null : Math.max(0, facts.engine.memoryBytes - Number(available) * 1024),
      diskBytes: disk && (disk.blocks - disk.bfree) * disk.bsize,
      diskTotalBytes: disk && disk.blocks * disk.bsize,
    }
  }
}

interface CpuTimes {
  readonly busy: number
  readonly all: number
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks (proc(5)). */
export function readCpuTimes(stat: string): CpuTimes | null {
  const ticks = /^cpu\s+(.+)$/m.exec(stat)?.[1]?.split(/\s+/).slice(0, 8).map(Number)
  if (!ticks || ticks.length < 5) return null
  const all = ticks.reduce((sum, tick) => sum + tick, 0)
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all }
}

export function busyPercent(before: CpuTimes, now: CpuTimes): number | null {
  const all = now.all - before.all
  return all > 0 ? Math.min(100, Math.max(0, ((now.busy - before.busy) / all) * 100)) : null
}
