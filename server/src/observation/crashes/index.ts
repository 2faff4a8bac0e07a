import type { Crash, crashes } from '@wheelhouse/contract'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { SourceRow } from '../log-history/index.ts'
import { crashReport } from './report.ts'
import type { CrashRoom } from './room.ts'
import { crashesOf, shownCrashes } from './shown.ts'

export type { AskAlerts, AskReadings } from './room.ts'

/** The crashes of some sources, newest first; those are what the caller may read. Times are epoch ms. */
export type CrashesOfServices = (
  sources: readonly SourceRow[],
  stretch: { readonly fromMs?: number; readonly toMs?: number },
  caller: Caller,
) => Promise<Crash[]>

export interface Crashes {
  readonly handlers: Handlers<typeof crashes>
  readonly of: CrashesOfServices
}

/** Ends that were not well: read from lives, events and kept lines, so that a container that is gone tells as one that is there. */
export function createCrashes(room: CrashRoom): Crashes {
  return {
    of: async (sources, stretch, caller) => shownCrashes(room, await crashesOf(room, sources, stretch, caller), caller),
    handlers: {
      async list({ limit = 50, since, until, ...which }, { caller }) {
        const stretch = {
          ...(since === undefined ? {} : { fromMs: Date.parse(since) }),
          ...(until === undefined ? {} : { toMs: Date.parse(until) }),
        }
        const found = await crashesOf(room, room.past.select(which, caller), stretch, caller)
        return { items: await shownCrashes(room, found.slice(0, limit), caller), more: found.length > limit }
      },
      get: ({ id }, context) => crashReport(room, id, context),
    },
  }
}
