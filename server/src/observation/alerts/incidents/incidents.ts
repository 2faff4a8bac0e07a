import { randomUUID } from 'node:crypto'
import type { NewEvent } from '@wheelhouse/contract'
import { type Hold, isFlapping } from '../evaluating/hold.ts'
import type { RuleRecord } from '../rules/store.ts'
import type { Subject } from '../sensing/subject.ts'
import { announcementOf } from './announcement.ts'
import { Grouping } from './grouping.ts'
import { type AlertPatch, type AlertRecord, type AlertStore, type NewStep, rankOf } from './store.ts'

/** A rule that has begun or ceased to hold on a subject. `at` is epoch ms. */
export interface Turned {
  readonly turn: 'fired' | 'cleared'
  readonly rule: RuleRecord
  readonly subject: Subject
  readonly message: string
  readonly value: number | null
  readonly hold: Hold
  readonly at: number
}

export interface IncidentParts {
  readonly store: AlertStore
  announce(event: NewEvent): unknown
  /** An alert is new, or back: what is known now is to be kept with it. */
  fired(alert: AlertRecord, rule: RuleRecord): void
  /** Time in which what belongs together is gathered before it is told. */
  readonly gatherMs: number
}

/** What was over so shortly ago goes on under its number when it comes again. */
const sameMs = 600_000
export const openKeyOf = (ruleId: string, subjectKey: string): string => `${ruleId} ${subjectKey}`

/** Makes alerts of what rules find, folds those of one cause into one, and ends them. One instance at a time calls it. */
export class Incidents {
  readonly #parts: IncidentParts
  readonly #grouping: Grouping
  #current = new Map<string, AlertRecord>()

  constructor(parts: IncidentParts) {
    this.#parts = parts
    this.#grouping = new Grouping({
      store: parts.store,
      gatherMs: parts.gatherMs,
      current: () => this.#current.values(),
      change: (record, patch) => this.#change(record, patch),
      keep: (record) => void this.#current.set(record.id, record),
      announce: (event) => parts.announce(event),
    })
  }

  /** Everything that is not over, as it stands in the database. */
  async load(): Promise<readonly AlertRecord[]> {
    const rows = await this.#parts.store.current()
    this.#current = new Map(rows.map((row) => [row.id, row]))
    return rows
  }

  async take(turns: readonly Turned[]): Promise<void> {
    if (turns.length === 0) return
    // People may have acknowledged some meanwhile.
    await this.load()
    // A target first: what fails with it is then its child from the beginning.
    const targetsFirst = turns.toSorted((a, b) => Number(isOfTarget(b)) - Number(isOfTarget(a)))
    for (const turned of targetsFirst) await (turned.turn === 'fired' ? this.#fire(turned) : this.#clear(turned))
  }

  /** It still holds: went further, or is of a service that was made anew. */
  async went(
    ruleId: string,
    { key, serviceId }: Subject,
    value: number | null,
    furthest: number | null,
  ): Promise<void> {
    const open = this.#open(openKeyOf(ruleId, key))
    if (!open) return
    const isOther = serviceId !== null && serviceId !== open.serviceId
    if (isOther || open.furthest !== furthest)
      await this.#change(open, { value, furthest, ...(isOther ? { serviceId } : {}) })
  }

  /** Ends all alerts of a rule that is not watched any more, or those of it that `isOver` names. */
  async retire(
    ruleId: string,
    why: string,
    at: number,
    isOver: (record: AlertRecord) => boolean = () => true,
  ): Promise<void> {
    await this.load()
    const mine = [...this.#current.values()].filter(
      (record) => record.openKey !== null && record.cause !== 'group' && record.ruleId === ruleId && isOver(record),
    )
    for (const record of mine) await this.#end(record, why, at)
  }

  #open(openKey: string): AlertRecord | null {
    return [...this.#current.values()].find((record) => record.openKey === openKey) ?? null
  }

  async #fire(turned: Turned): Promise<void> {
    const { rule, subject, message, hold, at } = turned
    const { store } = this.#parts
    const openKey = openKeyOf(rule.id, subject.key)
    if (this.#open(openKey)) return
    const last = await store.lastOf(rule.id, subject.key)
    const again = last?.state === 'cleared' && at - (last.clearedAt ?? 0) < sameMs ? last : null
    const alert = again ? await this.#again(again, turned, openKey) : await this.#first(turned, openKey)
    if (!alert) return
    const steps: NewStep[] = [
      {
        alertId: alert.id,
        at,
        what: again ? 'back' : 'fired',
        message: again ? `It is so again: ${message}` : message,
      },
    ]
    if (isFlapping(hold) && again?.flapping === 0)
      steps.push({ alertId: alert.id, at, what: 'worse', message: 'It goes back and forth; that is told once.' })
    await store.addSteps(steps)
    const placed = await this.#grouping.place(alert, at)
    this.#parts.announce(announcementOf('alert.fired', placed, message))
    this.#parts.fired(placed, rule)
  }

  #first({ rule, subject, message, value, hold, at }: Turned, openKey: string): Promise<AlertRecord | null> {
    return this.#insert({
      id: randomUUID(),
      openKey,
      ruleId: rule.id,
      rule: rule.name,
      cause: rule.spec.condition.kind === 'target' ? 'target' : 'own',
      severity: rule.spec.severity,
      rank: rankOf[rule.spec.severity],
      state: 'open',
      subjectKey: subject.key,
      subject: subject.name,
      serviceId: subject.serviceId,
      targetId: subject.targetId,
      stack: subject.stack,
      message,
      value,
      furthest: hold.furthest,
      parentId: null,
      silencedBy: null,
      firedAt: at,
      joinedAt: at,
      clearedAt: null,
      acknowledgedBy: null,
      reason: null,
      snoozedUntil: null,
      told: 0,
      toldAt: null,
      tellAt: at + this.#parts.gatherMs,
      clearTellAt: null,
      reminders: 0,
      escalated: 0,
      flapping: 0,
      evidence: null,
    })
  }

  async #insert(record: Omit<AlertRecord, 'number'>): Promise<AlertRecord | null> {
    const made = await this.#parts.store.insert(record)
    if (made) this.#current.set(made.id, made)
    return made
  }

  async #again(
    last: AlertRecord,
    { subject, message, value, hold, at }: Turned,
    openKey: string,
  ): Promise<AlertRecord | null> {
    const flaps = isFlapping(hold)
    // Its end was not told yet, so nobody needs to hear that it is back; and one that flaps is told so once.
    const isNews = flaps ? last.flapping === 0 : last.clearTellAt === null
    const back = await this.#parts.store.update(
      last.id,
      {
        openKey,
        state: 'open',
        clearedAt: null,
        message,
        value,
        furthest: hold.furthest,
        serviceId: subject.serviceId,
        joinedAt: at,
        parentId: null,
        acknowledgedBy: null,
        reason: null,
        snoozedUntil: null,
        silencedBy: null,
        tellAt: isNews ? at + this.#parts.gatherMs : null,
        clearTellAt: null,
        escalated: 0,
        flapping: flaps ? 1 : 0,
      },
      ['cleared'],
    )
    if (back) this.#current.set(back.id, back)
    return back
  }

  async #clear({ rule, subject, message, at }: Turned): Promise<void> {
    const open = this.#open(openKeyOf(rule.id, subject.key))
    if (open) await this.#end(open, message, at)
  }

  async #end(record: AlertRecord, message: string, at: number): Promise<void> {
    const { store, announce } = this.#parts
    const cleared = await this.#cleared(record, at)
    await store.addSteps([{ alertId: record.id, at, what: 'cleared', message }])
    announce(announcementOf('alert.cleared', cleared, message))
    if (record.cause === 'target') return this.#grouping.setFree(cleared, at)
    const group = record.parentId === null ? undefined : this.#current.get(record.parentId)
    if (group?.cause !== 'group' || group.openKey === null) return
    const left = [...this.#current.values()].some(({ parentId, openKey }) => parentId === group.id && openKey !== null)
    if (left) return this.#grouping.tellAnew(group)
    const over = await this.#cleared(group, at)
    await store.addSteps([{ alertId: group.id, at, what: 'cleared', message: 'All of it is over.' }])
    announce(announcementOf('alert.cleared', over, `${group.subject}: all of it is over.`))
  }

  #cleared(record: AlertRecord, at: number): Promise<AlertRecord> {
    // What was never told, or is told by its parent, needs no end; who snoozed it wants to hear nothing.
    const isTold = record.told > 0 && record.parentId === null && record.state !== 'snoozed'
    return this.#change(record, {
      openKey: null,
      state: 'cleared',
      clearedAt: at,
      tellAt: null,
      clearTellAt: isTold ? at + this.#parts.gatherMs : null,
      snoozedUntil: null,
    })
  }

  async #change(record: AlertRecord, patch: AlertPatch): Promise<AlertRecord> {
    const changed = (await this.#parts.store.update(record.id, patch)) ?? { ...record, ...patch }
    this.#current.set(record.id, changed)
    return changed
  }
}

const isOfTarget = ({ rule }: Turned): boolean => rule.spec.condition.kind === 'target'
