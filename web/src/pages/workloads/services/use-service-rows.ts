import type { Service } from '@wheelhouse/contract'
import { useEffect, useMemo, useState } from 'react'
import { services } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { latestOf } from '../../../api/observation/usage.ts'
import { useParam } from '../../../ui/control/use-url.ts'
import { useFoundByAddress } from './use-found-by-address.ts'
import {
  countStates,
  type Filter,
  type Group,
  grouped,
  inScope,
  ofState,
  type Row,
  type Sort,
  sorted,
} from './filter.ts'

interface View {
  readonly filter: Filter
  readonly sort: Sort
  readonly group: Group
  readonly setSort: (sort: string) => void
  readonly setGroup: (group: string) => void
  readonly stacks: readonly string[]
  readonly scoped: readonly Service[]
  readonly counts: Record<string, number>
  readonly shown: readonly Service[]
  readonly rows: readonly Row[]
}

const sorts: readonly string[] = ['needs', 'name', 'cpu', 'memory', 'changed', 'target'] satisfies Sort[]
const groups: readonly string[] = ['none', 'stack', 'target'] satisfies Group[]

/** The rows as the URL asks for them. Sorted by a reading they are put in order anew every five seconds, not with each push. */
export function useServiceRows(): View {
  const all = useRows(services)
  const [q] = useParam('q')
  const [state] = useParam('state')
  const [target] = useParam('target')
  const [stack] = useParam('stack')
  const [sortText, setSort] = useParam('sort', 'needs')
  const [groupText, setGroup] = useParam('group', 'none')
  const sort = (sorts.includes(sortText) ? sortText : 'needs') as Sort
  const group = (groups.includes(groupText) ? groupText : 'none') as Group
  const byReading = sort === 'cpu' || sort === 'memory'
  const [tick, setTick] = useState(0)
  useEffect(() => {
    if (!byReading) return undefined
    const timer = setInterval(() => setTick((n) => n + 1), 5000)
    return () => clearInterval(timer)
  }, [byReading])
  const filter = useMemo(() => ({ q, state, target, stack }), [q, state, target, stack])
  const stacks = useMemo(() => [...new Set(all.flatMap((service) => service.stack ?? []))].sort(), [all])
  const found = useFoundByAddress(q)
  const scoped = useMemo(() => inScope(all, filter, found), [all, filter, found])
  const counts = useMemo(() => countStates(scoped), [scoped])
  const shown = useMemo(
    () =>
      sorted(
        ofState(scoped, state),
        sort,
        (id) => latestOf(id)?.cpuPercent ?? services.get(id)?.usage?.cpuPercent ?? null,
        (id) => latestOf(id)?.memoryBytes ?? services.get(id)?.usage?.memoryBytes ?? null,
      ),
    // `tick` puts rows that are sorted by a reading in order anew.
    [scoped, state, sort, tick],
  )
  const rows = useMemo(() => grouped(shown, group), [shown, group])
  return { filter, sort, group, setSort, setGroup, stacks, scoped, counts, shown, rows }
}
