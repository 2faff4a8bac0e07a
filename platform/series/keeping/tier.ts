import { standing, type Window } from './chunk-keeper.ts'
import { settledOf } from './settled.ts'

/** One resolution: how long a point stands for, and how long points are kept. */
export interface TierSettings {
  readonly stepMs: number
  readonly keepMs: number
}

/** The sealed windows of a tier. */
export class Tier {
  readonly stepMs: number
  readonly keepMs: number
  /** The tier it is rolled up from; null for one that ticks come for. */
  readonly source: Tier | null
  /** The tier that is rolled up from it. */
  target: Tier | null = null
  #windows: Window[] = []
  /** Everything up to this number has been rolled up into this tier, also what is gone by now. */
  rolledTo = 0

  constructor({ stepMs, keepMs }: TierSettings, source: Tier | null) {
    this.stepMs = stepMs
    this.keepMs = keepMs
    this.source = source
    if (source !== null) source.target = this
  }

  /** In the order their points came. */
  get windows(): readonly Window[] {
    return this.#windows
  }
  get bytes(): number {
    return this.#windows.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  get oldest(): number {
    return this.#windows.reduce((least, { from }) => Math.min(least, from), Infinity)
  }

  /** Adds windows; answers those that are not needed any more. */
  add(...windows: Window[]): Window[] {
    const all = [...this.#windows, ...windows]
    this.#windows = standing(all)
    for (const { seqTo } of windows) this.rolledTo = Math.max(this.rolledTo, seqTo)
    const kept = new Set(this.#windows)
    return all.filter((window) => !kept.has(window))
  }

  drop(window: Window): void {
    this.#windows = this.#windows.filter((one) => one !== window)
  }

  holds(seq: number): boolean {
    return this.#windows.some(({ seqFrom, seqTo }) => seqFrom <= seq && seqTo >= seq)
  }

  nextToPack(): readonly Window[] | null {
    return settledOf(this.#windows, this.stepMs, this.target?.rolledTo ?? 0).toPack[0] ?? null
  }

  /** The next window of its source to be rolled up. */
  nextToRoll(): Window | null {
    if (this.source === null) return null
    return settledOf(this.source.windows, this.source.stepMs, this.rolledTo).settled[0] ?? null
  }
}
