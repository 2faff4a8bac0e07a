import type { EngineEvent, engines } from '@wheelhouse/contract'
import { callerMay, type Handlers } from '../../dispatch/index.ts'
import { eventFilter, shownEvent, wordsOf } from './events.ts'
import { planPrune, type PruneParts, runPrune } from './prune.ts'
import { systemOf } from './room.ts'

const hourMs = 3_600_000
const defaultEvents = 1000
/** An engine whose clock is behind ours answers only when it has come to the end of what was asked for. */
const eventsMs = 10_000

export function engineHandlers(parts: PruneParts): Handlers<typeof engines> {
  const { registry, disk } = parts
  return {
    info: async ({ target }) => {
      const { version, info, warnings, lacks } = await systemOf(registry, target).info()
      return { version, info, warnings: [...warnings], lacks: lacks.map((lack) => ({ ...lack })) }
    },

    diskUsage: async ({ target }, { caller }) => {
      const wanted = target === undefined ? null : new Set(wordsOf(target))
      const seen = registry
        .records()
        .filter(
          ({ id, name }) =>
            (wanted === null || wanted.has(id) || wanted.has(name)) &&
            callerMay(caller, 'targets.read', { targetId: id }) &&
            registry.mirror(id).connection.system !== undefined,
        )
      return { items: seen.map(({ id }) => disk.of(id)) }
    },

    countDisk: async ({ target }) => {
      systemOf(registry, target)
      void disk.count(target)
      return disk.of(target)
    },

    prune: {
      plan: (input, context) => planPrune(parts, input, context),
      run: (input, context) => runPrune(parts, input, context),
    },

    events: async ({ target, since, until, types, actions, q, limit }, { signal }) => {
      const system = systemOf(registry, target)
      const now = Date.now()
      const range = {
        since: since ?? new Date(now - hourMs).toISOString(),
        // An engine that is asked for what is yet to come waits for it.
        until: new Date(Math.min(now, until === undefined ? now : Date.parse(until))).toISOString(),
      }
      const most = limit ?? defaultEvents
      const wanted = eventFilter({ types, actions, q })
      const items: EngineEvent[] = []
      let truncated = false
      const patience = AbortSignal.timeout(eventsMs)
      const asked = { types: wordsOf(types), actions: [] }
      for await (const event of system.events(range, asked, AbortSignal.any([signal, patience]))) {
        if (!wanted(event)) continue
        items.push(shownEvent(target, event))
        if (items.length <= most) continue
        items.shift()
        truncated = true
      }
      return { items, truncated: truncated || patience.aborted }
    },
  }
}
