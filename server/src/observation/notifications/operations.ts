import { randomUUID } from 'node:crypto'
import { Failure, notFound, type notifications } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { addressOf, requireSendable, shownChannel, usualOccasions } from './channel.ts'
import { type Message, titleOf } from './message.ts'
import { NotDelivered, send } from './send.ts'
import type { ChannelPatch, ChannelRecord, NotificationStore } from './store.ts'

export interface NotificationRoom {
  readonly store: NotificationStore
  readonly authorities: readonly string[]
  linkTo(path: string): string | null
}

const taken =
  (name: string) =>
  (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('CONFLICT', `There is a channel "${name}" already. Choose another name.`, { field: 'name' })
  }

export function notificationHandlers(room: NotificationRoom): Handlers<typeof notifications> {
  const { store } = room
  const one = async (id: string): Promise<ChannelRecord> => {
    const found = await store.channel(id)
    if (!found) throw notFound('notification channel', id)
    return found
  }
  return {
    list: async ({ q, ...query }, { caller }) => {
      requirePermission(caller, 'jobs.read')
      const wanted = q?.toLowerCase() ?? ''
      const rows = (await store.channels()).filter((row) => row.name.toLowerCase().includes(wanted))
      const { items, ...page } = paged(rows, query)
      return { ...page, items: items.map(shownChannel) }
    },
    create: async ({ name, channel, on = usualOccasions, stacks = [], enabled = true }, { caller, audit }) => {
      requirePermission(caller, 'notifications.manage')
      requireSendable(channel)
      const record: ChannelRecord = {
        id: randomUUID(),
        name,
        address: addressOf(channel),
        spec: channel,
        on: [...new Set(on)],
        stacks: [...new Set(stacks)],
        enabled,
        lastAt: null,
        lastError: null,
        createdBy: caller.username,
        createdAt: Date.now(),
      }
      await store.insert(record).catch(taken(name))
      const view = shownChannel(record)
      audit({ resource: `notification:${record.id}`, after: view })
      return view
    },
    update: async ({ id, name, channel, on, stacks, enabled }, { caller, audit }) => {
      requirePermission(caller, 'notifications.manage')
      const before = await one(id)
      if (channel) requireSendable(channel)
      const patch: ChannelPatch = {
        ...(name === undefined ? {} : { name }),
        ...(channel ? { spec: channel, address: addressOf(channel) } : {}),
        ...(on ? { on: [...new Set(on)] } : {}),
        ...(stacks ? { stacks: [...new Set(stacks)] } : {}),
        ...(enabled === undefined ? {} : { enabled }),
      }
      const changed = await store.update(id, patch).catch(taken(name ?? before.name))
      if (!changed) throw notFound('notification channel', id)
      const after = shownChannel(changed)
      audit({ resource: `notification:${id}`, before: shownChannel(before), after })
      return after
    },
    remove: async ({ id }, { caller, audit }) => {
      requirePermission(caller, 'notifications.manage')
      const before = await one(id)
      await store.remove(id)
      audit({ resource: `notification:${id}`, before: shownChannel(before) })
      return { ok: true }
    },
    test: async ({ id }, { caller, audit }) => {
      requirePermission(caller, 'notifications.manage')
      const channel = await one(id)
      audit({ resource: `notification:${id}` })
      const message: Message = {
        key: randomUUID(),
        occasion: 'test',
        severity: 'info',
        title: titleOf('test', null, null),
        sentence: `${caller.username} sent this to see that messages of Wheelhouse arrive here.`,
        stack: null,
        environment: null,
        release: null,
        failed: null,
        link: room.linkTo('/notifications'),
        lines: [],
        at: new Date().toISOString(),
      }
      const start = performance.now()
      const failure = await send(channel.spec, message, { authorities: room.authorities }).then(
        () => null,
        (error: unknown) => (error instanceof NotDelivered ? error.message : 'failed'),
      )
      await store.told(id, Date.now(), failure)
      const took = performance.now() - start
      const done = channel.spec.kind === 'email' ? 'was taken by the mail server' : 'arrived'
      return {
        ok: failure === null,
        message: failure === null ? `The message ${done}.` : `${channel.address} ${failure}.`,
        tookMs: Math.round(took * 10) / 10,
      }
    },
  }
}
