import type { Standing } from '@wheelhouse/contract'
import { ResponseTimes } from './response-times.ts'

export const hourMs = 3_600_000
export const dayMs = 86_400_000
/** Longer than that between two looks and nobody was looking: the machine slept, or the clock was set. */
const longestGapMs = 180_000

export type Span = 'hour' | 'day'
export const lengthOf: Readonly<Record<Span, number>> = { hour: hourMs, day: dayMs }
export const startOf = (span: Span, now: number): number => Math.floor(now / lengthOf[span]) * lengthOf[span]

/** An hour or a day of one service or one of its checks. What is neither up nor down of it is unknown. */
export class Bucket {
  readonly span: Span
  /** Epoch ms, of UTC. */
  readonly at: number
  upMs = 0
  downMs = 0
  results = 0
  maxMs: number | null = null
  times = new ResponseTimes()

  constructor(span: Span, at: number) {
    this.span = span
    this.at = at
  }

  spend(standing: Standing, ms: number): void {
    const left = lengthOf[this.span] - this.upMs - this.downMs
    // A clock that was put back lives an hour twice; it stays an hour.
    const spent = Math.min(Math.round(ms), left)
    if (standing === 'up') this.upMs += spent
    if (standing === 'down') this.downMs += spent
  }

  observe(tookMs: number): void {
    this.results++
    this.maxMs = Math.max(this.maxMs ?? 0, tookMs)
    this.times.add(tookMs)
  }

  add(other: Bucket): void {
    this.spend('up', other.upMs)
    this.spend('down', other.downMs)
    this.results += other.results
    if (other.maxMs !== null) this.maxMs = Math.max(this.maxMs ?? 0, other.maxMs)
    this.times.merge(other.times)
  }
}

/** Where one thing stands from moment to moment, spent into hours and days. */
export class Series {
  #standing: Standing = 'unknown'
  #last: number
  #hour: Bucket
  #day: Bucket
  #ended: Bucket[] = []
  #changed = false

  constructor(now: number, hour?: Bucket, day?: Bucket) {
    this.#last = now
    this.#hour = hour ?? new Bucket('hour', startOf('hour', now))
    this.#day = day ?? new Bucket('day', startOf('day', now))
  }

  get standing(): Standing {
    return this.#standing
  }
  get hour(): Bucket {
    return this.#hour
  }
  get day(): Bucket {
    return this.#day
  }

  turn(standing: Standing, now: number): void {
    this.spendUntil(now)
    this.#standing = standing
  }

  observe(tookMs: number, now: number): void {
    this.spendUntil(now)
    this.#hour.observe(tookMs)
    this.#day.observe(tookMs)
    this.#changed = true
  }

  /** The time since the last call belongs to where it has stood. */
  spendUntil(now: number): void {
    const gap = now - this.#last
    const known = gap > 0 && gap <= longestGapMs && this.#standing !== 'unknown'
    let from = known ? this.#last : now
    while (from < now) {
      this.#roll(from)
      const until = Math.min(now, this.#hour.at + hourMs)
      this.#hour.spend(this.#standing, until - from)
      this.#day.spend(this.#standing, until - from)
      this.#changed = true
      from = until
    }
    this.#roll(now)
    this.#last = now
  }

  /** What is to be written: hours that have changed and days that are over. */
  take(): Bucket[] {
    const buckets = this.#changed ? [...this.#ended, this.#hour] : this.#ended
    this.#ended = []
    this.#changed = false
    return buckets
  }
  /** They could not be written. */
  giveBack(buckets: readonly Bucket[]): void {
    this.#ended = [...buckets.filter((bucket) => bucket !== this.#hour), ...this.#ended]
    this.#changed = true
  }

  #roll(now: number): void {
    if (now >= this.#hour.at + hourMs) {
      if (this.#changed) this.#ended.push(this.#hour)
      this.#hour = new Bucket('hour', startOf('hour', now))
      this.#changed = false
    }
    if (now >= this.#day.at + dayMs) {
      if (this.#day.upMs + this.#day.downMs + this.#day.results > 0) this.#ended.push(this.#day)
      this.#day = new Bucket('day', startOf('day', now))
    }
  }
}
