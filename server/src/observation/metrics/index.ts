import { join } from 'node:path'
import type { metrics, scrapes } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { FeedSource, Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { TakenLines } from '../log-history/index.ts'
import { Collector } from './collector.ts'
import { RemoteWrite } from './forward/remote-write.ts'
import { observedBy, writtenOf } from './forward/written.ts'
import { readingsOf } from './exposition.ts'
import { History, type MetricReader } from './history/history.ts'
import { metricHandlers } from './operations.ts'
import { processReadings } from './own-process.ts'
import { RequestCounter } from './requests.ts'
import { scrapeHandlers } from './scrape/operations.ts'
import { Scraper } from './scrape/scraper.ts'
import { openScrapeStore } from './scrape/store.ts'
import { Streams } from './streams.ts'

export type { MetricReader } from './history/history.ts'
export { sealedColumns } from './scrape/store.ts'

export interface MetricsParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly registry: Registry
  readonly log: Log
  readonly intervalMs: number
  /** Where kept readings lie. */
  readonly folder: string
  /** False: nothing new is kept; what is there can be asked on. */
  readonly isKeeping: boolean
  readonly budgetBytes: number
  /** How long readings are kept as they come, each 10 s, and what minutes and half hours come to. */
  /** Hears the lines that services write, to count requests in them. */
  listen(listener: (taken: TakenLines) => void): () => void
  /** Where every reading is sent on to; null for nowhere. */
  readonly remoteWrite: { readonly url: string; readonly token: string | null } | null
  readonly keepMs: { readonly readings: number; readonly minutes: number; readonly halfHours: number }
}
export interface Metrics {
  readonly handlers: Handlers<typeof metrics>
  readonly scrapes: Handlers<typeof scrapes>
  readonly feed: FeedSource<'metrics'>
  /** For other domains. */
  readonly reader: MetricReader
  start(): Promise<void>
  upstreams(): number
  close(): Promise<void>
}

const secondsKeptMs = 7_200_000

export function createMetrics(parts: MetricsParts): Metrics {
  const { database, registry, log, intervalMs, isKeeping, budgetBytes, keepMs } = parts
  const collector = new Collector(registry, log, intervalMs)
  const history = new History({
    database,
    registry,
    log,
    isKeeping,
    intervalMs,
    settings: {
      folder: join(parts.folder, 'series'),
      budgetBytes,
      ticks: [
        { stepMs: 1_000, keepMs: secondsKeptMs },
        { stepMs: 10_000, keepMs: keepMs.readings },
      ],
      rollups: [
        { stepMs: 60_000, keepMs: keepMs.minutes },
        { stepMs: 1_800_000, keepMs: keepMs.halfHours },
      ],
    },
  })
  const streams = new Streams({
    registry,
    log,
    collector,
    looked: (serviceId, sample) => history.look(serviceId, sample),
  })
  const requests = new RequestCounter(history.reader().observe)
  const leave = isKeeping
    ? [
        parts.listen((taken) => requests.take(taken, Date.now())),
        registry.onChange((change) => {
          if (change.kind === 'service-removed') requests.forget(change.id)
        }),
      ]
    : []
  const scrapeStore = openScrapeStore(database, parts.secrets)
  const scraper = new Scraper({ registry, history, store: scrapeStore, log })
  const remote =
    parts.remoteWrite === null
      ? null
      : new RemoteWrite({
          ...parts.remoteWrite,
          log,
          intervalMs: Math.max(intervalMs, 10_000),
          *read() {
            yield* writtenOf(readingsOf(registry, () => true))
            yield* observedBy(history, () => true)
          },
        })
  const own = processReadings(() => [])
  return {
    feed: streams.feed,
    reader: history.reader(),
    async start() {
      await history.start()
      await scraper.start()
      collector.start()
      remote?.start()
    },
    upstreams: () => streams.size,
    async close() {
      for (const each of leave) each()
      collector.close()
      streams.close()
      own.close()
      await remote?.close()
      await scraper.close()
      await history.close()
    },
    handlers: metricHandlers({ registry, collector, history, process: own, remote }),
    scrapes: scrapeHandlers({ registry, scraper, store: scrapeStore }),
  }
}
