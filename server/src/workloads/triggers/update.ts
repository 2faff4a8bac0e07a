import { Failure, notFound, type triggers } from '@wheelhouse/contract'
import { type Handler, requirePermission } from '../../dispatch/index.ts'
import { permissionFor, withKept } from './action.ts'
import { ownerOf, requireCron, taken } from './create.ts'
import type { TriggerRoom } from './room.ts'
import type { TriggerPatch } from './store.ts'
import { shownTrigger } from './view.ts'

/** Whoever gives it another action is whom it acts for from then on: nobody's rights are lent to what another wrote. */
export const updateTrigger =
  (room: TriggerRoom): Handler<typeof triggers.update> =>
  async ({ id, name, cron, timezone, action, enabled }, { caller, audit }) => {
    requirePermission(caller, 'triggers.manage')
    const before = await room.store.find(id)
    if (!before) throw notFound('trigger', id)
    const rewritten = name !== undefined || cron !== undefined || timezone !== undefined || action !== undefined
    if (before.origin === 'manifest' && rewritten)
      throw new Failure(
        'STATE_CONFLICT',
        `${before.name} is written in the manifest of ${before.stack}. Change it there and deploy; here it can be turned off.`,
      )
    if (before.kind === 'webhook' && (cron !== undefined || timezone !== undefined))
      throw new Failure('VALIDATION_FAILED', 'cron: a webhook has none.', { field: 'cron' })
    const schedule = { cron: cron?.trim() ?? before.cron, timezone: timezone ?? before.timezone }
    if (schedule.cron !== null) requireCron(schedule.cron, schedule.timezone ?? 'UTC')
    const moved = schedule.cron !== before.cron || schedule.timezone !== before.timezone
    const begins = enabled === true && !before.enabled
    const patch: TriggerPatch = {
      ...schedule,
      enabled: enabled ?? before.enabled,
      // Times of a pattern that was not in force were not missed.
      ...(moved || begins ? { accountedAt: room.now() } : {}),
      ...(name === undefined ? {} : { name }),
    }
    if (action !== undefined) {
      requirePermission(caller, permissionFor(action))
      const owner = ownerOf(caller)
      const own = owner.ownerId === before.ownerId && owner.ownerToken === before.ownerToken
      Object.assign(patch, owner, { action: withKept(action, own ? before.action : null) })
    }
    const changed = await room.store.update(id, patch).catch(taken(name ?? before.name))
    if (!changed) throw notFound('trigger', id)
    room.changed()
    const now = room.now()
    const after = shownTrigger(changed, now)
    audit({ resource: `trigger:${id}`, before: shownTrigger(before, now), after })
    return after
  }
