import { lastBefore, nextAfter, occurrences } from './cron.ts'

/** Time as the scheduler knows it; another one is handed in by tests. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Calls back once after that many ms of waking time; answers how to call it off. */
  wake(delayMs: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wake(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Times of one schedule that have come. */
export interface Due {
  readonly id: string
  /** The last of them. */
  readonly at: Date
  /** Those that were slept through; `at` is among them when it is `late`. */
  readonly missed: number
  /** `at` itself is so long ago that it was missed, not met. */
  readonly late: boolean
}

export interface SchedulerParts {
  readonly clock?: Clock
  /** Must not throw; what it starts it looks after itself. */
  due(due: Due): void
}

interface Entry {
  readonly cron: string
  readonly timezone: string
  /** Up to here every time was told; it never goes back, so that a clock that does fires nothing twice. */
  told: number
  next: number | null
}

/** A machine that slept, or whose clock was set, is noticed after at most this long. */
const longestSleepMs = 30_000
/** Later than this a time counts as missed. */
const lateMs = 60_000
/** More than these are not counted. */
const mostMissed = 1_000

/** Tells when schedules are due. One timer for all; the clock is asked anew at every wake, and never trusted to go evenly. */
export class Scheduler {
  readonly #clock: Clock
  readonly #tell: (due: Due) => void
  readonly #entries = new Map<string, Entry>()
  #callOff: () => void = () => undefined

  constructor(parts: SchedulerParts) {
    this.#clock = parts.clock ?? systemClock
    this.#tell = (due) => parts.due(due)
  }

  /** Adds or changes a schedule. Times after `after` are told, now unless told; the pattern must be a right one. */
  set(id: string, schedule: { readonly cron: string; readonly timezone: string }, after?: Date): void {
    const told = after?.getTime() ?? this.#clock.now()
    const { cron, timezone } = schedule
    this.#entries.set(id, { cron, timezone, told, next: next(cron, timezone, told) })
    this.#sleep()
  }

  remove(id: string): void {
    this.#entries.delete(id)
    this.#sleep()
  }

  ids(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /** When it is due next; null for one that is not there or never comes. */
  next(id: string): Date | null {
    const at = this.#entries.get(id)?.next ?? null
    return at === null ? null : new Date(at)
  }

  close(): void {
    this.#callOff()
    this.#entries.clear()
  }

  #sleep(): void {
    this.#callOff()
    const times = [...this.#entries.values()].flatMap(({ next: at }) => (at === null ? [] : [at]))
    if (times.length === 0) return
    const delayMs = Math.min(longestSleepMs, Math.max(0, Math.min(...times) - this.#clock.now()))
    this.#callOff = this.#clock.wake(delayMs, () => this.#wake())
  }

  #wake(): void {
    const now = this.#clock.now()
    const found: Due[] = []
    for (const [id, entry] of this.#entries) {
      if (entry.next === null || entry.next > now) continue
      const { cron, timezone } = entry
      const times = occurrences(cron, timezone, new Date(entry.told), new Date(now), mostMissed)
      // Where there were more than are counted, the last of those is not the last of all.
      const at = times.length < mostMissed ? times.at(-1) : lastBefore(cron, timezone, new Date(now))
      entry.told = now
      entry.next = next(cron, timezone, now)
      if (!at) continue
      const late = now - at.getTime() > lateMs
      found.push({ id, at, missed: times.length - (late ? 0 : 1), late })
    }
    this.#sleep()
    for (const due of found) this.#tell(due)
  }
}

const next = (cron: string, timezone: string, after: number): number | null =>
  nextAfter(cron, timezone, new Date(after))?.getTime() ?? null
