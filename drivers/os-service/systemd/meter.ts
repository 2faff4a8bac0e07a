import type { Sample } from '@wheelhouse/contract'
import { ask } from '../runner.ts'
import { type Properties, quantity } from './properties.ts'
import type { Units } from './units.ts'

interface Reading {
  readonly atMs: number
  readonly cpuNs: number | null
  readonly memoryBytes: number | null
  readonly pids: number | null
}

/** CPU ticks a second that Linux shows to programs, on every machine. */
const ticksPerS = 100
const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd']

/** Adds up the processes of a unit, where systemd has no accounting (cgroup v1). */
async function count(units: Units, group: string): Promise<Omit<Reading, 'atMs'>> {
  const nothing = { cpuNs: null, memoryBytes: null, pids: null }
  // Two of the three are not there: what cat could read is enough.
  const listed = await ask(units.run, ['cat', ...roots.map((root) => `${root}${group}/cgroup.procs`)])
  const pids = [...new Set(listed.stdout.split('\n').filter((pid) => /^[1-9]\d*$/.test(pid)))]
  if (pids.length === 0) return nothing
  const { stdout } = await ask(units.run, [
    'cat',
    ...pids.flatMap((pid) => [`/proc/${pid}/stat`, `/proc/${pid}/status`]),
  ])
  let [ticks, kilobytes, threads] = [0, 0, 0]
  for (const line of stdout.split('\n')) {
    const [name, value] = line.split(/:\s+/)
    if (name === 'VmRSS') kilobytes += Number.parseInt(value ?? '0', 10)
    if (name === 'Threads') threads += Number(value)
    // The name in brackets may hold blanks and brackets.
    const columns = /^\d+ \(/.test(line) ? line.slice(line.lastIndexOf(')') + 2).split(' ') : null
    if (columns) ticks += Number(columns[11] ?? 0) + Number(columns[12] ?? 0)
  }
  return { cpuNs: (ticks / ticksPerS) * 1e9, memoryBytes: kilobytes * 1024, pids: threads }
}

async function read(units: Units, properties: Properties): Promise<Reading> {
  const told = {
    atMs: performance.now(),
    cpuNs: quantity(properties.CPUUsageNSec),
    memoryBytes: quantity(properties.MemoryCurrent),
    pids: quantity(properties.TasksCurrent),
  }
  const group = properties.ControlGroup
  if ((told.cpuNs !== null && told.memoryBytes !== null && told.pids !== null) || !group) return told
  const counted = await count(units, group)
  return {
    atMs: told.atMs,
    cpuNs: told.cpuNs ?? counted.cpuNs,
    memoryBytes: told.memoryBytes ?? counted.memoryBytes,
    pids: told.pids ?? counted.pids,
  }
}

/** Readings of one run of a unit; the first has no rate. */
export class UnitMeter {
  readonly #units: Units
  #last: Reading | null = null

  constructor(units: Units) {
    this.#units = units
  }

  async sample(properties: Properties): Promise<Sample> {
    const now = await read(this.#units, properties)
    const before = this.#last
    this.#last = now
    const spentMs = before === null ? 0 : now.atMs - before.atMs
    const known = before !== null && now.cpuNs !== null && before.cpuNs !== null && spentMs > 0
    return {
      at: new Date().toISOString(),
      // A child that has ended takes its ticks with it, so the sum can shrink.
      cpuPercent: known ? Math.max(0, ((now.cpuNs - before.cpuNs) / 1e6 / spentMs) * 100) : null,
      memoryBytes: now.memoryBytes,
      memoryLimitBytes: quantity(properties.MemoryMax),
      networkInBytesPerS: null,
      networkOutBytesPerS: null,
      blockReadBytesPerS: null,
      blockWriteBytesPerS: null,
      pids: now.pids,
    }
  }
}
