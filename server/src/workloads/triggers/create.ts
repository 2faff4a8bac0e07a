import { randomUUID } from 'node:crypto'
import { Failure, type triggers } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { cronTrouble } from '@wheelhouse/platform/schedule'
import { randomToken } from '@wheelhouse/platform/secrets'
import { type Caller, type Handler, requirePermission } from '../../dispatch/index.ts'
import { permissionFor, withKept } from './action.ts'
import type { TriggerRoom } from './room.ts'
import type { TriggerRecord } from './store.ts'
import { shownTrigger } from './view.ts'

/** Whom a trigger acts for: whoever gave it its action, and never more than the token they came with. */
export function ownerOf(caller: Caller): Pick<TriggerRecord, 'ownerId' | 'ownerToken' | 'owner'> {
  if (caller.userId === null)
    throw new Failure('FORBIDDEN', 'A trigger acts for a person. Sign in, or use an API token of a person.')
  return { ownerId: caller.userId, ownerToken: caller.tokenId ?? null, owner: caller.username }
}

export function requireCron(cron: string, timezone: string): void {
  const trouble = cronTrouble(cron, timezone)
  if (trouble === null) return
  const field = trouble.startsWith('There is no time zone') ? 'timezone' : 'cron'
  throw new Failure('VALIDATION_FAILED', `${field}: ${trouble}`, { field })
}

export const taken =
  (name: string) =>
  (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('CONFLICT', `There is a trigger "${name}" already. Choose another name.`, { field: 'name' })
  }

export const createTrigger =
  (room: TriggerRoom): Handler<typeof triggers.create> =>
  async ({ kind, name, cron, timezone = 'UTC', action, enabled = true }, { caller, audit }) => {
    requirePermission(caller, 'triggers.manage')
    requirePermission(caller, permissionFor(action))
    const owner = ownerOf(caller)
    const scheduled = kind === 'schedule'
    if (scheduled && cron === undefined)
      throw new Failure('VALIDATION_FAILED', 'cron: a schedule needs one, such as 30 3 * * * for half past three.', {
        field: 'cron',
      })
    if (!scheduled && cron !== undefined)
      throw new Failure('VALIDATION_FAILED', 'cron: a webhook has none. Leave it out, or make a schedule.', {
        field: 'cron',
      })
    if (cron !== undefined) requireCron(cron, timezone)
    const secret = scheduled ? null : randomToken(32)
    const record: TriggerRecord = {
      id: randomUUID(),
      name,
      kind,
      cron: cron?.trim() ?? null,
      timezone: scheduled ? timezone : null,
      action: withKept(action, null),
      secret,
      enabled,
      origin: 'person',
      stack: null,
      environment: null,
      accountedAt: room.now(),
      lastAt: null,
      lastResult: null,
      missed: 0,
      ...owner,
      createdAt: room.now(),
    }
    await room.store.insert(record).catch(taken(name))
    room.changed()
    const view = shownTrigger(record, room.now())
    audit({ resource: `trigger:${record.id}`, after: view })
    return { ...view, secret }
  }
