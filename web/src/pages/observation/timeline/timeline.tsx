import type { Event } from '@wheelhouse/contract'
import { useCallback, useMemo } from 'react'
import { targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { zone } from '../../../ui/format/age.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { EventList } from './event-list.tsx'

const given = (value: string): boolean => value !== ''

/** Does a pushed event pass the filter that the server applied to the stored ones? */
export function passes(
  event: Event,
  filter: { q: string; type: string; target: string; severity: string },
  targetName: string | undefined,
): boolean {
  if (given(filter.severity) && !filter.severity.split(',').includes(event.severity)) return false
  if (
    given(filter.type) &&
    !filter.type.split(',').some((type) => event.type === type || event.type.startsWith(`${type}.`))
  )
    return false
  if (given(filter.target) && event.targetId !== filter.target && targetName !== filter.target) return false
  return (
    !given(filter.q) || `${event.message} ${event.serviceName ?? ''}`.toLowerCase().includes(filter.q.toLowerCase())
  )
}

export function Timeline() {
  const targetRows = useRows(targets)
  const [q, setQ] = useParam('q')
  const [type, setType] = useParam('type')
  const [target, setTarget] = useParam('target')
  const [severity, setSeverity] = useParam('severity')
  const filter = useMemo(
    () => ({
      ...(q ? { q } : {}),
      ...(type ? { type } : {}),
      ...(target ? { target } : {}),
      ...(severity ? { severity } : {}),
    }),
    [q, type, target, severity],
  )
  const keep = useCallback(
    (event: Event) =>
      passes(event, { q, type, target, severity }, targetRows.find((each) => each.id === event.targetId)?.name),
    [q, type, target, severity, targetRows],
  )
  return (
    <>
      <PageHead title="Timeline" meta={<>what happened, newest first; times in {zone()}</>} />
      <div className="toolbar">
        <FilterBox label="Filter events" placeholder="Filter by words" value={q} onChange={setQ} delayMs={250} />
        <Pick
          label="Severity"
          value={severity}
          onPick={setSeverity}
          options={[
            { value: '', label: 'any' },
            { value: 'warning,error', label: 'warnings and errors' },
            { value: 'error', label: 'errors' },
          ]}
        />
        <Pick
          label="About"
          value={type}
          onPick={setType}
          options={[
            { value: '', label: 'anything' },
            ...['service', 'target', 'stack', 'job', 'user', 'system'].map((value) => ({ value, label: `${value}s` })),
          ]}
        />
        <Pick
          label="Target"
          value={target}
          onPick={setTarget}
          options={[{ value: '', label: 'any' }, ...targetRows.map((each) => ({ value: each.id, label: each.name }))]}
        />
      </div>
      <EventList
        typed
        filter={filter}
        keep={keep}
        empty={Object.keys(filter).length > 0 ? 'No event passes the filter.' : 'Nothing has happened yet.'}
      />
    </>
  )
}
