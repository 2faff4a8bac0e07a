import { randomUUID } from 'node:crypto'
import type { NewEvent } from '@wheelhouse/contract'
import { listed } from '../telling/figures.ts'
import { announcementOf } from './announcement.ts'
import type { AlertPatch, AlertRecord, AlertStore } from './store.ts'

export interface GroupingParts {
  readonly store: AlertStore
  readonly gatherMs: number
  /** Alerts that are not over. */
  current(): Iterable<AlertRecord>
  change(record: AlertRecord, patch: AlertPatch): Promise<AlertRecord>
  keep(record: AlertRecord): void
  announce(event: NewEvent): unknown
}

/** What fails within so short a time of each other has one cause. */
const togetherMs = 60_000
/** What failed so shortly before a target was known to be gone went with it. */
const beforeTargetMs = 300_000
/** When a target is back its services get so long to be well again before they are told. */
const settleMs = 60_000

const isOpenRoot = ({ openKey, parentId }: AlertRecord): boolean => openKey !== null && parentId === null
/** Services of one stack on one target stand and fall together; others only with themselves. */
const causeOf = ({ stack, targetId, subjectKey }: AlertRecord): string =>
  stack !== null && targetId !== null ? JSON.stringify([targetId, stack]) : subjectKey

/** Folds alerts that have one cause into one: those of a target that is gone, and those of a stack that fall together. */
export class Grouping {
  readonly #parts: GroupingParts

  constructor(parts: GroupingParts) {
    this.#parts = parts
  }

  /** Finds the alert that a new one belongs to; answers it as it stands then. */
  async place(alert: AlertRecord, at: number): Promise<AlertRecord> {
    if (alert.cause === 'target') {
      await this.#gatherUnder(alert, at)
      return alert
    }
    const open = [...this.#parts.current()].filter((other) => isOpenRoot(other) && other.id !== alert.id)
    const target = open.find(
      ({ cause, targetId }) => cause === 'target' && targetId !== null && targetId === alert.targetId,
    )
    if (target) return this.#join(target, alert, at)
    const cause = causeOf(alert)
    const near = open.find(
      (other) => other.cause !== 'target' && causeOf(other) === cause && Math.abs(at - other.joinedAt) <= togetherMs,
    )
    if (!near) return alert
    if (near.cause === 'group') return this.#join(near, alert, at)
    const group = await this.#groupOf(near, alert)
    if (!group) return alert
    await this.#join(group, near, at)
    return this.#join(group, alert, at)
  }

  /** A target is back: what is still wrong on it stands for itself again. */
  async setFree(target: AlertRecord, at: number): Promise<void> {
    const children = [...this.#parts.current()].filter(
      ({ parentId, openKey }) => parentId === target.id && openKey !== null,
    )
    for (const child of children) {
      const free = await this.#parts.change(child, { parentId: null, joinedAt: at, tellAt: at + settleMs })
      await this.#parts.store.addSteps([
        { alertId: child.id, at, what: 'back', message: `${target.subject} is heard again, and this still holds.` },
      ])
      await this.place(free, at)
    }
  }

  /** Its children have changed, and so what is said of it. */
  async tellAnew(group: AlertRecord): Promise<void> {
    const open = [...this.#parts.current()].filter(({ parentId, openKey }) => parentId === group.id && openKey !== null)
    const message = groupMessage(group, open)
    if (message !== group.message) await this.#parts.change(group, { message })
  }

  async #gatherUnder(target: AlertRecord, at: number): Promise<void> {
    const { store, change } = this.#parts
    const there = [...this.#parts.current()].filter(
      (other) =>
        isOpenRoot(other) &&
        other.cause !== 'target' &&
        other.serviceId !== null &&
        other.targetId === target.targetId &&
        at - other.joinedAt <= beforeTargetMs,
    )
    const groups = [...this.#parts.current()].filter(
      (other) =>
        isOpenRoot(other) &&
        other.cause === 'group' &&
        other.targetId === target.targetId &&
        at - other.joinedAt <= beforeTargetMs,
    )
    for (const group of groups) {
      const children = [...this.#parts.current()].filter(
        ({ parentId, openKey }) => parentId === group.id && openKey !== null,
      )
      for (const child of children) await this.#join(target, child, at)
      await change(group, {
        openKey: null,
        state: 'cleared',
        clearedAt: at,
        tellAt: null,
        clearTellAt: null,
        parentId: target.id,
      })
      await store.addSteps([
        {
          alertId: group.id,
          at,
          what: 'joined',
          message: `It is part of #${target.number}: ${target.subject} is not heard.`,
        },
      ])
    }
    for (const other of there) if (other.cause === 'own') await this.#join(target, other, at)
  }

  async #join(parent: AlertRecord, child: AlertRecord, at: number): Promise<AlertRecord> {
    const { store, change } = this.#parts
    const joined = await change(child, { parentId: parent.id, tellAt: null, clearTellAt: null })
    await store.addSteps([
      { alertId: child.id, at, what: 'joined', message: `It is part of #${parent.number}, which is told for it.` },
      { alertId: parent.id, at, what: 'joined', message: `${child.subject}: ${child.message}` },
    ])
    const now = [...this.#parts.current()].find(({ id }) => id === parent.id) ?? parent
    const isWorse = child.rank > now.rank
    const open = [...this.#parts.current()].filter(
      ({ parentId, openKey }) => parentId === parent.id && openKey !== null,
    )
    await change(now, {
      joinedAt: at,
      ...(now.cause === 'group' ? { message: groupMessage(now, open) } : {}),
      ...(isWorse ? { severity: child.severity, rank: child.rank } : {}),
      // One that was told as less than it is now is told once more.
      ...(isWorse && now.told > 0 && now.state === 'open' ? { tellAt: at + this.#parts.gatherMs } : {}),
    })
    if (isWorse) await store.addSteps([{ alertId: now.id, at, what: 'worse', message: `It is ${child.severity} now.` }])
    return joined
  }

  async #groupOf(first: AlertRecord, second: AlertRecord): Promise<AlertRecord | null> {
    const { store, keep, announce } = this.#parts
    const isOne = first.subjectKey === second.subjectKey
    const subject = isOne ? first.subject : (first.stack ?? first.subject)
    const group = await store.insert({
      ...first,
      id: randomUUID(),
      openKey: `group ${causeOf(first)}`,
      cause: 'group',
      subjectKey: `group ${causeOf(first)}`,
      subject,
      serviceId: isOne ? second.serviceId : null,
      message: first.message,
      value: null,
      furthest: null,
      flapping: 0,
      evidence: null,
    })
    if (!group) return null
    keep(group)
    await store.addSteps([
      { alertId: group.id, at: group.firedAt, what: 'fired', message: `It began with #${first.number}.` },
    ])
    announce(announcementOf('alert.fired', group, `Several alerts of ${subject} are one.`))
    return group
  }
}

/** What stands for several. */
function groupMessage(group: AlertRecord, children: readonly AlertRecord[]): string {
  const names = [...new Set(children.map(({ subject }) => subject))]
  if (names.length === 0) return group.message
  if (names.length === 1) return [...new Set(children.map(({ message }) => message))].join(' ')
  return `${names.length} services of ${group.stack ?? group.subject} need you: ${listed(names)}. First: ${children[0]?.message ?? ''}`
}
