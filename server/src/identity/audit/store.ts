import type { AuditEntry } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { sql } from 'kysely'

type Outcome = AuditEntry['outcome']

interface AuditTable {
  id: string
  at: number
  actor: string
  actorId: string | null
  via: string
  face: string
  operation: string
  resource: string | null
  outcome: Outcome
  errorCode: string | null
  input: string | null
  before: string | null
  after: string | null
  ip: string
  userAgent: string
  requestId: string
}

/** An entry as it is kept: `at` is epoch ms; `input`, `before` and `after` are JSON text, masked already. */
export type AuditRecord = Readonly<AuditTable>
export type AuditResultColumns = Pick<AuditRecord, 'resource' | 'outcome' | 'errorCode' | 'before' | 'after'> &
  Partial<Pick<AuditRecord, 'actor' | 'actorId'>>

/** The place of an entry in the list, newest first. */
export interface AuditPosition {
  readonly at: number
  readonly id: string
}
export interface AuditFilter {
  readonly q?: string
  readonly actor?: string
  /** An operation id, or a domain. */
  readonly operation?: string
  /** `kind:id`, or a kind. */
  readonly resource?: string
  readonly outcome?: Outcome
  /** Epoch ms, both inclusive. */
  readonly since?: number
  readonly until?: number
}

/** For LIKE with `escape '\'`; PostgreSQL refuses NUL outright. */
const literal = (text: string): string => text.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&')
const clean = (text: string): string => text.replaceAll('\0', '')

export type AuditStore = ReturnType<typeof openAuditStore>

export function openAuditStore(database: Database) {
  const db = database.db.withTables<{ auditEntries: AuditTable }>()

  const matching = (filter: AuditFilter) => {
    let rows = db.selectFrom('auditEntries')
    if (filter.actor !== undefined) rows = rows.where('actor', '=', clean(filter.actor))
    if (filter.operation !== undefined) {
      const { operation } = filter
      rows = operation.includes('.')
        ? rows.where('operation', '=', clean(operation))
        : rows.where((eb) => sql<boolean>`${eb.ref('operation')} like ${`${literal(operation)}.%`} escape '\\'`)
    }
    if (filter.resource !== undefined) {
      const { resource } = filter
      rows = resource.includes(':')
        ? rows.where('resource', '=', clean(resource))
        : rows.where((eb) => sql<boolean>`${eb.ref('resource')} like ${`${literal(resource)}:%`} escape '\\'`)
    }
    if (filter.outcome !== undefined) rows = rows.where('outcome', '=', filter.outcome)
    if (filter.since !== undefined) rows = rows.where('at', '>=', filter.since)
    if (filter.until !== undefined) rows = rows.where('at', '<=', filter.until)
    if (filter.q) {
      const pattern = `%${literal(filter.q.toLowerCase())}%`
      rows = rows.where((eb) =>
        eb.or(
          (['operation', 'actor', 'resource', 'ip'] as const).map(
            (column) => sql<boolean>`lower(${eb.ref(column)}) like ${pattern} escape '\\'`,
          ),
        ),
      )
    }
    return rows
  }

  return {
    async insert(entry: AuditRecord): Promise<void> {
      await db.insertInto('auditEntries').values(entry).execute()
    },

    async finish(id: string, result: AuditResultColumns): Promise<void> {
      await db.updateTable('auditEntries').set(result).where('id', '=', id).execute()
    },

    async count(filter: AuditFilter): Promise<number> {
      const row = await matching(filter)
        .select((eb) => eb.fn.countAll().as('total'))
        .executeTakeFirstOrThrow()
      return Number(row.total)
    },

    /** Newest first; after `position` where one is given. Entries of one millisecond are told apart by id. */
    async page(filter: AuditFilter, position: AuditPosition | null, limit: number): Promise<AuditRecord[]> {
      let rows = matching(filter)
      if (position) {
        const { at, id } = position
        rows = rows.where((eb) => eb.or([eb('at', '<', at), eb.and([eb('at', '=', at), eb('id', '<', id)])]))
      }
      return rows.selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    },

    async prune(before: number): Promise<number> {
      const { numDeletedRows } = await db.deleteFrom('auditEntries').where('at', '<', before).executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}
