import type { AlertEvidence, NewEvent } from '@wheelhouse/contract'
import type { Notifications } from '../../notifications/index.ts'
import { announcementOf } from '../incidents/announcement.ts'
import type { AlertPatch, AlertRecord, AlertStore, NewStep } from '../incidents/store.ts'
import type { RuleRecord, RuleStore } from '../rules/store.ts'
import { covers, isActive } from '../silences/silence.ts'
import type { SilenceRecord, SilenceStore } from '../silences/store.ts'
import { listed, spanWords } from './figures.ts'
import { type AlertOccasion, digestOf, messageOfAlert } from './message.ts'

export interface TellerParts {
  readonly store: AlertStore
  readonly rules: RuleStore
  readonly silences: SilenceStore
  readonly notifications: Pick<Notifications, 'tell' | 'linkTo'>
  announce(event: NewEvent): unknown
  targetName(id: string): string | null
}

/** More than so many at the same moment are told as one. */
const mostAlone = 5
interface Due {
  readonly alert: AlertRecord
  readonly children: readonly AlertRecord[]
  readonly rules: readonly RuleRecord[]
}

/** Tells what is due: that something fired, still is so, nobody is at it, or is over. One instance at a time calls it. */
export class Teller {
  readonly #parts: TellerParts

  constructor(parts: TellerParts) {
    this.#parts = parts
  }

  async pass(at: number): Promise<void> {
    const { store, rules, silences } = this.#parts
    const current = await store.current()
    if (current.length === 0) return
    const known = new Map((await rules.all()).map((rule) => [rule.id, rule]))
    const active = (await silences.all()).filter((silence) => isActive(silence, at))
    const children = Map.groupBy(current, ({ parentId }) => parentId)
    const dueOf = (alert: AlertRecord): Due => {
      const own = (children.get(alert.id) ?? []).filter(({ openKey }) => openKey !== null)
      const ids = new Set([alert.ruleId, ...own.map(({ ruleId }) => ruleId)])
      // Those of a target that is gone are told by the rule of the target.
      const mine = alert.cause === 'target' ? [alert.ruleId] : [...ids]
      return { alert, children: own, rules: mine.flatMap((id) => known.get(id ?? '') ?? []) }
    }
    const fired: Due[] = []
    const cleared: Due[] = []
    for (const row of current) {
      if (row.parentId !== null) continue
      if (row.openKey === null) {
        if (row.clearTellAt !== null && row.clearTellAt <= at) cleared.push(dueOf(row))
        continue
      }
      const alert = await this.#woken(row, active, at)
      const due = dueOf(alert)
      if (await this.#isSilent(due, active, at)) continue
      if (alert.state !== 'open') continue
      if (alert.tellAt !== null && alert.tellAt <= at) fired.push(due)
      else await this.#again(due, at)
    }
    await this.#tellAll('alert.fired', fired, at)
    await this.#tellAll('alert.cleared', cleared, at)
  }

  /** What was snoozed comes back; what was silenced is told when that is over. */
  async #woken(alert: AlertRecord, active: readonly SilenceRecord[], at: number): Promise<AlertRecord> {
    if (alert.state === 'snoozed' && alert.snoozedUntil !== null && alert.snoozedUntil <= at) {
      const patch = { state: 'open', snoozedUntil: null, tellAt: at } as const
      return this.#change(
        alert,
        patch,
        ['snoozed'],
        { what: 'back', message: 'It was snoozed until now, and still holds.' },
        at,
      )
    }
    if (alert.silencedBy !== null && !active.some(({ id }) => id === alert.silencedBy)) {
      const patch: AlertPatch = { silencedBy: null, ...(alert.told === 0 ? { tellAt: at } : {}) }
      return this.#change(
        alert,
        patch,
        undefined,
        { what: 'back', message: 'What kept it silent has ended, and it still holds.' },
        at,
      )
    }
    return alert
  }

  async #isSilent({ alert, children }: Due, active: readonly SilenceRecord[], at: number): Promise<boolean> {
    if (active.length === 0) return false
    const { targetName } = this.#parts
    const over = (one: AlertRecord) => active.find((silence) => covers(silence, one, targetName))
    // A group is silent when all that it stands for is.
    const own = over(alert)
    const all =
      alert.cause === 'group' && children.length > 0 && children.every(over) ? over(children[0] ?? alert) : undefined
    const silence = own ?? all
    if (!silence) return false
    if (alert.silencedBy !== silence.id)
      await this.#change(
        alert,
        { silencedBy: silence.id },
        undefined,
        { what: 'not-told', message: `Silenced by ${silence.createdBy}: ${silence.reason}` },
        at,
      )
    return true
  }

  /** Reminders and escalations of what nobody has acknowledged. */
  async #again(due: Due, at: number): Promise<void> {
    const { alert, rules } = due
    if (alert.told === 0 && alert.toldAt === null) return
    const rule = rules.find(({ id }) => id === alert.ruleId) ?? rules[0]
    if (!rule) return
    const step = rule.spec.escalate?.[alert.escalated]
    if (step && at - alert.firedAt >= step.afterMs) {
      const lead = `Nobody has acknowledged it for ${spanWords(at - alert.firedAt)}. `
      await this.#tell('alert.escalated', due, at, {
        turn: `${alert.firedAt}-${alert.escalated}`,
        lead,
        channels: step.channels,
      })
      const raised = await this.#change(
        alert,
        { escalated: alert.escalated + 1 },
        undefined,
        {
          what: 'escalated',
          message: `${lead.trim()} Step ${alert.escalated + 1} of ${rule.spec.escalate?.length ?? 1}.`,
        },
        at,
      )
      this.#parts.announce(
        announcementOf('alert.escalated', raised, `#${alert.number} ${alert.subject}: ${lead.trim()}`),
      )
      return
    }
    const { remindMs } = rule.spec
    if (remindMs === undefined || alert.toldAt === null || at - alert.toldAt < remindMs) return
    const lead = `Still so after ${spanWords(at - alert.firedAt)}. `
    await this.#tell('alert.fired', due, at, { turn: `reminder-${alert.reminders}-${alert.firedAt}`, lead })
    await this.#parts.store.update(alert.id, { reminders: alert.reminders + 1 })
  }

  async #tellAll(occasion: 'alert.fired' | 'alert.cleared', due: readonly Due[], at: number): Promise<void> {
    // Those that go to the same places are one message when they are many.
    const places = Map.groupBy(due, ({ rules }) => JSON.stringify(channelsOf(rules)))
    for (const some of places.values()) {
      const most = occasion === 'alert.cleared' ? 1 : mostAlone
      if (some.length > most) await this.#tellTogether(occasion, some, at)
      else
        for (const one of some) await this.#tell(occasion, one, at, { turn: `${one.alert.joinedAt}-${one.alert.told}` })
    }
  }

  async #tellTogether(occasion: AlertOccasion, due: readonly Due[], at: number): Promise<void> {
    const { notifications } = this.#parts
    const alerts = due.map(({ alert }) => alert)
    const { told } = await notifications.tell(
      digestOf(occasion, alerts, notifications.linkTo('/alerts'), at),
      channelsOf(due[0]?.rules ?? []),
    )
    for (const { alert } of due) await this.#told(occasion, alert, told, [], at, ` with ${alerts.length - 1} others`)
  }

  async #tell(
    occasion: AlertOccasion,
    { alert, children, rules }: Due,
    at: number,
    more: { readonly turn: string; readonly lead?: string; readonly channels?: readonly string[] },
  ): Promise<void> {
    const { notifications } = this.#parts
    const evidence = evidenceOf(alert) ?? evidenceOf(children[0])
    const message = messageOfAlert({
      occasion,
      alert,
      evidence,
      children,
      at,
      link: notifications.linkTo(`/alerts/${alert.number}`),
      turn: more.turn,
      ...(more.lead === undefined ? {} : { lead: more.lead }),
    })
    const channels = [...new Set([...channelsOf(rules), ...(more.channels ?? [])])]
    const { told, missing } = await notifications.tell(message, channels, knownOf(rules))
    await this.#told(occasion, alert, told, missing, at, more.lead === undefined ? '' : ' again')
  }

  async #told(
    occasion: AlertOccasion,
    alert: AlertRecord,
    told: readonly string[],
    missing: readonly string[],
    at: number,
    how: string,
  ): Promise<void> {
    const { store } = this.#parts
    const over = occasion === 'alert.cleared'
    await store.update(alert.id, {
      ...(over ? { clearTellAt: null } : { tellAt: null, toldAt: at }),
      told: alert.told + told.length,
    })
    const steps: NewStep[] = []
    if (told.length > 0)
      steps.push({
        alertId: alert.id,
        at,
        what: 'told',
        message: `${over ? 'Its end was told' : 'Told'} to ${listed(told, 10)}${how}.`,
      })
    else
      steps.push({
        alertId: alert.id,
        at,
        what: 'not-told',
        message: 'No channel listens to alerts. Add one under Notifications, or name one in the rule.',
      })
    for (const name of missing)
      steps.push({ alertId: alert.id, at, what: 'not-told', message: `There is no channel "${name}", or it is off.` })
    await store.addSteps(steps)
  }

  async #change(
    alert: AlertRecord,
    patch: AlertPatch,
    from: readonly AlertRecord['state'][] | undefined,
    step: Pick<NewStep, 'what' | 'message'>,
    at: number,
  ): Promise<AlertRecord> {
    const changed = await this.#parts.store.update(alert.id, patch, from)
    if (!changed) return alert
    await this.#parts.store.addSteps([{ alertId: alert.id, at, ...step }])
    return changed
  }
}

const evidenceOf = (alert: AlertRecord | undefined): AlertEvidence | null =>
  alert?.evidence == null ? null : (JSON.parse(alert.evidence) as AlertEvidence)

const channelsOf = (rules: readonly RuleRecord[]): string[] =>
  [...new Set(rules.flatMap(({ spec }) => spec.channels ?? []))].toSorted()

/** Occasions by which a channel hears of the very event that the rule is about. */
const knownOf = (rules: readonly RuleRecord[]): string[] =>
  rules.flatMap(({ spec }) => (spec.condition.kind === 'event' ? spec.condition.types : []))
