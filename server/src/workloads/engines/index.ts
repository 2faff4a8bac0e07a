import { type engines, Failure } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { callerMay, type FeedSource, type Handlers, requirePermission } from '../../dispatch/index.ts'
import { DiskCounts, type DiskCountsParts } from './disk.ts'
import { EventStream } from './event-stream.ts'
import { eventFilter } from './events.ts'
import { engineHandlers } from './operations.ts'
import type { PruneParts } from './prune.ts'
import { systemOf } from './room.ts'

export interface EnginesParts extends Omit<PruneParts, 'disk'> {
  readonly log: Log
  /** Hears the sizes of volumes with each count of a disk. */
  readonly counted: DiskCountsParts['counted']
}

export interface Engines {
  readonly handlers: Handlers<typeof engines>
  /** The channel `engine`: events of one engine, live. */
  readonly feed: FeedSource<'engine'>
  /** Begins to count disks in the background. */
  start(): void
  close(): void
}

/** The engines themselves: who they are, what their disks hold, what they tell, and a clean-up over all they have. */
export function createEngines({ log, counted, ...parts }: EnginesParts): Engines {
  const { registry } = parts
  const disk = new DiskCounts({ registry, log, counted })
  const streams = new Map<string, EventStream>()

  function streamOf(targetId: string): EventStream {
    const open = streams.get(targetId)
    if (open) return open
    const opened = new EventStream(registry, targetId, log, () => {
      if (streams.get(targetId) === opened) streams.delete(targetId)
    })
    streams.set(targetId, opened)
    return opened
  }

  return {
    handlers: engineHandlers({ ...parts, disk }),
    feed: ({ target, types, actions, q }, { caller, end }) => {
      const record = registry.findTarget(target)
      if (!record || !callerMay(caller, 'targets.read', { targetId: record.id }))
        throw new Failure('NOT_FOUND', `There is no target "${target}".`, { kind: 'target', id: target })
      const place = { targetId: record.id }
      requirePermission(caller, 'targets.read', place)
      systemOf(registry, record.id)
      const stream = streamOf(record.id)
      const wanted = eventFilter({ types, actions, q })
      const filtered = types !== undefined || actions !== undefined || q !== undefined
      return {
        topic: stream.topic,
        place,
        history: () => [],
        wants: () =>
          filtered
            ? (tag) => {
                const event = stream.eventOf(tag)
                return event !== null && wanted(event)
              }
            : null,
        close: stream.join({ end }),
      }
    },
    start: () => disk.start(),
    close: () => {
      disk.close()
      for (const stream of streams.values()) stream.close()
    },
  }
}
