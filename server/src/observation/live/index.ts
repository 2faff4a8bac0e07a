import type { SystemFrame } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import { Topic } from '@wheelhouse/platform/feed'
import { callerMay, type FeedSource, type FeedTag, isQuiet, onEvent } from '../../dispatch/index.ts'
import type { MirrorChange, Registry } from '../../inventory/targets/index.ts'
import { tagOf } from '../timeline/index.ts'

function placeOf(change: MirrorChange): FeedTag {
  if (change.kind === 'service') return { targetId: change.service.targetId, serviceId: change.service.id }
  if (change.kind === 'service-removed') return { targetId: change.targetId, serviceId: change.id }
  if (change.kind === 'resources') return { targetId: change.targetId }
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
      if (isQuiet(event)) return
      const tag = tagOf(event) ?? {}
      events.add(tag)
      topic.publish({ kind: 'event', event } satisfies SystemFrame, tag)
    }),
  ]
  return {
    feed: (params, context) => {
      const service =
        params.serviceId === undefined
          ? null
          : registry.findService(params.serviceId, (at) => callerMay(context.caller, 'services.read', at))
      const serviceId = params.serviceId === undefined ? undefined : (service?.id ?? params.serviceId)
      const here = (tag: FeedTag): boolean =>
        (serviceId === undefined || tag?.serviceId === serviceId) &&
        (params.targetId === undefined || tag?.targetId === params.targetId)
      // Rows are services.read, which the channel asks for; events are timeline.read, which a token may lack.
      const told = (tag: FeedTag): boolean =>
        tag === null || !events.has(tag) || (params.events !== false && callerMay(context.caller, 'timeline.read', tag))
      return {
        topic,
        // What is not there and what one may not see are alike: nothing comes, until it is there or is allowed.
        place: service && { targetId: service.targetId, serviceId: service.id },
        history: () => [],
        wants: () =>
          serviceId === undefined &&
          params.targetId === undefined &&
          params.events !== false &&
          callerMay(context.caller, 'timeline.read')
            ? null
            : (tag) => here(tag) && told(tag),
        close: () => undefined,
      }
    },
    close: () => {
      for (const off of leave) off()
    },
  }
}
