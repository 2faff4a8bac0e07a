import type { Tick } from '@wheelhouse/platform/series'

const gauges = ['cpu', 'memory', 'pids', 'files']
const counters = ['received', 'sent', 'read', 'written']
export const fleetMetrics = [...gauges, ...counters].map((name, id) => ({
  id,
  name,
  kind: id < gauges.length ? ('gauge' as const) : ('counter' as const),
}))

/** Numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** What services give out as they do: three of ten are idle; memory in pages, network and disk in bytes, processors in hundredths of a percent. */
export class Fleet {
  readonly entities: number[]
  readonly #width: number
  readonly #next = numbers(7)
  readonly #values: Float64Array
  readonly #metrics: { id: number; kind: 'gauge' | 'counter' }[]

  /** Metrics beyond those of `fleetMetrics` go as these do. */
  constructor(entities: number, metrics = fleetMetrics.length) {
    this.entities = Array.from({ length: entities }, (_, index) => index + 1)
    this.#width = metrics
    this.#metrics = Array.from({ length: metrics }, (_, id) => ({ id, kind: fleetMetrics[id % 8]!.kind }))
    this.#values = new Float64Array(entities * metrics)
    for (let entity = 0; entity < entities; entity++)
      for (let metric = 0; metric < metrics; metric++)
        this.#values[entity * metrics + metric] = [2, 4096 * 20_000, 12, 60, 1e6, 1e6, 0, 1e5][metric % 8]!
  }

  /** The next reading. */
  tick(at: number): Tick {
    const values = this.#values
    for (let entity = 0; entity < this.entities.length; entity++) {
      const isIdle = entity % 10 < 3
      for (let metric = 0; metric < this.#width; metric++) {
        const place = entity * this.#width + metric
        values[place] = this.#moved(values[place]!, metric % 8, isIdle)
      }
    }
    return { at, stepMs: 10_000, parts: [{ entities: this.entities, metrics: this.#metrics, values }] }
  }

  #moved(value: number, metric: number, isIdle: boolean): number {
    const chance = this.#next()
    if (isIdle) return metric === 0 && chance > 0.95 ? 0.01 : metric === 0 ? 0 : value
    const rest = (chance * 16) % 1
    if (metric === 0) return Math.max(0, Math.round((value + (chance - 0.5) * 1.2) * 100) / 100)
    if (metric === 1) return chance < 0.3 ? Math.max(4096, value + Math.round((rest - 0.5) * 40) * 4096) : value
    if (metric < 4) return chance < 0.05 ? Math.max(1, value + (rest < 0.5 ? -1 : 1)) : value
    if (metric < 6) return value + Math.round(rest * 2000) * (chance < 0.8 ? 1 : 0)
    return chance < 0.15 ? value + Math.round(rest * 64) * 4096 : value
  }
}
