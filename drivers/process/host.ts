import { statfs } from 'node:fs/promises'
import { arch, cpus, hostname, release, totalmem } from 'node:os'
import type { EngineInfo, TargetUsage } from '@wheelhouse/contract'
import { readText } from './process-table.ts'

export function hostInfo(): EngineInfo {
  const pretty = /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release') ?? '')?.[1]
  return {
    hostname: hostname(),
    os: pretty ?? 'Linux',
    arch: arch(),
    version: release(),
    apiVersion: null,
    cpus: Math.max(1, cpus().length),
    memoryBytes: totalmem(),
  }
}

/** Use of the whole machine. CPU is since the reading before, null on the first. */
export class HostMeter {
  readonly #folder: string
  #last: { readonly busy: number; readonly total: number } | null = null

  /** Disk use is of the file system that holds `folder`. */
  constructor(folder: string) {
    this.#folder = folder
  }

  async read(): Promise<TargetUsage> {
    const memory = readText('/proc/meminfo') ?? ''
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0)
    const disk = await statfs(this.#folder).catch(() => null)
    const total = kilobytes('MemTotal') * 1024
    return {
      at: new Date().toISOString(),
      cpuPercent: this.#cpu(),
      memoryBytes: total === 0 ? null : total - kilobytes('MemAvailable') * 1024,
      memoryTotalBytes: total === 0 ? null : total,
      diskBytes: disk === null ? null : (disk.blocks - disk.bfree) * disk.bsize,
      diskTotalBytes: disk === null ? null : disk.blocks * disk.bsize,
    }
  }

  /** user nice system idle iowait irq softirq steal: the guest columns are in user already. */
  #cpu(): number | null {
    const line = (readText('/proc/stat') ?? '').split('\n', 1)[0] ?? ''
    const columns = line.trim().split(/\s+/).slice(1, 9).map(Number)
    const total = columns.reduce((sum, value) => sum + value, 0)
    const now = { total, busy: total - (columns[3] ?? 0) - (columns[4] ?? 0) }
    const before = this.#last
    this.#last = now
    if (before === null || now.total <= before.total) return null
    return Math.min(100, Math.max(0, (100 * (now.busy - before.busy)) / (now.total - before.total)))
  }
}
