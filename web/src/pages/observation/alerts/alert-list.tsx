import type { Alert } from '@wheelhouse/contract'
import { useState } from 'react'
import { useAlerts } from '../../../api/alerts.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { AlertTable } from './alert-table.tsx'
import { AlertTabs } from './alert-tabs.tsx'
import { NoteDialog } from './note-dialog.tsx'

const states = [
  { value: '', label: 'not over' },
  { value: 'open', label: 'open' },
  { value: 'acknowledged', label: 'acknowledged' },
  { value: 'snoozed', label: 'snoozed' },
  { value: 'cleared', label: 'over' },
  { value: 'all', label: 'every one' },
]
const severities = ['', 'critical', 'warning', 'info'].map((value) => ({ value, label: value === '' ? 'any' : value }))

/** What needs someone now, and what needed someone. */
export function AlertList() {
  const may = useMay()
  const [q, setQ] = useParam('q')
  const [state, setState] = useParam('state')
  const [severity, setSeverity] = useParam('severity')
  const [target] = useParam('target')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<{ act: 'acknowledge' | 'snooze'; alerts: readonly Alert[] } | null>(null)
  const alerts = useAlerts({
    ...(q === '' ? {} : { q }),
    ...(state === '' ? {} : { state }),
    ...(severity === '' ? {} : { severity }),
    ...(target === '' ? {} : { target }),
  })
  const rows = alerts.data?.items ?? []
  const picked = rows.filter(({ id }) => chosen.has(id))
  const mayAct = may('alerts.acknowledge')
  const counts = alerts.data?.counts ?? {}
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0)
  const isFiltered = q !== '' || state !== '' || severity !== ''
  return (
    <>
      <PageHead
        title="Alerts"
        meta={
          alerts.data &&
          (total === 0
            ? 'nothing needs you'
            : ['critical', 'warning', 'info']
                .flatMap((each) => (counts[each] ? [`${counts[each]} ${each}`] : []))
                .join(', '))
        }
        actions={
          picked.length > 0 &&
          mayAct && (
            <>
              <Button onClick={() => setAsking({ act: 'snooze', alerts: picked })}>Snooze {picked.length}…</Button>
              <Button look="primary" onClick={() => setAsking({ act: 'acknowledge', alerts: picked })}>
                Acknowledge {picked.length}…
              </Button>
            </>
          )
        }
      />
      <AlertTabs current="alerts" />
      <div className="toolbar">
        <FilterBox label="Filter alerts" placeholder="Filter by name or words" value={q} onChange={setQ} />
        <Pick label="State" value={state} onPick={setState} options={states} />
        <Pick label="Severity" value={severity} onPick={setSeverity} options={severities} />
      </div>
      {alerts.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(alerts.error)} retry={() => void alerts.refetch()} />
        </div>
      )}
      {alerts.isPending && alerts.isFetching && <Skeleton />}
      {alerts.data && rows.length === 0 && (
        <Empty
          title={isFiltered ? 'No alert is like that.' : 'Nothing needs you.'}
          action={
            !isFiltered && (
              <Go className="btn" href={paths.alertRules()}>
                See what is watched for
              </Go>
            )
          }
        >
          {isFiltered
            ? 'Widen the filter to see more.'
            : 'When a rule finds something, it stands here and people are told.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <AlertTable
          alerts={rows}
          chosen={chosen}
          {...(mayAct ? { onChoose: setChosen } : {})}
          onAsk={(act, alert) => setAsking({ act, alerts: [alert] })}
        />
      )}
      {alerts.data?.nextCursor && (
        <p className="meta p-3 text-center">
          The first {plural(rows.length, 'alert')} of {alerts.data.total}. Filter to see the others.
        </p>
      )}
      {asking && (
        <NoteDialog
          {...asking}
          onClose={() => {
            setAsking(null)
            setChosen(new Set())
          }}
        />
      )}
    </>
  )
}
