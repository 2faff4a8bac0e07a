import { type dashboards, Failure } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import { type Handlers, onEvent } from '../../dispatch/index.ts'
import type { Timeline } from '../../observation/timeline/index.ts'
import { dataOf } from './data.ts'
import { boardHandlers, seenBoard } from './operations.ts'
import { overview } from './overview.ts'
import type { Shown, WidgetRoom } from './room.ts'
import { openBoardStore } from './store.ts'

export interface DashboardParts extends WidgetRoom {
  readonly database: Database
  readonly bus: Bus
  readonly recent: Timeline['recent']
}
export interface Dashboards {
  readonly handlers: Handlers<typeof dashboards>
  close(): void
}

const usualRangeMs = 3_600_000
const longestMs = 92 * 86_400_000

/** The first page, and the boards that people make: what is on them is filled for whoever looks. */
export function createDashboards({ database, bus, recent, ...room }: DashboardParts): Dashboards {
  const store = openBoardStore(database)
  const leave = onEvent(bus, ({ type, data }) => {
    if (type !== 'user.changed' || data.change !== 'removed' || typeof data.userId !== 'string') return
    store
      .forget(data.userId)
      .catch((error: unknown) => room.log.warn({ err: error }, 'dashboards of somebody who is gone were not removed'))
  })
  return {
    close: leave,
    handlers: {
      overview: overview(room.registry, { recent }),
      ...boardHandlers(store),
      async data({ id, ...asked }, context) {
        const board = await seenBoard(store, id, context.caller)
        const shown = shownTime(asked, board.rangeMs)
        const widgets = await dataOf(room, board.widgets, shown, context)
        return { ...told(shown), version: board.version, widgets }
      },
      async preview({ widgets, rangeMs, ...asked }, context) {
        const shown = shownTime(asked, rangeMs ?? usualRangeMs)
        return { ...told(shown), widgets: await dataOf(room, widgets, shown, context) }
      },
    },
  }
}

const told = ({ fromMs, toMs }: Shown) => ({
  since: new Date(fromMs).toISOString(),
  until: new Date(toMs).toISOString(),
})

/** Throws VALIDATION_FAILED for a stretch that is none. */
function shownTime(asked: { since?: string | undefined; until?: string | undefined }, rangeMs: number): Shown {
  const toMs = asked.until === undefined ? Date.now() : Date.parse(asked.until)
  const fromMs = asked.since === undefined ? toMs - rangeMs : Date.parse(asked.since)
  if (fromMs >= toMs || toMs - fromMs > longestMs)
    throw new Failure('VALIDATION_FAILED', 'since: ask for time before until, 92 days at most.', { field: 'since' })
  return { fromMs, toMs }
}
