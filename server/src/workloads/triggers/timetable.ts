import { randomUUID } from 'node:crypto'
import { contract, Failure } from '@wheelhouse/contract'
import { type Clock, cronTrouble, type Due, Scheduler } from '@wheelhouse/platform/schedule'
import { fire, makerOf } from './fire.ts'
import type { TriggerRoom } from './room.ts'
import type { TriggerRecord } from './store.ts'

export interface Timetable {
  /** Takes up what the store says now. */
  arm(): Promise<void>
  close(): void
}

/** Keeps the schedules of the store on the clock: meets their times, and counts those that nobody met. */
export function openTimetable(room: TriggerRoom, clock?: Clock): Timetable {
  const armed = new Map<string, string>()
  const scheduler = new Scheduler({
    ...(clock ? { clock } : {}),
    due: (due) =>
      void met(due).catch((error: unknown) =>
        room.log.error({ err: error, trigger: due.id }, 'a schedule was not met'),
      ),
  })

  async function met({ id, at, missed, late }: Due): Promise<void> {
    const trigger = await room.store.find(id)
    // The claim is one step in the database: of several instances one meets a time, the others do nothing.
    if (!trigger || !(await room.store.account(id, at.getTime(), missed))) return
    if (missed > 0) tellMissed(trigger, missed, at)
    if (late && trigger.action.do !== 'backup') return
    await act(trigger, late ? `schedule ${trigger.name}, made up for` : `schedule ${trigger.name}`)
  }

  function tellMissed({ id, name, action, stack, timezone }: TriggerRecord, missed: number, at: Date): void {
    const times = missed === 1 ? 'once' : `${missed} times`
    const last = at.toLocaleString('sv-SE', { timeZone: timezone ?? 'UTC' }).slice(0, 16)
    const backup = action.do === 'backup'
    const message = `${name} was due ${times} while the control plane was away, last at ${last} ${timezone ?? 'UTC'}.${backup ? ' One backup is made now.' : ''}`
    const data = { triggerId: id, missed, lastDueAt: at.toISOString() }
    room.announce({ type: 'trigger.missed', severity: 'warning', stack, message, data })
    if (backup) room.announce({ type: 'backup.missed', severity: 'error', stack, message, data })
  }

  async function act(trigger: TriggerRecord, reason: string): Promise<void> {
    const requestId = randomUUID()
    const operation = contract.triggers.fire
    const entry = { operation, input: { id: trigger.id }, requestId, resource: `trigger:${trigger.id}` }
    const maker = makerOf(room, trigger, 'schedule')
    const caller = await maker.catch(() => ({ ...nobody, username: trigger.owner }))
    try {
      const after = await fire(room, trigger, () => maker, 'schedule', reason)
      await room.audit.record({ ...entry, caller, outcome: 'done', after })
    } catch (error) {
      const errorCode = error instanceof Failure ? error.code : 'INTERNAL'
      await room.audit.record({ ...entry, caller, outcome: error instanceof Failure ? 'refused' : 'failed', errorCode })
    }
  }

  return {
    async arm() {
      const wanted = new Map(
        (await room.store.list()).flatMap((trigger) =>
          trigger.enabled && trigger.cron !== null ? [[trigger.id, trigger] as const] : [],
        ),
      )
      for (const id of armed.keys()) {
        if (wanted.has(id)) continue
        armed.delete(id)
        scheduler.remove(id)
      }
      for (const [id, { cron, timezone, accountedAt }] of wanted) {
        const schedule = { cron: cron ?? '', timezone: timezone ?? 'UTC' }
        const key = JSON.stringify(schedule)
        if (armed.get(id) === key) continue
        armed.set(id, key)
        // Judged when it was written; one that is no longer understood must not keep the others from their times.
        const trouble = cronTrouble(schedule.cron, schedule.timezone)
        if (trouble === null) scheduler.set(id, schedule, new Date(accountedAt))
        else room.log.error({ trigger: id, trouble }, 'a schedule is not understood, so it is never due')
      }
    },
    close: () => scheduler.close(),
  }
}

/** For the audit, where the maker is gone. */
const nobody = {
  kind: 'anonymous',
  userId: null,
  sessionId: null,
  tokenName: null,
  authority: null,
  face: 'system',
  ip: '',
  userAgent: 'schedule',
} as const
