import { join } from 'node:path'
import type { logHistory } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { LineStore } from '@wheelhouse/platform/lines'
import type { Log } from '@wheelhouse/platform/log'
import type { Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { Collector } from './collector.ts'
import { Lives } from './lives.ts'
import { historyHandlers } from './operations.ts'
import { type HistoryReader, historyReader } from './reader.ts'
import { createPast, type Past } from './past.ts'
import { Search } from './search.ts'
import { Sources } from './sources.ts'
import { openHistoryStore, type SourceRow } from './store.ts'

export { requireWords } from './question.ts'
export type { HistoryReader } from './reader.ts'
export type { Past } from './past.ts'
export type { LifeRow, SourceRow } from './store.ts'
export { groupOf } from './sources.ts'

export interface LogHistoryParts {
  readonly database: Database
  readonly registry: Registry
  readonly log: Log
  /** Where the lines lie. */
  readonly folder: string
  /** False: nothing new is kept; what is there can be asked on. */
  readonly isKeeping: boolean
  readonly budgetBytes: number
  readonly keepMs: number | null
}

export interface LogHistory {
  readonly handlers: Handlers<typeof logHistory>
  /** For other domains: as the house sees it, of everything. */
  readonly reader: HistoryReader
  readonly past: Past
  start(): Promise<void>
  close(): Promise<void>
}

const tidyEveryMs = 3_600_000

/** What services have said, kept beyond them within one budget. */
export function createLogHistory(parts: LogHistoryParts): LogHistory {
  const { database, registry, log, folder, isKeeping, budgetBytes, keepMs } = parts
  const rows = openHistoryStore(database)
  const sources = new Sources(rows)
  const lives = new Lives(rows)
  const store = new LineStore({
    folder: join(folder, 'lines'),
    budgetBytes,
    maxAgeMs: keepMs,
    waitingBytes: 32 * 1024 * 1024,
    readers: 2,
    queueBytes: 32 * 1024 * 1024,
    searchMs: 20_000,
  })
  let collector: Collector | null = null
  const timer = setInterval(
    () => void tidy().catch((error: unknown) => log.warn({ err: error }, 'log sources were not tidied')),
    tidyEveryMs,
  )
  timer.unref()

  /** Forgets services that are gone and of which no line is left. */
  async function tidy(): Promise<void> {
    const { usage } = await store.state()
    const full = new Set(usage.filter(({ lines }) => lines > 0).map(({ stream }) => stream))
    const oldMs = Date.now() - tidyEveryMs
    const isEmpty = (row: SourceRow): boolean =>
      !full.has(row.id) && row.seenAt < oldMs && registry.service(row.serviceId) === null
    await sources.drop([...sources.all()].filter(isEmpty))
  }

  const search = new Search(store, sources)
  return {
    reader: historyReader({ store, rows, sources, search }),
    past: createPast(rows, sources, registry),
    handlers: historyHandlers({
      registry,
      store,
      rows,
      sources,
      budgetBytes,
      keepMs,
      search,
      collector: () => collector,
    }),
    async start() {
      await sources.load()
      await lives.load()
      if (!isKeeping) return
      collector = new Collector({ registry, store, sources, lives, log, watermarks: store.watermarks() })
    },
    async close() {
      clearInterval(timer)
      await collector?.close()
      await store.close()
    },
  }
}
