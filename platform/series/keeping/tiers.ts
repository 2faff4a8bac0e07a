import { bucketsOf, entitiesOf, type SeriesQuery } from '../query.ts'
import type { Chain, Plan } from '../reading/read.ts'
import { leadMs } from '../reading/rise.ts'
import type { Window } from './chunk-keeper.ts'
import type { Generation } from './journal.ts'
import { Tier, type TierSettings } from './tier.ts'

/** When a tick was, without decoding it. */
export const tickAt = (tick: Uint8Array): number =>
  new DataView(tick.buffer, tick.byteOffset, tick.byteLength).getFloat64(0, true)

/** All tiers: those that ticks come for, and those rolled up one from the other, the first from the coarsest of them. */
export class Tiers {
  /** By step. */
  readonly given: readonly Tier[]
  readonly rolled: readonly Tier[]

  constructor(ticks: readonly TierSettings[], rollups: readonly TierSettings[]) {
    const byStep = (a: TierSettings, b: TierSettings): number => a.stepMs - b.stepMs
    this.given = ticks.toSorted(byStep).map((settings) => new Tier(settings, null))
    const base = this.given.at(-1)
    if (base === undefined) throw new RangeError('There must be a tier that ticks come for')
    let source = base
    this.rolled = rollups.toSorted(byStep).map((settings) => {
      if (settings.stepMs <= source.stepMs || settings.stepMs % source.stepMs !== 0)
        throw new RangeError(`A tier of ${settings.stepMs} ms cannot be rolled up from one of ${source.stepMs} ms`)
      source = new Tier(settings, source)
      return source
    })
  }

  get all(): readonly Tier[] {
    return [...this.given, ...this.rolled]
  }

  of(stepMs: number): Tier | undefined {
    return this.all.find((tier) => tier.stepMs === stepMs)
  }

  /** Chooses where to read: the coarsest tier that still has the step, or one that reaches further back where that ends too early. */
  plan(query: SeriesQuery, hot: readonly Generation[]): Plan {
    const base = this.given.at(-1)!
    const chain = [base, ...this.rolled]
    const reach = (tier: Tier): number =>
      Math.min(tier.oldest, ...(tier === base ? hot.filter(isOf(base)).map(oldestIn) : []))
    let at = Math.max(
      0,
      chain.findLastIndex(({ stepMs }) => stepMs <= query.stepMs),
    )
    for (let next = at + 1; next < chain.length && reach(chain[at]!) > query.from; next++)
      if (chain[next]!.oldest < reach(chain[at]!) - chain[next]!.stepMs) at = next
    const isRise = query.aggregate === 'rate' || query.aggregate === 'increase'
    const along = (tiers: readonly Tier[], stepMs: number): Chain => {
      const from = Math.floor(query.from / stepMs) * stepMs - (isRise ? leadMs(tiers[0]!.stepMs) : 0)
      return chainOf(tiers, from, query, hot)
    }
    const fine = at === 0 && query.stepMs < base.stepMs ? this.#finerThan(query.stepMs, base) : null
    if (fine !== null) {
      const stepMs = Math.max(query.stepMs, fine.stepMs)
      const first = along([fine], stepMs)
      if (first.windows.length > 0 || first.hot.length > 0)
        return { buckets: bucketsOf(query.from, query.to, stepMs), chains: [first, along([base], stepMs)] }
    }
    const stepMs = Math.max(query.stepMs, chain[at]!.stepMs)
    const buckets = bucketsOf(query.from, query.to, stepMs)
    return { buckets, chains: [along(chain.slice(0, at + 1).toReversed(), stepMs)] }
  }

  #finerThan(stepMs: number, base: Tier): Tier | null {
    const finer = this.given.filter((tier) => tier !== base)
    return finer.findLast((tier) => tier.stepMs <= stepMs) ?? finer[0] ?? null
  }
}

const isOf =
  ({ stepMs }: Tier) =>
  ({ tierMs }: Generation): boolean =>
    tierMs === stepMs
const oldestIn = ({ ticks }: Generation): number =>
  ticks.reduce((least, tick) => Math.min(least, tickAt(tick)), Infinity)

/** The windows of the first tier, then of each finer one what the one before has not of it yet, then what is not sealed. */
function chainOf(tiers: readonly Tier[], from: number, query: SeriesQuery, hot: readonly Generation[]): Chain {
  const { metric, to } = query
  const windows: Window[] = []
  for (const [index, tier] of tiers.entries()) {
    const after = index === 0 ? 0 : tiers[index - 1]!.rolledTo
    for (const window of tier.windows)
      if (window.seqFrom > after && window.from < to && window.to + tier.stepMs > from) windows.push(window)
  }
  const finest = tiers.at(-1)!
  const named = entitiesOf(query)
  const only = named === null ? null : new Set(named)
  const waiting = hot.filter(isOf(finest)).map(({ points }) => points.copied(metric, from, to, only))
  return { windows, hot: waiting.filter(({ times }) => times.length > 0) }
}
