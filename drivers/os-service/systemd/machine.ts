import type { EngineInfo, TargetUsage } from '@wheelhouse/contract'
import { ask, must, type Run } from '../runner.ts'

/** Who the machine is, told by itself: the runner may lead to another one. */
export async function machineInfo(run: Run): Promise<EngineInfo> {
  const [files, kernel, cpus, systemd] = await Promise.all([
    ask(run, ['cat', '/etc/os-release', '/proc/meminfo', '/proc/sys/kernel/hostname']),
    must(run, ['uname', '-m']),
    must(run, ['nproc']),
    must(run, ['systemctl', '--version']),
  ])
  const text = files.stdout
  return {
    hostname: text.trim().split('\n').at(-1) ?? 'unknown',
    os: /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'Linux',
    arch: kernel.trim(),
    version: systemd.split('\n', 1)[0]?.replace(/ \(.*/, '') ?? 'systemd',
    apiVersion: null,
    cpus: Math.max(1, Number(cpus)),
    memoryBytes: Number(/^MemTotal:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024,
  }
}

/** Use of the machine as a whole; CPU is since the reading before. */
export class MachineMeter {
  readonly #run: Run
  #last: { readonly busy: number; readonly total: number } | null = null

  constructor(run: Run) {
    this.#run = run
  }

  async read(): Promise<TargetUsage> {
    const [{ stdout: text }, { stdout: disk }] = await Promise.all([
      ask(this.#run, ['cat', '/proc/stat', '/proc/meminfo']),
      ask(this.#run, ['df', '-B1', '--output=used,size', '/']),
    ])
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
    const total = kilobytes('MemTotal') * 1024
    const [used, size] = disk.trim().split('\n').at(-1)?.trim().split(/\s+/).map(Number) ?? []
    return {
      at: new Date().toISOString(),
      cpuPercent: this.#cpu(text),
      memoryBytes: total === 0 ? null : total - kilobytes('MemAvailable') * 1024,
      memoryTotalBytes: total === 0 ? null : total,
      diskBytes: Number.isSafeInteger(used) ? (used ?? null) : null,
      diskTotalBytes: Number.isSafeInteger(size) ? (size ?? null) : null,
    }
  }

  /** user nice system idle iowait irq softirq steal: the guest columns are in user already. */
  #cpu(text: string): number | null {
    const columns = (/^cpu\s+(.*)$/m.exec(text)?.[1] ?? '').split(/\s+/).slice(0, 8).map(Number)
    const total = columns.reduce((sum, value) => sum + value, 0)
    const now = { total, busy: total - (columns[3] ?? 0) - (columns[4] ?? 0) }
    const before = this.#last
    this.#last = now
    if (before === null || !(now.total > before.total)) return null
    return Math.min(100, Math.max(0, (100 * (now.busy - before.busy)) / (now.total - before.total)))
  }
}
