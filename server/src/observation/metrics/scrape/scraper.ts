import type { Scrape, Service } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { History } from '../history/history.ts'
import { ask, type Told } from './ask.ts'
import { type Endpoint, endpointOf } from './endpoints.ts'
import type { ScrapeRow, ScrapeStore } from './store.ts'

export interface ScraperParts {
  readonly registry: Registry
  readonly history: History
  readonly store: ScrapeStore
  readonly log: Log
}

/** One service that is scraped, and what it answered last. */
interface Watched {
  readonly serviceId: string
  readonly origin: Scrape['origin']
  readonly endpoint: Endpoint
  dueAt: number
  isAsked: boolean
  last: { readonly at: number; readonly told: Told } | null
}

const lookEveryMs = 1_000
const syncEvery = 5
const mostAtOnce = 16
/** Of all endpoints together. */
const mostHeld = 20_000
const runs = new Set<Service['state']>(['running', 'degraded', 'starting'])

const sameService =
  ({ targetId, stack, name }: Pick<Service, 'targetId' | 'stack' | 'name'>) =>
  (row: ScrapeRow): boolean =>
    row.targetId === targetId && row.stack === stack && row.name === name

/** Asks each endpoint at its interval, some beside each other, and hands on what they tell. */
export class Scraper {
  readonly #parts: ScraperParts
  readonly #watched = new Map<string, Watched>()
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #rows: ScrapeRow[] = []
  #timer: NodeJS.Timeout | undefined
  #looks = 0

  constructor(parts: ScraperParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    this.#rows = await this.#parts.store.all()
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    this.#timer.unref()
  }

  get rows(): readonly ScrapeRow[] {
    return this.#rows
  }
  rowOf(service: Service): ScrapeRow | null {
    return this.#rows.find(sameService(service)) ?? null
  }
  watched(serviceId: string): Readonly<Watched> | null {
    return this.#watched.get(serviceId) ?? null
  }
  all(): Iterable<Readonly<Watched>> {
    return this.#watched.values()
  }

  async set(row: ScrapeRow): Promise<void> {
    await this.#parts.store.put(row)
    this.#rows = [...this.#rows.filter(({ id }) => id !== row.id), row]
    this.#sync()
  }

  async remove(row: ScrapeRow): Promise<void> {
    await this.#parts.store.remove(row.id)
    this.#rows = this.#rows.filter(({ id }) => id !== row.id)
    this.#sync()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await Promise.all(this.#running)
  }

  #look(): void {
    if (this.#looks++ % syncEvery === 0) this.#sync()
    const now = performance.now()
    for (const watched of this.#watched.values()) {
      if (this.#running.size >= mostAtOnce) return
      if (watched.isAsked || watched.dueAt > now) continue
      watched.isAsked = true
      watched.dueAt = now + watched.endpoint.intervalMs
      const running = this.#ask(watched).finally(() => {
        watched.isAsked = false
        this.#running.delete(running)
      })
      this.#running.add(running)
    }
  }

  /** Who is scraped: those that run, by what is set and by their labels. */
  #sync(): void {
    const now = performance.now()
    const here = new Set<string>()
    for (const service of this.#parts.registry.services()) {
      if (!runs.has(service.state) || service.stale) continue
      const found = endpointOf(service, this.rowOf(service))
      if (found === null) continue
      here.add(service.id)
      const known = this.#watched.get(service.id)
      if (known && JSON.stringify(known.endpoint) === JSON.stringify(found.endpoint)) continue
      // Those that are found together are not asked together.
      const dueAt = known ? now : now + Math.random() * Math.min(5_000, found.endpoint.intervalMs)
      this.#watched.set(service.id, { serviceId: service.id, ...found, dueAt, isAsked: false, last: null })
    }
    for (const id of this.#watched.keys()) if (!here.has(id)) this.#watched.delete(id)
  }

  async #ask(watched: Watched): Promise<void> {
    const { registry, log } = this.#parts
    const service = registry.service(watched.serviceId)
    if (service === null) return
    const told = await ask(registry, service, watched.endpoint, this.#stop.signal)
    if (this.#stop.signal.aborted) return
    watched.last = { at: Date.now(), told }
    try {
      this.#keep(watched, service, told)
    } catch (error) {
      log.warn({ err: error, serviceId: service.id }, 'what an endpoint told was not kept')
    }
  }

  #keep({ endpoint }: Watched, service: Service, { text, tookMs }: Told): void {
    const { history } = this.#parts
    if (!history.isKeeping) return
    const { held, entities, catalogue } = history
    const holdMs = endpoint.intervalMs * 1.5 + 2_000
    const until = performance.now() + holdMs
    const now = Date.now()
    history.reader().observe('scrape.up', service.id, text === null ? 0 : 1, holdMs)
    if (text === null) return
    history.reader().observe('scrape.response-ms', service.id, tookMs, holdMs)
    history.reader().observe('scrape.series', service.id, text.samples.length, holdMs)
    const own = entities.service(service, now)
    // What is held of it already is counted once more: the limit is rough.
    const room = mostHeld - held.size
    for (const { name, labels, value } of text.samples.slice(0, Math.max(0, room))) {
      const metric = catalogue.scraped(text.metrics.get(name)!, now)
      held.set(metric, entities.labelled(own, labels, now).id, value, until)
    }
  }
}
