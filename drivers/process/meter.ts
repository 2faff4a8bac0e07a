import type { Sample } from '@wheelhouse/contract'
import type { RunIdentity } from './group.ts'
import { type ProcessEntry, readText, recentProcesses } from './process-table.ts'

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100
const scanAgeMs = 400

interface Reading {
  readonly at: number
  readonly ticks: number
  readonly io: ReadonlyMap<number, { readonly read: number; readonly written: number }>
}

const field = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)

/**
 * Readings of one run, summed over its session. CPU counts children that were waited for, so short-lived ones are not missed.
 * Memory is anonymous pages, summed, plus the largest share of shared memory: file pages are cache, and shared ones count once.
 */
export class Meter {
  readonly #run: RunIdentity
  #last: Reading | null = null

  constructor(run: RunIdentity) {
    this.#run = run
  }

  get measured(): boolean {
    return this.#last !== null
  }
  get run(): RunIdentity {
    return this.#run
  }

  /** null when nothing of it runs any more. Rates are null on the first reading. */
  async read(): Promise<Sample | null> {
    const own = (await recentProcesses(scanAgeMs)).filter((entry) => entry.session === this.#run.pid)
    if (own.length === 0) return null
    const io = new Map<number, { read: number; written: number }>()
    let anonymous = 0
    let shared = 0
    for (const { pid } of own) {
      const status = readText(`/proc/${pid}/status`) ?? ''
      anonymous += field(status, 'RssAnon')
      shared = Math.max(shared, field(status, 'RssShmem'))
      const text = readText(`/proc/${pid}/io`)
      if (text !== null) io.set(pid, { read: field(text, 'read_bytes'), written: field(text, 'write_bytes') })
    }
    const now: Reading = { at: Date.now(), ticks: sumTicks(own), io }
    const before = this.#last
    this.#last = now
    const seconds = before === null ? 0 : (now.at - before.at) / 1000
    const rate = (amount: number): number | null => (seconds > 0 ? Math.max(0, amount) / seconds : null)
    return {
      at: new Date(now.at).toISOString(),
      cpuPercent: rate((now.ticks - (before?.ticks ?? 0)) * (100 / ticksPerSecond)),
      memoryBytes: (anonymous + shared) * 1024,
      memoryLimitBytes: null,
      networkInBytesPerS: null,
      networkOutBytesPerS: null,
      blockReadBytesPerS: rate(moved(before, now, 'read')),
      blockWriteBytesPerS: rate(moved(before, now, 'written')),
      pids: own.filter((entry) => entry.pid !== this.#run.pid).length,
    }
  }
}

const sumTicks = (entries: readonly ProcessEntry[]): number => entries.reduce((sum, entry) => sum + entry.ticks, 0)

/** By process: one that ended must not make the sum go back. */
function moved(before: Reading | null, now: Reading, what: 'read' | 'written'): number {
  let sum = 0
  for (const [pid, counts] of now.io) sum += counts[what] - (before?.io.get(pid)?.[what] ?? 0)
  return sum
}
