import type { Event } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'

interface EventsTable {
  id: string
  at: number
  type: string
  severity: string
  message: string
  actor: string | null
  targetId: string | null
  serviceId: string | null
  serviceName: string | null
  stack: string | null
  data: string
}
type Tables = {
  events: EventsTable
}

/** Position in the order newest first. */
export type EventCursor = readonly [at: number, id: string]
export interface EventFilter {
  readonly q?: string | undefined
  readonly types: readonly string[] | null
  readonly severities: readonly string[] | null
  readonly targetId?: string | undefined
  readonly serviceId?: string | undefined
  readonly serviceIds?: readonly string[] | undefined
  readonly stack?: string | undefined
  readonly sinceMs: number | null
  readonly untilMs?: number | undefined
  /** What the reader may see; null for everything. */
  readonly places: { readonly targetIds: readonly string[]; readonly serviceIds: readonly string[] } | null
  readonly after: EventCursor | null
  readonly limit: number
}

const stored = (row: EventsTable): Event => ({
  ...row,
  at: new Date(row.at).toISOString(),
  severity: row.severity as Event['severity'],
  data: JSON.parse(row.data) as Record<string, unknown>,
})
const like = (text: string): string => `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`

export function createTimelineStore(database: Database) {
  const db = database.db.withTables<Tables>()
  return {
    async insert(events: readonly Event[]): Promise<void> {
      const rows = events.map((event) => ({ ...event, at: Date.parse(event.at), data: JSON.stringify(event.data) }))
      await db.insertInto('events').values(rows).execute()
    },
    async find(filter: EventFilter): Promise<Event[]> {
      let query = db.selectFrom('events').selectAll()
      const { types, severities, places, after, q } = filter
      if (types) {
        // "service" means every type that begins with it.
        query = query.where((eb) =>
          eb.or(types.map((type) => (type.includes('.') ? eb('type', '=', type) : eb('type', 'like', `${type}.%`)))),
        )
      }
      if (severities) query = query.where('severity', 'in', [...severities])
      if (filter.targetId !== undefined) query = query.where('targetId', '=', filter.targetId)
      if (filter.serviceId !== undefined) query = query.where('serviceId', '=', filter.serviceId)
      if (filter.serviceIds) query = query.where('serviceId', 'in', ['', ...filter.serviceIds])
      if (filter.stack !== undefined) query = query.where('stack', '=', filter.stack)
      if (filter.sinceMs !== null) query = query.where('at', '>=', filter.sinceMs)
      if (filter.untilMs !== undefined) query = query.where('at', '<=', filter.untilMs)
      if (q) query = query.where((eb) => eb(eb.fn<string>('lower', ['message']), 'like', like(q.toLowerCase())))
      if (places) {
        query = query.where((eb) =>
          eb.or([eb('targetId', 'in', ['', ...places.targetIds]), eb('serviceId', 'in', ['', ...places.serviceIds])]),
        )
      }
      if (after)
        query = query.where((eb) =>
          eb.or([eb('at', '<', after[0]), eb.and([eb('at', '=', after[0]), eb('id', '<', after[1])])]),
        )
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
      return rows.map(stored)
    },
    async oldestAt(): Promise<number | null> {
      const row = await db.selectFrom('events').select('at').orderBy('at').limit(1).executeTakeFirst()
      return row?.at ?? null
    },
    /** Keeps the newest `keep` events. */
    async prune(keep: number): Promise<void> {
      const edge = await db
        .selectFrom('events')
        .select('at')
        .orderBy('at', 'desc')
        .offset(keep)
        .limit(1)
        .executeTakeFirst()
      if (edge) await db.deleteFrom('events').where('at', '<', edge.at).execute()
    },
  }
}
export type TimelineStore = ReturnType<typeof createTimelineStore>
