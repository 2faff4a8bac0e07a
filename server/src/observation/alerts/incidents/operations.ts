import {
  type AlertEvidence,
  type alerts,
  AlertSeverity,
  AlertState,
  Failure,
  type NewEvent,
  notFound,
  type Place,
} from '@wheelhouse/contract'
import {
  type CallContext,
  type Caller,
  callerMay,
  decodeCursor,
  encodeCursor,
  type Handlers,
  requirePermission,
  visiblePlaces,
} from '../../../dispatch/index.ts'
import type { Registry } from '../../../inventory/targets/index.ts'
import { actsFor } from '../evidence/acts.ts'
import { evidenceFor } from '../evidence/shown-to.ts'
import type { RuleStore } from '../rules/store.ts'
import { spanWords } from '../telling/figures.ts'
import { announcementOf } from './announcement.ts'
import { shownAlert } from './shown.ts'
import type { AlertCursor, AlertFilter, AlertPatch, AlertRecord, AlertStore, NewStep } from './store.ts'

export interface AlertRoom {
  readonly alerts: AlertStore
  readonly rules: RuleStore
  readonly registry: Registry
  announce(event: NewEvent): unknown
  now(): number
}

const notOver: readonly AlertRecord['state'][] = ['open', 'acknowledged', 'snoozed']
const foldedShown = 100
const isCursor = (value: unknown): value is AlertCursor =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number' && typeof value[2] === 'string'

const placeOf = ({ targetId, serviceId }: AlertRecord): Place => ({
  ...(targetId === null ? {} : { targetId }),
  ...(serviceId === null ? {} : { serviceId }),
})

function wordsOf(field: string, text: string | undefined, known: readonly string[]): string[] | null {
  if (text === undefined) return null
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const other = words.find((word) => !known.includes(word))
  if (other !== undefined)
    throw new Failure('VALIDATION_FAILED', `${field}: "${other}" is none of ${known.join(', ')}.`, { field })
  return words.length === 0 ? null : words
}

export function alertHandlers(room: AlertRoom): Handlers<typeof alerts> {
  const { alerts: store, registry, rules } = room

  /** What one may not see is as good as not there. */
  async function one(id: string, caller: Caller): Promise<AlertRecord> {
    const found = await store.one(id)
    if (!found || !callerMay(caller, 'alerts.read', placeOf(found))) throw notFound('alert', id)
    return found
  }
  async function shown(record: AlertRecord) {
    return shownAlert(record, (await store.childCounts([record.id])).get(record.id) ?? 0)
  }

  /** Changes how people stand to an alert, not the alert. */
  async function act(
    id: string,
    from: readonly AlertRecord['state'][],
    patch: AlertPatch,
    step: Omit<NewStep, 'alertId' | 'at' | 'by'>,
    context: CallContext,
  ) {
    const { caller, audit } = context
    const before = await one(id, caller)
    requirePermission(caller, 'alerts.acknowledge', placeOf(before))
    if (!from.includes(before.state)) throw conflict(before)
    const after = await store.update(before.id, patch, from)
    if (!after) throw conflict((await store.one(before.id)) ?? before)
    await store.addSteps([{ ...step, alertId: before.id, at: room.now(), by: caller.username }])
    const noted = ({ number, state, reason, snoozedUntil }: AlertRecord) => ({ number, state, reason, snoozedUntil })
    audit({ resource: `alert:${before.id}`, before: noted(before), after: noted(after) })
    const event = announcementOf('alert.acknowledged', after, `#${after.number} ${after.subject}: ${step.message}`, {
      actor: caller.username,
    })
    room.announce(event)
    return shown(after)
  }
  const conflict = ({ number, state, acknowledgedBy }: AlertRecord): Failure =>
    new Failure(
      'STATE_CONFLICT',
      state === 'cleared'
        ? `#${number} is over; there is nothing to do.`
        : state === 'acknowledged'
          ? `${acknowledgedBy ?? 'Somebody'} has acknowledged #${number} already.`
          : `#${number} is ${state}.`,
      { state },
    )

  return {
    list: async (input, { caller }) => {
      const places = visiblePlaces(caller, 'alerts.read')
      const states = input.state === 'all' ? null : (wordsOf('state', input.state, AlertState.options) ?? notOver)
      // A name stands for all that bear it: it narrows a list and names nobody to act on.
      const service = input.service === undefined ? null : registry.service(input.service)
      const filter: AlertFilter = {
        q: input.q,
        states,
        severities: wordsOf('severity', input.severity, AlertSeverity.options),
        ...(input.service === undefined
          ? {}
          : { service: { id: service?.id ?? null, name: service?.name ?? input.service } }),
        ...(input.target === undefined ? {} : { targetId: registry.findTarget(input.target)?.id ?? input.target }),
        ...(input.stack === undefined ? {} : { stack: input.stack }),
        ...(input.rule === undefined ? {} : { ruleId: (await rules.one(input.rule))?.id ?? input.rule }),
        sinceMs: input.since === undefined ? null : Date.parse(input.since),
        untilMs: input.until === undefined ? null : Date.parse(input.until),
        // Who sees but a part does not see what the others are folded into.
        children: input.children ?? (places !== null || input.service !== undefined),
        places,
      }
      const limit = input.limit ?? 100
      const after = input.cursor === undefined ? null : decodeCursor(input.cursor, isCursor)
      const rows = await store.list(filter, after, limit + 1)
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      const children = await store.childCounts(items.map(({ id }) => id))
      return {
        items: items.map((record) => shownAlert(record, children.get(record.id) ?? 0)),
        nextCursor: rows.length > limit && last ? encodeCursor([last.rank, last.firedAt, last.id]) : null,
        total: await store.count(filter),
        counts: await store.bySeverity({
          states: notOver,
          severities: null,
          sinceMs: null,
          untilMs: null,
          children: places !== null,
          places,
        }),
      }
    },

    get: async ({ id }, { caller }) => {
      const record = await one(id, caller)
      const children = (await store.children(record.id, foldedShown)).filter((child) =>
        callerMay(caller, 'alerts.read', placeOf(child)),
      )
      const counts = await store.childCounts([record.id, ...children.map((child) => child.id)])
      // What stands for several knows what the first of them knew.
      const [first] = children.toSorted((a, b) => a.firedAt - b.firedAt)
      const evidence: AlertEvidence | null =
        evidenceFor(caller, record) ?? (record.cause === 'group' && first ? evidenceFor(caller, first) : null)
      return {
        ...shownAlert(record, counts.get(record.id) ?? 0),
        evidence,
        steps: await store.steps(record.id),
        acts: actsFor(record, children, evidence, registry, caller),
        folded: children.map((child) => shownAlert(child, counts.get(child.id) ?? 0)),
      }
    },

    acknowledge: ({ id, reason }, context) =>
      act(
        id,
        ['open', 'snoozed'],
        {
          state: 'acknowledged',
          acknowledgedBy: context.caller.username,
          reason: reason ?? null,
          snoozedUntil: null,
          tellAt: null,
        },
        { what: 'acknowledged', message: reason ?? `${context.caller.username} is at it.` },
        context,
      ),

    snooze: ({ id, forMs, reason }, context) => {
      const until = room.now() + forMs
      return act(
        id,
        notOver,
        { state: 'snoozed', acknowledgedBy: null, reason: reason ?? null, snoozedUntil: until, tellAt: null },
        { what: 'snoozed', message: `For ${spanWords(forMs)}${reason === undefined ? '.' : `: ${reason}`}` },
        context,
      )
    },

    reopen: ({ id }, context) =>
      act(
        id,
        ['acknowledged', 'snoozed'],
        { state: 'open', acknowledgedBy: null, reason: null, snoozedUntil: null },
        { what: 'back', message: `${context.caller.username} took it back: it is open again.` },
        context,
      ),
  }
}
