import { type Event, eventTypes, Failure, type timeline } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import { Topic } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import {
  callerMay,
  decodeCursor,
  encodeCursor,
  type FeedSource,
  type FeedTag,
  type Handlers,
  isQuiet,
  onEvent,
  visiblePlaces,
} from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { createTimelineStore, type EventCursor, type EventFilter } from './store.ts'
import { createWriter } from './writer.ts'

export type { EventFilter } from './store.ts'

export interface TimelineParts {
  readonly database: Database
  readonly bus: Bus
  readonly log: Log
  readonly registry: Registry
  readonly keepEvents: number
}

export interface Timeline {
  readonly handlers: Pick<Handlers<typeof timeline>, 'list'>
  /** Sources of the channels that carry events alone. */
  readonly feeds: {
    readonly alerts: FeedSource<'alerts'>
    readonly plugins: FeedSource<'plugins'>
    readonly wizard: FeedSource<'wizard'>
    readonly chat: FeedSource<'chat'>
  }
  recent(filter: Partial<EventFilter>): Promise<Event[]>
  /** Of the oldest event that is kept, epoch ms; null where there is none. */
  oldestAt(): Promise<number | null>
  close(): Promise<void>
}

const words = (text: string | undefined): string[] | null => (text ? text.split(',').map((word) => word.trim()) : null)
const isCursor = (value: unknown): value is EventCursor =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string'

export const tagOf = (event: Event): FeedTag =>
  event.targetId === null && event.serviceId === null
    ? null
    : {
        ...(event.targetId === null ? {} : { targetId: event.targetId }),
        ...(event.serviceId === null ? {} : { serviceId: event.serviceId }),
      }

export function createTimeline(parts: TimelineParts): Timeline {
  const store = createTimelineStore(parts.database)
  const writer = createWriter(store, parts.log, parts.keepEvents)
  const topics = new Map(
    ['alerts', 'plugins', 'wizard', 'chat'].map((name) => [
      name,
      new Topic<FeedTag>({ maxEntries: 500, maxBytes: 500_000 }),
    ]),
  )
  const leave = onEvent(parts.bus, (event) => {
    if (isQuiet(event)) return
    writer.add(event)
    const channel = (eventTypes as Record<string, string>)[event.type]
    if (channel !== undefined) topics.get(channel)?.publish(event, tagOf(event))
  })
  const recent = (filter: Partial<EventFilter>): Promise<Event[]> =>
    store.find({ types: null, severities: null, sinceMs: null, places: null, after: null, limit: 20, ...filter })

  function source(name: string): () => ReturnType<FeedSource<'alerts'>> {
    return () => {
      const topic = topics.get(name)
      if (!topic) throw new Failure('NOT_FOUND', `There is no channel "${name}".`)
      return { topic, place: null, history: () => topic.last(50), wants: () => null, close: () => undefined }
    }
  }

  return {
    recent,
    oldestAt: () => store.oldestAt(),
    feeds: { alerts: source('alerts'), plugins: source('plugins'), wizard: source('wizard'), chat: source('chat') },
    handlers: {
      list: async (input, { caller }) => {
        const limit = input.limit ?? 100
        const target =
          input.target === undefined ? undefined : (parts.registry.findTarget(input.target)?.id ?? input.target)
        const service =
          input.service === undefined
            ? undefined
            : (parts.registry.findService(input.service, (place) => callerMay(caller, 'timeline.read', place))?.id ??
              input.service)
        const rows = await recent({
          q: input.q,
          types: words(input.type),
          severities: words(input.severity),
          targetId: target,
          serviceId: service,
          stack: input.stack,
          sinceMs: input.since === undefined ? null : Date.parse(input.since),
          places: visiblePlaces(caller, 'timeline.read'),
          after: input.cursor === undefined ? null : decodeCursor(input.cursor, isCursor),
          limit: limit + 1,
        })
        const items = rows.slice(0, limit)
        const last = items.at(-1)
        const more = rows.length > limit && last !== undefined
        return { items, nextCursor: more ? encodeCursor([Date.parse(last.at), last.id]) : null, total: items.length }
      },
    },
    async close() {
      leave()
      await writer.close()
    },
  }
}
