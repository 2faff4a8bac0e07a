import type { SystemFrame } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import { Topic } from '@wheelhouse/platform/feed'
import { callerMay, type FeedSource, type FeedTag, onEvent } from '../../dispatch/index.ts'
import type { MirrorChange, Registry } from '../../inventory/targets/index.ts'
import { tagOf } from '../timeline/index.ts'

function placeOf(change: MirrorChange): FeedTag {
  if (change.kind === 'service') return { targetId: change.service.targetId, serviceId: change.service.id }
  if (change.kind === 'service-removed') return { targetId: change.targetId, serviceId: change.id }
  return { targetId: change.kind === 'target' ? change.target.id : change.id }
}

/** The `system` channel: rows of the mirror and events, as they change. */
export function createLive(registry: Registry, bus: Bus): { feed: FeedSource<'system'>; close(): void } {
  const topic = new Topic<FeedTag>({ maxEntries: 20_000, maxBytes: 16_777_216 })
  const events = new WeakSet<object>()
  const frame = (change: MirrorChange): SystemFrame =>
    change.kind === 'service-removed' ? { kind: 'service-removed', id: change.id } : change
  const leave = [
    registry.onChange((change) => topic.publish(frame(change), placeOf(change))),
    onEvent(bus, (event) => {
      const tag = tagOf(event) ?? {}
      events.add(tag)
      topic.publish({ kind: 'event', event } satisfies SystemFrame, tag)
    }),
  ]
  return {
    feed: (params, { caller }) => {
      const service =
        params.serviceId === undefined
          ? null
          : registry.findService(params.serviceId, (at) => callerMay(caller, 'services.read', at))
      const serviceId = params.serviceId === undefined ? undefined : (service?.id ?? params.serviceId)
      const all = serviceId === undefined && params.targetId === undefined && params.events !== false
      return {
        topic,
        history: () => [],
        wants: all
          ? null
          : (tag) =>
              (serviceId === undefined || tag?.serviceId === serviceId) &&
              (params.targetId === undefined || tag?.targetId === params.targetId) &&
              (params.events !== false || tag === null || !events.has(tag)),
        close: () => undefined,
      }
    },
    close: () => {
      for (const off of leave) off()
    },
  }
}
