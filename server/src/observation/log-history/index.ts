import { join } from 'node:path'
import type { KeptLine, logHistory } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { type Condition, LineStore } from '@wheelhouse/platform/lines'
import type { Log } from '@wheelhouse/platform/log'
import { threadModule } from '@wheelhouse/platform/thread'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { Collector } from './collector.ts'
import { Lives } from './lives.ts'
import { type HistoryReader, historyReader } from './reader.ts'
import { createPast, type Past } from './past.ts'
import { gone, historyHandlers, visibleTo } from './operations.ts'
import { positionOf } from './question.ts'
import { Search } from './search.ts'
import { Sources } from './sources.ts'
import { openHistoryStore, type SourceRow } from './store.ts'
import { type TakenLines, Taps } from './taps.ts'

export { type KeptRow, packed as packedLine, unpacked } from './columns.ts'
export { conditionsOf, levelBits, positionText } from './question.ts'
export type { TakenLines } from './taps.ts'

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
  /** Whether new lines are kept, and so can be listened to here. */
  readonly isKeeping: boolean
  /** Hears every line of every service as it is taken down. */
  listen(listener: (taken: TakenLines) => void): () => void
  /** The last kept lines of some services, oldest first. */
  recent(wanted: Recent): Promise<KeptLine[]>
  /** The line at a position, for whoever may read it. `serviceId` is that of its source, also of one that is gone. Throws NOT_FOUND. */
  lineAt(position: string, caller: Caller): Promise<{ line: KeptLine; serviceId: string }>
  start(): Promise<void>
  close(): Promise<void>
}

export interface Recent {
  isMeant(source: SourceRow): boolean
  readonly conditions: readonly Condition[]
  /** A bit for each wanted level; 0 for any. */
  readonly levels: number
  /** Epoch ms; null for any time. */
  readonly sinceMs: number | null
  readonly limit: number
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
    readerModule: threadModule(import.meta.url, 'log-reader'),
  })
  const taps = new Taps()
  const search = new Search(store, sources)
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
    if (keepMs !== null) await rows.pruneGaps(Date.now() - keepMs)
  }

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
    isKeeping,
    listen: (listener) => taps.listen(listener),
    async recent({ isMeant, conditions, levels, sinceMs, limit }) {
      const streams = [...sources.all()].filter(isMeant).map(({ id }) => id)
      if (streams.length === 0 || limit === 0) return []
      const from = sinceMs === null ? 0 : sinceMs * 1000
      const query = { streams, from, to: Number.MAX_SAFE_INTEGER, levels, sources: 0, conditions }
      const { lines } = await search.find({ ...query, order: 'newest', after: null, limit })
      return lines.toReversed().map((line) => search.shown(line))
    },
    async lineAt(text, caller) {
      const position = positionOf(text, 'position')
      const own = sources.byId(position.stream)
      const line = own !== null && visibleTo(caller)(own) ? await search.at(position) : null
      if (own === null || line === null) throw gone(text)
      return { line: search.shown(line), serviceId: own.serviceId }
    },
    async start() {
      await sources.load()
      await lives.load()
      if (!isKeeping) return
      collector = new Collector({ registry, store, rows, sources, lives, taps, log, watermarks: store.watermarks() })
    },
    async close() {
      clearInterval(timer)
      await collector?.close()
      await store.close()
    },
  }
}
