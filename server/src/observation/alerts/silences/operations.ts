import { randomUUID } from 'node:crypto'
import { Failure, notFound, type Place, type silences } from '@wheelhouse/contract'
import { cronTrouble } from '@wheelhouse/platform/schedule'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { RuleStore } from '../rules/store.ts'
import { isOver, shownSilence } from './silence.ts'
import type { SilenceRecord, SilenceStore } from './store.ts'

export interface SilenceRoom {
  readonly silences: SilenceStore
  readonly rules: RuleStore
  readonly registry: Registry
  now(): number
  /** What is silent has changed: it is to be seen at once. */
  changed(): void
}

/** The narrowest place that it is about: who may act there may make and end it. A stack is of no one place. */
const placeOf = ({ serviceId, targetId }: Pick<SilenceRecord, 'serviceId' | 'targetId'>): Place | undefined => {
  if (serviceId !== null) return { serviceId, targetId: serviceId.slice(0, serviceId.indexOf(':')) }
  return targetId === null ? undefined : { targetId }
}

export function silenceHandlers(room: SilenceRoom): Handlers<typeof silences> {
  const { registry } = room
  const refused = (field: string, why: string): Failure =>
    new Failure('VALIDATION_FAILED', `${field}: ${why}`, { field })

  function serviceOf(
    reference: string | undefined,
    caller: Caller,
  ): { service: string | null; serviceId: string | null } {
    if (reference === undefined) return { service: null, serviceId: null }
    const found = registry.findService(reference, (place) => callerMay(caller, 'alerts.acknowledge', place))
    if (found) return { service: found.name, serviceId: found.id }
    // Whoever may silence everything may also name what is not there yet, and a service of a stack.
    if (callerMay(caller, 'alerts.acknowledge')) return { service: reference, serviceId: null }
    throw notFound('service', reference)
  }

  return {
    list: async ({ past = false, q, ...query }, { caller }) => {
      const now = room.now()
      const wanted = q?.toLowerCase() ?? ''
      const rows = (await room.silences.all()).filter(
        (record) =>
          callerMay(caller, 'alerts.read', placeOf(record)) &&
          (past || !isOver(record, now)) &&
          [record.reason, record.service, record.stack, record.target].some((text) =>
            text?.toLowerCase().includes(wanted),
          ),
      )
      const { items, ...page } = paged(rows, query)
      return { ...page, items: items.map((record) => shownSilence(record, now)) }
    },

    create: async (input, { caller, audit }) => {
      const { service, serviceId } = serviceOf(input.service, caller)
      const target = input.target === undefined ? null : registry.findTarget(input.target)
      if (input.target !== undefined && target === null) throw notFound('target', input.target)
      requirePermission(caller, 'alerts.acknowledge', placeOf({ serviceId, targetId: target?.id ?? null }))
      const rule = input.ruleId === undefined ? null : await room.rules.one(input.ruleId)
      if (input.ruleId !== undefined && rule === null) throw notFound('alert rule', input.ruleId)
      const now = room.now()
      const from = input.from === undefined ? now : Date.parse(input.from)
      const until = input.until === undefined ? null : Date.parse(input.until)
      if (until !== null && until <= Math.max(from, now))
        throw refused('until', 'it lies before the beginning, or is over already.')
      const { repeat } = input
      const timeZone = repeat?.timeZone ?? 'UTC'
      const trouble = repeat === undefined ? null : cronTrouble(repeat.cron, timeZone)
      if (trouble !== null) throw refused('repeat.cron', trouble)
      const record: SilenceRecord = {
        id: randomUUID(),
        reason: input.reason,
        ruleId: rule?.id ?? null,
        service,
        serviceId,
        stack: input.stack ?? null,
        target: target?.name ?? null,
        targetId: target?.id ?? null,
        from,
        until,
        cron: repeat?.cron ?? null,
        durationMs: repeat?.durationMs ?? null,
        timeZone: repeat === undefined ? null : timeZone,
        createdBy: caller.username,
        createdAt: now,
      }
      await room.silences.insert(record)
      const view = shownSilence(record, now)
      audit({ resource: `silence:${record.id}`, after: view })
      room.changed()
      return view
    },

    remove: async ({ id }, { caller, audit }) => {
      const record = await room.silences.one(id)
      // What one may not see is as good as not there.
      if (!record || !callerMay(caller, 'alerts.read', placeOf(record))) throw notFound('silence', id)
      requirePermission(caller, 'alerts.acknowledge', placeOf(record))
      await room.silences.remove(id)
      audit({ resource: `silence:${id}`, before: shownSilence(record, room.now()) })
      room.changed()
      return { ok: true }
    },
  }
}
