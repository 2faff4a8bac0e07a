import { Failure, type Scrape, type scrapes, type Service } from '@wheelhouse/contract'
import { callerMay, type Handlers, paged } from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import { ask } from './ask.ts'
import { labelled, usualIntervalMs, usualPath } from './endpoints.ts'
import type { Scraper } from './scraper.ts'
import type { ScrapeRow, ScrapeStore } from './store.ts'

export interface ScrapeParts {
  readonly registry: Registry
  readonly scraper: Scraper
  readonly store: ScrapeStore
}

const mostMetrics = 200
/** What was given for one port is not sent to another, where somebody else may listen. */
const headersFor = (
  row: ScrapeRow | null,
  port: number,
  scheme: ScrapeRow['scheme'] | undefined,
): ScrapeRow['headers'] => (row?.port === port && row.scheme === (scheme ?? 'http') ? row.headers : {})
const none = { state: 'waiting', at: null, tookMs: null, series: 0, leftOut: 0, problem: null } as const

export function scrapeHandlers({ registry, scraper, store }: ScrapeParts): Handlers<typeof scrapes> {
  const one = (id: string): Service => {
    const service = registry.service(id)
    if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
    return service
  }

  function lastOf(serviceId: string): Pick<Scrape, 'state' | 'at' | 'tookMs' | 'series' | 'leftOut' | 'problem'> {
    const last = scraper.watched(serviceId)?.last ?? null
    if (last === null) return none
    const { text, tookMs, problem } = last.told
    const at = new Date(last.at).toISOString()
    if (text === null) return { ...none, state: 'down', at, tookMs, problem }
    return { state: 'up', at, tookMs, series: text.samples.length, leftOut: text.leftOut, problem: null }
  }
  const settingsOf = ({
    scheme,
    port,
    path,
    intervalMs,
    headers,
  }: Omit<ScrapeRow, 'id' | 'targetId' | 'stack' | 'name'>) => ({
    scheme,
    port,
    path,
    intervalMs,
    headers: Object.keys(headers),
  })
  function shown(row: ScrapeRow): Scrape {
    const { targetId, stack, name } = row
    const here = [...registry.services()].find(
      (service) => service.targetId === targetId && service.stack === stack && service.name === name,
    )
    const place = { service: name, serviceId: here?.id ?? null, stack, targetId, origin: 'set' } as const
    return { ...place, ...settingsOf(row), ...(here ? lastOf(here.id) : none) }
  }

  return {
    async list(input, { caller }) {
      const set = scraper.rows.map(shown)
      const byLabel = [...scraper.all()].flatMap(({ serviceId, origin, endpoint }): Scrape[] => {
        const service = registry.service(serviceId)
        if (origin !== 'label' || service === null) return []
        const { name, stack, targetId } = service
        return [{ service: name, serviceId, stack, targetId, origin, ...settingsOf(endpoint), ...lastOf(serviceId) }]
      })
      const items = [...set, ...byLabel].filter(
        ({ service, targetId, serviceId }) =>
          (!input.q || service.toLowerCase().includes(input.q.toLowerCase())) &&
          callerMay(caller, 'metrics.read', { targetId, ...(serviceId === null ? {} : { serviceId }) }),
      )
      return paged(
        items.toSorted((a, b) => a.service.localeCompare(b.service)),
        input,
      )
    },
    async set({ id, port, path, scheme, intervalMs, headers }, { audit }) {
      const service = one(id)
      const before = scraper.rowOf(service)
      const { targetId, stack, name } = service
      const row: ScrapeRow = {
        id: before?.id ?? store.newId(),
        targetId,
        stack,
        name,
        port,
        path: path ?? usualPath,
        scheme: scheme ?? 'http',
        intervalMs: intervalMs ?? usualIntervalMs,
        headers: headers ?? headersFor(before, port, scheme),
      }
      await scraper.set(row)
      audit({
        resource: `service:${id}`,
        before: before === null ? null : settingsOf(before),
        after: settingsOf(row),
      })
      return shown(row)
    },
    async remove({ id }, { audit }) {
      const service = one(id)
      const row = scraper.rowOf(service)
      if (row === null && labelled(service) !== null)
        throw new Failure(
          'STATE_CONFLICT',
          'The service asks to be scraped by its label prometheus.io/scrape. Take the label away to end it.',
        )
      if (row !== null) {
        await scraper.remove(row)
        audit({ resource: `service:${id}`, before: settingsOf(row) })
      }
      return { ok: true }
    },
    async test({ id, port, path, scheme, headers }, { signal }) {
      const service = one(id)
      const endpoint = {
        port,
        path: path ?? usualPath,
        scheme: scheme ?? ('http' as const),
        headers: headers ?? headersFor(scraper.rowOf(service), port, scheme),
      }
      const { text, problem, tookMs } = await ask(registry, service, endpoint, signal)
      if (text === null) return { ok: false, problem, tookMs, series: 0, leftOut: 0, metrics: [] }
      const metrics = [...text.metrics.values()].slice(0, mostMetrics)
      return { ok: true, problem: null, tookMs, series: text.samples.length, leftOut: text.leftOut, metrics }
    },
  }
}
