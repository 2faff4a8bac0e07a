import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { groupOf, type Sources, type Which } from './sources.ts'
import type { HistoryStore, LifeFilter, LifeRow, SourceRow } from './store.ts'

/** What other rooms may ask of what was: who ran under which name, from when to when. Times are epoch ms. */
export interface Past {
  /** Those that are meant, of what the caller may read the lines of. Throws NOT_FOUND for a name of nobody. */
  select(which: Which, caller: Caller): SourceRow[]
  /** All that had the name of this one on its target, of what the caller may read the lines of. */
  named(row: SourceRow, caller: Caller): SourceRow[]
  source(id: number): SourceRow | null
  lives(filter: LifeFilter): Promise<LifeRow[]>
  life(id: string): Promise<LifeRow | null>
  mayRead(row: SourceRow, caller: Caller): boolean
}

export function createPast(rows: HistoryStore, sources: Sources, registry: Registry): Past {
  const mayRead: Past['mayRead'] = ({ targetId, serviceId }, caller) =>
    callerMay(caller, 'logs.read', { targetId, serviceId })
  return {
    mayRead,
    select({ target, ...which }, caller) {
      const known = target === undefined ? undefined : (registry.findTarget(target)?.id ?? target)
      return sources.select({ ...which, target: known }, (row) => mayRead(row, caller))
    },
    named(row, caller) {
      const group = groupOf(row)
      return [...sources.all()].filter((each) => groupOf(each) === group && mayRead(each, caller))
    },
    source: (id) => sources.byId(id),
    lives: (filter) => rows.lives(filter),
    life: (id) => rows.life(id),
  }
}
