import type { audit } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/handler.ts'
import { csvRow } from '@wheelhouse/platform/csv'
import { entryView, filterOf } from './entry.ts'
import type { AuditPosition, AuditRecord, AuditStore } from './store.ts'

const columns = [
  ...(['at', 'actor', 'actorId', 'via', 'face', 'operation', 'resource', 'outcome', 'errorCode'] as const),
  ...(['ip', 'userAgent', 'requestId', 'input', 'before', 'after'] as const),
]
const rowsAtOnce = 500

const asCsv = (record: AuditRecord): string => {
  const shown = { ...record, at: new Date(record.at).toISOString() }
  return csvRow(columns.map((column) => shown[column]))
}
const asNdjson = (record: AuditRecord): string => `${JSON.stringify(entryView(record))}\n`

/** Newest first, page by page: the whole log is never in memory, and it ends although entries keep coming. */
export const exportEntries = (store: AuditStore, clock: () => number): Handler<typeof audit.export> =>
  async function* (input, { exchange, signal }) {
    const { format = 'csv' } = input
    const now = clock()
    const filter = filterOf(input)
    const bounded = { ...filter, until: Math.min(filter.until ?? now, now) }
    const day = new Date(now).toISOString().slice(0, 10)
    exchange.download(
      `wheelhouse-audit-${day}.${format}`,
      format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    )

    if (format === 'csv') yield csvRow(columns)
    let position: AuditPosition | null = null
    while (!signal.aborted) {
      const page: AuditRecord[] = await store.page(bounded, position, rowsAtOnce)
      if (page.length > 0) yield page.map(format === 'csv' ? asCsv : asNdjson).join('')
      const last = page.at(-1)
      if (!last || page.length < rowsAtOnce) return
      position = last
    }
  }
