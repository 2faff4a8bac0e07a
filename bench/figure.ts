/** One measured thing, beside what the machine can do at best in the same run. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit:
    | 'ms'
    | 'MB'
    | 'kB'
    | 'B'
    | 'lines/s'
    | 'M samples/s'
    | 'GB/s'
    | 'lines'
    | 'requests'
    | 'requests/s'
    | 'readings/s'
    | '%'
  /** What it is held against, measured in the same run; null where there is no such limit. */
  readonly raw: { readonly what: string; readonly value: number } | null
  /** Budget of the design in words, and whether this run kept it; null for figures without one. */
  readonly budget: { readonly text: string; readonly holds: boolean } | null
}

export interface Bench {
  readonly name: string
  readonly about: string
  /** Throws `NotHere` when the machine lacks what it needs. */
  run(): Promise<Figure[]>
}

/** What a bench needs is missing: it is left out, and said so. */
export class NotHere extends Error {}

/** How many times the raw limit the figure is. */
export function ratioOf(figure: Figure): number | null {
  return figure.raw === null || figure.raw.value === 0 ? null : figure.value / figure.raw.value
}

export const budget = (text: string, holds: boolean): Figure['budget'] => ({ text, holds })
