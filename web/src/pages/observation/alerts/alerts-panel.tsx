import { type AlertFilter, useAlerts } from '../../../api/alerts.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { glyphOf, stateWords } from './alert-words.ts'

const shown = 6

/** Alerts of one thing, on its own page; nothing where there are none. */
export function AlertsPanel({ of, span = 12 }: { of: NonNullable<AlertFilter>; span?: number }) {
  const alerts = useAlerts(of)
  const rows = alerts.data?.items ?? []
  if (rows.length === 0) return null
  return (
    <Panel
      title="Alerts"
      span={span}
      flush
      meta={rows.length > shown ? `${shown} of ${alerts.data?.total}` : undefined}
    >
      <ul>
        {rows.slice(0, shown).map((alert) => (
          <li key={alert.id} className="flex items-baseline gap-2 px-3 py-2 min-w-0">
            <Glyph state={glyphOf(alert)} label={`${alert.severity}, ${stateWords[alert.state]}`} />
            <Go href={paths.alert(alert.number)} className="name min-w-0 break-words grow">
              {alert.message}
            </Go>
            <span className="meta shrink-0">
              <Age at={alert.firedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
