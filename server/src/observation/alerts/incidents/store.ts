import type { Alert, AlertStep } from '@wheelhouse/contract'
import { type Database, isUniqueViolation } from '@wheelhouse/platform/db'

/** An alert as it is kept. Times are epoch ms. */
export interface AlertRecord {
  readonly id: string
  readonly number: number
  /** Names rule and subject while it is not over, so that there is one at a time. */
  readonly openKey: string | null
  readonly ruleId: string | null
  readonly rule: string
  /** `target`: a target is not heard, which is why what runs on it is not. `group`: stands for several of one stack. */
  readonly cause: 'own' | 'target' | 'group'
  readonly severity: Alert['severity']
  readonly rank: number
  readonly state: Alert['state']
  readonly subjectKey: string
  readonly subject: string
  readonly serviceId: string | null
  readonly targetId: string | null
  readonly stack: string | null
  readonly message: string
  readonly value: number | null
  readonly furthest: number | null
  readonly parentId: string | null
  readonly silencedBy: string | null
  readonly firedAt: number
  /** When the last of its children came; of one without, when it fired. */
  readonly joinedAt: number
  readonly clearedAt: number | null
  readonly acknowledgedBy: string | null
  readonly reason: string | null
  readonly snoozedUntil: number | null
  readonly told: number
  readonly toldAt: number | null
  /** When it is to be told; null when there is nothing to tell. */
  readonly tellAt: number | null
  readonly clearTellAt: number | null
  readonly reminders: number
  readonly escalated: number
  /** 1: it goes back and forth. */
  readonly flapping: number
  readonly evidence: string | null
}
export type AlertPatch = Partial<Omit<AlertRecord, 'id' | 'number'>>
export interface NewStep {
  readonly alertId: string
  readonly at: number
  readonly what: AlertStep['what']
  readonly by?: string | null
  readonly message: string
}

export interface AlertFilter {
  readonly q?: string | undefined
  readonly states: readonly string[] | null
  readonly severities: readonly string[] | null
  readonly service?: { readonly id: string | null; readonly name: string } | undefined
  readonly targetId?: string | undefined
  readonly stack?: string | undefined
  readonly ruleId?: string | undefined
  readonly sinceMs: number | null
  readonly untilMs: number | null
  readonly children: boolean
  readonly places: { readonly targetIds: readonly string[]; readonly serviceIds: readonly string[] } | null
}
/** Position in the order worst and newest first. */
export type AlertCursor = readonly [rank: number, firedAt: number, id: string]

export const rankOf = { critical: 3, warning: 2, info: 1 } as const satisfies Record<Alert['severity'], number>

type Tables = {
  alerts: AlertRecord
  alertSteps: { id: number; alertId: string; at: number; what: string; by: string | null; message: string }
}
const like = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)}%`
const stepsKept = 500

export type AlertStore = ReturnType<typeof openAlertStore>

export function openAlertStore(database: Database) {
  const db = database.db.withTables<Tables>()

  function matching(filter: AlertFilter) {
    let query = db.selectFrom('alerts')
    const { states, severities, service, places, q } = filter
    if (states) query = query.where('state', 'in', states as AlertRecord['state'][])
    if (severities) query = query.where('severity', 'in', severities as AlertRecord['severity'][])
    if (service)
      query = query.where((eb) => eb.or([eb('serviceId', '=', service.id ?? ''), eb('subject', '=', service.name)]))
    if (filter.targetId !== undefined) query = query.where('targetId', '=', filter.targetId)
    if (filter.stack !== undefined) query = query.where('stack', '=', filter.stack)
    if (filter.ruleId !== undefined) query = query.where('ruleId', '=', filter.ruleId)
    if (filter.sinceMs !== null) query = query.where('firedAt', '>=', filter.sinceMs)
    if (filter.untilMs !== null) query = query.where('firedAt', '<=', filter.untilMs)
    if (!filter.children) query = query.where('parentId', 'is', null)
    if (q)
      query = query.where((eb) =>
        eb.or(
          (['subject', 'message', 'rule'] as const).map((column) =>
            eb(eb.fn<string>('lower', [column]), 'like', like(q)),
          ),
        ),
      )
    if (places)
      query = query.where((eb) =>
        eb.or([eb('targetId', 'in', ['', ...places.targetIds]), eb('serviceId', 'in', ['', ...places.serviceIds])]),
      )
    return query
  }

  return {
    /** Those that are not over, and those whose end is still to be told. */
    current: (): Promise<AlertRecord[]> =>
      db
        .selectFrom('alerts')
        .selectAll()
        .where((eb) => eb.or([eb('openKey', 'is not', null), eb('clearTellAt', 'is not', null)]))
        .orderBy('firedAt')
        .orderBy('number')
        .execute(),

    /** By id or number. */
    async one(reference: string): Promise<AlertRecord | null> {
      const number = /^#?\d{1,9}$/.test(reference) ? Number(reference.replace('#', '')) : null
      const query = db.selectFrom('alerts').selectAll()
      const row = await (
        number === null ? query.where('id', '=', reference) : query.where('number', '=', number)
      ).executeTakeFirst()
      return row ?? null
    },

    /** The last one of a rule on a subject, over or not. */
    async lastOf(ruleId: string, subjectKey: string): Promise<AlertRecord | null> {
      const row = await db
        .selectFrom('alerts')
        .selectAll()
        .where('subjectKey', '=', subjectKey)
        .where('ruleId', '=', ruleId)
        .where('cause', '!=', 'group')
        .orderBy('firedAt', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row ?? null
    },

    /** Gives it its number. Null where one of that rule and subject is open already. */
    async insert(record: Omit<AlertRecord, 'number'>): Promise<AlertRecord | null> {
      for (let tries = 0; ; tries++) {
        const last = await db
          .selectFrom('alerts')
          .select((eb) => eb.fn.max('number').as('number'))
          .executeTakeFirst()
        const row: AlertRecord = { ...record, number: (last?.number ?? 0) + 1 }
        try {
          await db.insertInto('alerts').values(row).execute()
          return row
        } catch (error) {
          if (!isUniqueViolation(error)) throw error
          if (record.openKey !== null) {
            const open = await db
              .selectFrom('alerts')
              .select('id')
              .where('openKey', '=', record.openKey)
              .executeTakeFirst()
            if (open) return null
          }
          // Another instance took the number.
          if (tries >= 20) throw error
        }
      }
    },

    /** Null when it is not there, or not in one of the states it must be in. */
    async update(id: string, patch: AlertPatch, from?: readonly AlertRecord['state'][]): Promise<AlertRecord | null> {
      let query = db.updateTable('alerts').set(patch).where('id', '=', id)
      if (from) query = query.where('state', 'in', from)
      return (await query.returningAll().executeTakeFirst()) ?? null
    },

    async addSteps(steps: readonly NewStep[]): Promise<void> {
      if (steps.length === 0) return
      await db
        .insertInto('alertSteps')
        .values(steps.map(({ by = null, ...step }) => ({ ...step, by })) as never)
        .execute()
    },

    /** Oldest first; of very many the newest. */
    async steps(alertId: string): Promise<AlertStep[]> {
      const rows = await db
        .selectFrom('alertSteps')
        .selectAll()
        .where('alertId', '=', alertId)
        .orderBy('id', 'desc')
        .limit(stepsKept)
        .execute()
      return rows.toReversed().map(({ at, what, by, message }) => ({
        at: new Date(at).toISOString(),
        what: what as AlertStep['what'],
        by,
        message,
      }))
    },

    children: (parentId: string, limit: number): Promise<AlertRecord[]> =>
      db
        .selectFrom('alerts')
        .selectAll()
        .where('parentId', '=', parentId)
        .orderBy('rank', 'desc')
        .orderBy('firedAt')
        .limit(limit)
        .execute(),

    async childCounts(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
      if (ids.length === 0) return new Map()
      const rows = await db
        .selectFrom('alerts')
        .select(({ fn }) => ['parentId' as const, fn.countAll().as('count')])
        .where('parentId', 'in', ids)
        .groupBy('parentId')
        .execute()
      return new Map(rows.map(({ parentId, count }) => [parentId ?? '', Number(count)]))
    },

    async openCounts(): Promise<ReadonlyMap<string, number>> {
      const rows = await db
        .selectFrom('alerts')
        .select(({ fn }) => ['ruleId' as const, fn.countAll().as('count')])
        .where('openKey', 'is not', null)
        .where('cause', '!=', 'group')
        .groupBy('ruleId')
        .execute()
      return new Map(rows.map(({ ruleId, count }) => [ruleId ?? '', Number(count)]))
    },

    async list(filter: AlertFilter, after: AlertCursor | null, limit: number): Promise<AlertRecord[]> {
      let query = matching(filter).selectAll()
      if (after) {
        const [rank, firedAt, id] = after
        query = query.where((eb) =>
          eb.or([
            eb('rank', '<', rank),
            eb.and([eb('rank', '=', rank), eb('firedAt', '<', firedAt)]),
            eb.and([eb('rank', '=', rank), eb('firedAt', '=', firedAt), eb('id', '<', id)]),
          ]),
        )
      }
      return query.orderBy('rank', 'desc').orderBy('firedAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
    },

    async count(filter: AlertFilter): Promise<number> {
      const row = await matching(filter)
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirst()
      return Number(row?.count ?? 0)
    },

    async bySeverity(filter: AlertFilter): Promise<Record<string, number>> {
      const rows = await matching(filter)
        .select(({ fn }) => ['severity' as const, fn.countAll().as('count')])
        .groupBy('severity')
        .execute()
      return Object.fromEntries(rows.map(({ severity, count }) => [severity, Number(count)]))
    },

    /** Their rule is gone; they stay. */
    async forgetRule(ruleId: string): Promise<void> {
      await db.updateTable('alerts').set({ ruleId: null }).where('ruleId', '=', ruleId).execute()
    },

    async prune(clearedBefore: number): Promise<void> {
      await db.deleteFrom('alerts').where('clearedAt', '<', clearedBefore).execute()
    },
  }
}
