import { useMemo } from 'react'
import { targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { CrashList } from './crash-list.tsx'

const dayMs = 86_400_000
const ranges: Record<string, number> = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs }

/** Everything that ended by itself and not well. */
export function Crashes() {
  const rows = useRows(targets)
  const [target, setTarget] = useParam('target')
  const [range, setRange] = useParam('range', 'week')
  const filter = useMemo(() => {
    const back = ranges[range]
    // Whole minutes: the same question keeps its answer.
    const since = back === undefined ? null : new Date(Math.floor((Date.now() - back) / 60_000) * 60_000).toISOString()
    return { ...(target ? { target } : {}), ...(since === null ? {} : { since }) }
  }, [target, range])
  return (
    <>
      <PageHead title="Crashes" meta="what ended by itself with an error; falls in a row are one" />
      <div className="toolbar">
        <Pick
          label="Time"
          value={range}
          onPick={setRange}
          options={[
            { value: 'week', label: 'last 7 days' },
            { value: 'day', label: 'last 24 h' },
            { value: 'month', label: 'last 30 days' },
            { value: 'all', label: 'all that is kept' },
          ]}
        />
        <Pick
          label="Target"
          value={target}
          onPick={setTarget}
          options={[{ value: '', label: 'any' }, ...rows.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </div>
      <CrashList filter={filter} />
    </>
  )
}
