import type { Metric } from '@wheelhouse/contract'
import type { Subject } from './subject.ts'

/** How something went, to be asked at any moment of the span it was read for. */
export interface Trace {
  readonly subject: Subject
  /** Null where it cannot be told. */
  valueAt(at: number): number | null
  /** What stands beside the value in a sentence, such as why a service failed. */
  detailAt?(at: number): string | null
  /** Its target is not heard: neither holds nor is over. */
  isFrozen?(at: number): boolean
}

export interface Traces {
  readonly traces: readonly Trace[]
  readonly unit: Metric['unit'] | null
  /** Why the rule cannot be held against anything, as a sentence. */
  readonly problem: string | null
  /** What of the span is not known, for previews. */
  readonly limits: readonly string[]
  /** Since when anything of it is kept, epoch ms, where that is told. */
  readonly knownSince?: number
}

export interface Span {
  readonly sinceMs: number
  readonly untilMs: number
}

export const noTraces = (problem: string): Traces => ({ traces: [], unit: null, problem, limits: [] })

/** How many of these times lie in (from, to]. They are sorted. */
export function countWithin(times: readonly number[], from: number, to: number): number {
  return firstAfter(times, to) - firstAfter(times, from)
}

/** Index of the first time after `at`. */
export function firstAfter(times: readonly number[], at: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
