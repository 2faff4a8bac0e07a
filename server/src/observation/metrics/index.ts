import { join } from 'node:path'
import type { metrics } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { FeedSource, Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { Collector } from './collector.ts'
import { History, type MetricReader } from './history/history.ts'
import { metricHandlers } from './operations.ts'
import { processReadings } from './own-process.ts'
import { Streams } from './streams.ts'

export type { MetricReader } from './history/history.ts'

export interface MetricsParts {
  readonly database: Database
  readonly registry: Registry
  readonly log: Log
  readonly intervalMs: number
  /** Where kept readings lie. */
  readonly folder: string
  /** False: nothing new is kept; what is there can be asked on. */
  readonly isKeeping: boolean
  readonly budgetBytes: number
  /** How long readings are kept as they come, each 10 s, and what minutes and half hours come to. */
  readonly keepMs: { readonly readings: number; readonly minutes: number; readonly halfHours: number }
}
export interface Metrics {
  readonly handlers: Handlers<typeof metrics>
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
  const own = processReadings(() => [])
  return {
    feed: streams.feed,
    reader: history.reader(),
    async start() {
      await history.start()
      collector.start()
    },
    upstreams: () => streams.size,
    async close() {
      collector.close()
      streams.close()
      own.close()
      await history.close()
    },
    handlers: metricHandlers({ registry, collector, history, process: own }),
  }
}
