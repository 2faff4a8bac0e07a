import type { Alert } from '@wheelhouse/contract'
import { useMay } from '../../../api/may.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { glyphOf, heldBy, stateWords } from './alert-words.ts'

interface Props {
  readonly alerts: readonly Alert[]
  readonly chosen?: ReadonlySet<string>
  /** Absent where nothing can be done with many. */
  readonly onChoose?: (chosen: ReadonlySet<string>) => void
  readonly onAsk?: (act: 'acknowledge' | 'snooze', alert: Alert) => void
}

const placeOf = ({ targetId, serviceId }: Alert) => ({
  ...(targetId === null ? {} : { targetId }),
  ...(serviceId === null ? {} : { serviceId }),
})

/** Worst first. The button to take one stands in its row, wide enough for a thumb. */
export function AlertTable({ alerts, chosen = new Set(), onChoose, onAsk }: Props) {
  const may = useMay()
  return (
    <Table
      label="Alerts"
      rows={alerts}
      keyOf={(alert) => alert.id}
      hrefOf={(alert) => paths.alert(alert.number)}
      stale={(alert) => alert.state !== 'open'}
      {...(onAsk
        ? {
            actsWidth: '124px',
            acts: (alert: Alert) =>
              (alert.state === 'open' || alert.state === 'snoozed') &&
              may('alerts.acknowledge', placeOf(alert)) && (
                <Button onClick={() => onAsk('acknowledge', alert)} aria-label={`Acknowledge #${alert.number}`}>
                  Acknowledge
                </Button>
              ),
          }
        : {})}
      columns={[
        ...(onChoose
          ? [
              {
                key: 'pick',
                label: '',
                width: '24px',
                phone: 'hide' as const,
                render: (alert: Alert) =>
                  alert.state !== 'cleared' && (
                    <input
                      type="checkbox"
                      className="check"
                      aria-label={`Choose #${alert.number} ${alert.subject}`}
                      checked={chosen.has(alert.id)}
                      onChange={(event) => {
                        const next = new Set(chosen)
                        if (event.target.checked) next.add(alert.id)
                        else next.delete(alert.id)
                        onChoose(next)
                      }}
                    />
                  ),
              },
            ]
          : []),
        {
          key: 'subject',
          label: 'Alert',
          width: 'minmax(160px, 1.2fr)',
          phone: 'title',
          render: (alert) => (
            <span className="flex items-center gap-2 min-w-0">
              <Glyph state={glyphOf(alert)} label={`${alert.severity}, ${stateWords[alert.state]}`} />
              <span className="cut">{alert.subject}</span>
              {alert.children > 0 && (
                <span className="font-normal text-meta shrink-0">and {alert.children} with it</span>
              )}
            </span>
          ),
        },
        { key: 'number', label: 'No.', width: '56px', num: true, render: (alert) => `#${alert.number}` },
        {
          key: 'message',
          label: 'What',
          width: 'minmax(200px, 2.4fr)',
          phone: 'line',
          render: (alert) => <span title={alert.message}>{alert.message}</span>,
        },
        {
          key: 'state',
          label: 'State',
          width: 'minmax(96px, 0.9fr)',
          render: (alert) => (
            <span title={heldBy(alert)}>
              {alert.state === 'open' && alert.silencedBy !== null ? 'silenced' : stateWords[alert.state]}
              {alert.acknowledgedBy !== null && ` by ${alert.acknowledgedBy}`}
            </span>
          ),
        },
        { key: 'rule', label: 'Rule', width: 'minmax(110px, 0.9fr)', phone: 'hide', render: (alert) => alert.rule },
        {
          key: 'age',
          label: 'Since',
          width: '72px',
          num: true,
          phone: 'side',
          render: (alert) => <Age at={alert.firedAt} />,
        },
      ]}
    />
  )
}
