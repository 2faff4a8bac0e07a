import type { Metric } from '@wheelhouse/contract'
import { firstScraped, givenMetrics, type KeptMetric } from './given.ts'
import type { MetricStore, NameRow } from './store.ts'

/** Every metric there is, by name and number. */
export class Catalogue {
  readonly #store: MetricStore
  readonly #byName = new Map<string, KeptMetric>(givenMetrics.map((metric) => [metric.name, metric]))
  readonly #unwritten = new Map<number, NameRow>()
  #last = firstScraped - 1

  constructor(store: MetricStore) {
    this.#store = store
  }

  async load(): Promise<void> {
    for (const { id, name, kind, unit, summary } of await this.#store.names()) {
      this.#last = Math.max(this.#last, id)
      this.#byName.set(name, { id, name, of: 'service', kind, unit: unit as Metric['unit'], summary, origin: 'scrape' })
    }
  }

  all(): KeptMetric[] {
    return [...this.#byName.values()]
  }
  find(name: string): KeptMetric | null {
    return this.#byName.get(name) ?? null
  }

  /** That of an endpoint. One that was a gauge and is a counter now is another one, as is one that bears a name of ours. */
  scraped({ name, kind, unit, summary }: Pick<Metric, 'name' | 'kind' | 'unit' | 'summary'>, now: number): KeptMetric {
    const known = this.#byName.get(name)
    if (known?.origin === 'scrape' && known.kind === kind) return known
    if (known !== undefined) return this.scraped({ name: `${name}:${kind}`, kind, unit, summary }, now)
    const metric = { id: ++this.#last, name, of: 'service', kind, unit, summary, origin: 'scrape' } as const
    this.#byName.set(name, metric)
    this.#unwritten.set(metric.id, { id: metric.id, name, kind, unit, summary, seenAt: now })
    return metric
  }

  async flush(): Promise<void> {
    if (this.#unwritten.size === 0) return
    const rows = [...this.#unwritten.values()]
    await this.#store.putNames(rows)
    for (const { id } of rows) this.#unwritten.delete(id)
  }
}
