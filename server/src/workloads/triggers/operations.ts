import { Failure, notFound, type triggers } from '@wheelhouse/contract'
import { type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { createTrigger } from './create.ts'
import { fire } from './fire.ts'
import { receive } from './receive.ts'
import type { TriggerRoom } from './room.ts'
import { updateTrigger } from './update.ts'
import { shownTrigger } from './view.ts'

export const triggerHandlers = (room: TriggerRoom): Handlers<typeof triggers> => ({
  list: async ({ q, kind, ...query }, { caller }) => {
    requirePermission(caller, 'deployments.read')
    const wanted = q?.toLowerCase() ?? ''
    const rows = (await room.store.list()).filter(
      (row) => (kind === undefined || row.kind === kind) && row.name.toLowerCase().includes(wanted),
    )
    const { items, ...page } = paged(rows, query)
    return { ...page, items: items.map((row) => shownTrigger(row, room.now())) }
  },
  create: createTrigger(room),
  update: updateTrigger(room),
  remove: async ({ id }, { caller, audit }) => {
    requirePermission(caller, 'triggers.manage')
    const before = await room.store.find(id)
    if (!before) throw notFound('trigger', id)
    if (before.origin === 'manifest')
      throw new Failure(
        'STATE_CONFLICT',
        `${before.name} is written in the manifest of ${before.stack}. Take it out there and deploy; here it can be turned off.`,
      )
    await room.store.remove(id)
    room.changed()
    audit({ resource: `trigger:${id}`, before: shownTrigger(before, room.now()) })
    return { ok: true }
  },
  // By hand it acts with the rights of whoever does it: nobody borrows those of its maker.
  fire: async ({ id }, { caller, audit }) => {
    requirePermission(caller, 'triggers.manage')
    const trigger = await room.store.find(id)
    if (!trigger) throw notFound('trigger', id)
    audit({ resource: `trigger:${id}` })
    const fired = await fire(room, trigger, () => caller, 'person', `${trigger.name}, by hand`)
    audit({ after: fired })
    return fired
  },
  receive: receive(room),
})
