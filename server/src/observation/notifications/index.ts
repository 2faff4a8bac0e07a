import type { NewEvent, notifications } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Handlers, onEvent } from '../../dispatch/index.ts'
import { type Message, messageOf } from './message.ts'
import { notificationHandlers } from './operations.ts'
import { Outbox } from './outbox.ts'
import { type ChannelRecord, openNotificationStore } from './store.ts'

export { sealedColumns } from './store.ts'
export { deploymentKey, type Message, titleOf } from './message.ts'

export interface NotificationParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly bus: Bus
  readonly log: Log
  announce(event: NewEvent): unknown
  /** Where people reach the pages; null leaves links out. */
  readonly publicUrl: string | null
  /** Further authorities whose certificates are trusted, PEM. */
  readonly authorities?: readonly string[]
  /** Waits between attempts; 1 s, 10 s, 1 min and 10 min unless told. */
  readonly retriesMs?: readonly number[]
}

export interface Notifications {
  readonly handlers: Handlers<typeof notifications>
  /**
   * Puts a message on its way to channels by name, beside what they listen to; a channel that was told of the same `key` is not
   * told again. Answers the names that no channel has, or whose channel is off.
   */
  deliver(names: readonly string[], message: Message): Promise<{ readonly missing: readonly string[] }>
  /**
   * Puts a message on its way to the channels that listen to its occasion, and to those of `also` (ids or names). Those that listen to one
   * of `known` hear of it otherwise and are left out. Answers the names of those it goes to, and what no channel is called.
   */
  tell(
    message: Message,
    also?: readonly string[],
    known?: readonly string[],
  ): Promise<{ readonly told: readonly string[]; readonly missing: readonly string[] }>
  /** What no channel is called, of ids and names. */
  missing(references: readonly string[]): Promise<string[]>
  /** The address of a page, for messages. */
  linkTo(path: string): string | null
  start(): void
  close(): Promise<void>
}

/** Tells people, where they want to be told, of what needs them. */
export function createNotifications(parts: NotificationParts): Notifications {
  const { log, publicUrl, announce, authorities = [] } = parts
  const store = openNotificationStore(parts.database, parts.secrets)
  const outbox = new Outbox({
    store,
    log,
    announce,
    authorities,
    ...(parts.retriesMs ? { retriesMs: parts.retriesMs } : {}),
  })
  const linkTo = (path: string): string | null =>
    publicUrl === null ? null : `${publicUrl.replace(/\/+$/, '')}${path}`

  const isCalled = ({ id, name }: ChannelRecord, reference: string): boolean => id === reference || name === reference
  async function tell(message: Message, also: readonly string[] = [], known: readonly string[] = []) {
    const channels = await store.channels()
    const listens = ({ on, stacks }: ChannelRecord): boolean =>
      on.some((occasion) => occasion === message.occasion) &&
      (stacks.length === 0 || (message.stack !== null && stacks.includes(message.stack))) &&
      !on.some((occasion) => known.includes(occasion))
    const isNamed = (channel: ChannelRecord): boolean => also.some((reference) => isCalled(channel, reference))
    const wanting = channels.filter((channel) => channel.enabled && (isNamed(channel) || listens(channel)))
    await outbox.put(wanting, message)
    return {
      told: wanting.map(({ name }) => name),
      missing: also.filter((reference) => !wanting.some((channel) => isCalled(channel, reference))),
    }
  }

  let leave: () => void = () => undefined
  return {
    handlers: notificationHandlers({ store, authorities, linkTo }),
    linkTo,
    tell,
    async missing(references) {
      const channels = references.length === 0 ? [] : await store.channels()
      return references.filter((reference) => !channels.some((channel) => isCalled(channel, reference)))
    },
    async deliver(names, message) {
      const able = (await store.channels()).filter(({ name, enabled }) => enabled && names.includes(name))
      await outbox.put(able, message)
      return { missing: names.filter((name) => !able.some((channel) => channel.name === name)) }
    },
    start() {
      // Every instance hears every event: the key of a message lets the database keep one of them.
      leave = onEvent(parts.bus, (event) => {
        const message = messageOf(event, linkTo)
        if (message)
          tell(message).catch((error: unknown) =>
            log.error({ err: error, event: event.id }, 'nobody was told of an event'),
          )
      })
      outbox.start()
    },
    async close() {
      leave()
      await outbox.close()
    },
  }
}
