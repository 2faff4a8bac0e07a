import { Failure } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { callerMay, type FeedSource } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { conditionsOf, levelBits, type LogHistory } from '../log-history/index.ts'
import type { Logs } from '../logs/index.ts'
import { isCalled, meaning, referencesIn } from './meant.ts'
import { mostStreams } from './own-streams.ts'
import { Tail } from './tail.ts'

export interface LogTailParts {
  readonly registry: Registry
  readonly history: LogHistory
  readonly logs: Pick<Logs, 'watch'>
  readonly log: Log
}

export interface LogTail {
  /** The channel `tail`. */
  readonly feed: FeedSource<'tail'>
  /** How many different tails are open. */
  tails(): number
  close(): void
}

const usualTail = 200

/** The lines of many services live, merged by their time. Who asks for the same shares one stream; what each is sent is what he may read. */
export function createLogTail({ registry, history, logs, log }: LogTailParts): LogTail {
  const open = new Map<string, Tail>()

  return {
    feed: async (params, { caller, end }) => {
      const { tail = usualTail, since, level, q, contains, where, ...named } = params
      const mayRead = (place: { targetId: string; serviceId: string }): boolean => callerMay(caller, 'logs.read', place)
      const visible = [...registry.services()].filter(({ id, targetId }) => mayRead({ targetId, serviceId: id }))
      for (const reference of referencesIn(named.service)) {
        if (!visible.some((service) => isCalled(service, reference)))
          throw new Failure(
            'NOT_FOUND',
            `There is no service "${reference}". What it said before may be among the kept lines.`,
            {
              kind: 'service',
              id: reference,
            },
          )
      }
      const target = named.target === undefined ? undefined : (registry.findTarget(named.target)?.id ?? named.target)
      const isMeant = meaning({ ...named, target })
      const count = visible.filter((service) => service.taskOf === undefined && isMeant(service)).length
      if (!history.isKeeping && count > mostStreams)
        throw new Failure(
          'LIMIT_REACHED',
          `Lines are not kept here, so each of these ${count} services needs a stream of its own, and ${mostStreams} are the most. Choose fewer.`,
        )
      const wanted = { conditions: conditionsOf({ q, contains, where }), levels: levelBits(level) }
      // What came before is read for the first viewer; whoever sees less than all has one of his own.
      const viewer = callerMay(caller, 'logs.read') ? null : (caller.userId ?? caller.username)
      const key = JSON.stringify([named, wanted, tail, since ?? null, viewer])
      let shared = open.get(key)
      if (shared === undefined) {
        const opened = new Tail({
          registry,
          history,
          logs,
          log,
          isMeant,
          isVisible: mayRead,
          wanted,
          tail,
          sinceMs: since === undefined ? null : Date.parse(since),
          closed: () => {
            if (open.get(key) === opened) open.delete(key)
          },
        })
        open.set(key, (shared = opened))
      }
      const joined = shared
      const close = joined.join({ end })
      await joined.ready
      return {
        topic: joined.topic,
        // What is sent is judged line by line, with the rights of then.
        place: null,
        history: () => joined.topic.last(tail),
        wants: () => null,
        close,
      }
    },
    tails: () => open.size,
    close: () => {
      for (const tail of open.values()) tail.close()
    },
  }
}
