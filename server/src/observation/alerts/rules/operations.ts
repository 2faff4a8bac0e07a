import { randomUUID } from 'node:crypto'
import { type AlertRuleSpec, type alertRules, Failure, type NewEvent, notFound } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { type CallContext, type Handlers, paged, requirePermission } from '../../../dispatch/index.ts'
import type { Notifications } from '../../notifications/index.ts'
import type { AlertStore } from '../incidents/store.ts'
import { preview, type PreviewRoom } from '../preview/preview.ts'
import { requireSound } from './sound.ts'
import { shownRule } from './shown.ts'
import type { RuleRecord, RuleStore } from './store.ts'

export interface RuleRoom extends PreviewRoom {
  readonly rules: RuleStore
  readonly alerts: AlertStore
  readonly notifications: Pick<Notifications, 'missing'>
  announce(event: NewEvent): unknown
}

const taken =
  (name: string) =>
  (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('CONFLICT', `There is a rule "${name}" already. Choose another name.`, { field: 'name' })
  }

/** What is watched for is of the house: it is for those who hold the permission everywhere. */
export function ruleHandlers(room: RuleRoom): Handlers<typeof alertRules> {
  const { rules, alerts } = room
  const one = async (id: string): Promise<RuleRecord> => {
    const found = await rules.one(id)
    if (!found) throw notFound('alert rule', id)
    return found
  }
  const shown = async (record: RuleRecord) => shownRule(record, (await alerts.openCounts()).get(record.id) ?? 0)

  async function requireUsable(spec: AlertRuleSpec): Promise<void> {
    requireSound(spec)
    const channels = [...(spec.channels ?? []), ...(spec.escalate ?? []).flatMap((step) => step.channels)]
    const [missing] = await room.notifications.missing(channels)
    if (missing !== undefined)
      throw new Failure(
        'NOT_FOUND',
        `There is no notification channel "${missing}". Make it first, under Notifications.`,
        {
          kind: 'notification channel',
          id: missing,
        },
      )
  }
  const changed = (record: RuleRecord, how: string, { caller }: CallContext): void =>
    void room.announce({
      type: 'alert-rule.changed',
      actor: caller.username,
      message: `The alert rule "${record.name}" was ${how}.`,
      data: { ruleId: record.id, name: record.name, how },
    })

  return {
    list: async ({ q, ...query }, { caller }) => {
      requirePermission(caller, 'alerts.read')
      const wanted = q?.toLowerCase() ?? ''
      const rows = (await rules.all()).filter(({ name }) => name.toLowerCase().includes(wanted))
      const { items, ...page } = paged(rows, query)
      const open = await alerts.openCounts()
      return { ...page, items: items.map((record) => shownRule(record, open.get(record.id) ?? 0)) }
    },
    get: async ({ id }, { caller }) => {
      requirePermission(caller, 'alerts.read')
      return shown(await one(id))
    },
    create: async (input, context) => {
      requirePermission(context.caller, 'alerts.manage')
      await requireUsable(input)
      const { enabled = true, ...spec } = input
      const now = room.now()
      const record: RuleRecord = {
        id: randomUUID(),
        name: spec.name,
        spec,
        enabled,
        given: false,
        problem: null,
        firedAt: null,
        createdBy: context.caller.username,
        createdAt: now,
        changedAt: now,
      }
      await rules.insert(record).catch(taken(spec.name))
      const view = shownRule(record, 0)
      context.audit({ resource: `alert-rule:${record.id}`, after: view })
      changed(record, 'made', context)
      return view
    },
    update: async ({ id, ...input }, context) => {
      requirePermission(context.caller, 'alerts.manage')
      const before = await one(id)
      await requireUsable(input)
      const { enabled = true, ...spec } = input
      const patch = { name: spec.name, spec, enabled, problem: null, changedAt: room.now() }
      const record = await rules.update(before.id, patch).catch(taken(spec.name))
      if (!record) throw notFound('alert rule', id)
      const after = await shown(record)
      context.audit({ resource: `alert-rule:${record.id}`, before: shownRule(before, after.open), after })
      changed(record, enabled === before.enabled ? 'changed' : enabled ? 'switched on' : 'switched off', context)
      return after
    },
    remove: async ({ id }, context) => {
      requirePermission(context.caller, 'alerts.manage')
      const before = await one(id)
      await rules.remove(before.id)
      context.audit({ resource: `alert-rule:${before.id}`, before: shownRule(before, 0) })
      changed(before, 'removed', context)
      return { ok: true }
    },
    preview: async ({ rule, rangeMs }, { caller, signal }) => {
      requirePermission(caller, 'alerts.read')
      requireSound(rule)
      return preview(room, rule, rangeMs, signal)
    },
  }
}
