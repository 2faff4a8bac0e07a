import type { Alert, AlertEvidence } from '@wheelhouse/contract'
import { lazy, Suspense } from 'react'
import { paths } from '../../../../paths.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { bytes, percent } from '../../../../ui/format/number.ts'
import { LogLine } from '../../../../ui/log/log-line.tsx'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'

const TimeChart = lazy(() => import('../../../../ui/chart/time-chart.tsx').then((m) => ({ default: m.TimeChart })))

const colours = [1, 2, 3] as const

function figure(value: number, unit: string): string {
  if (unit === 'percent') return percent(value)
  if (unit === 'bytes') return bytes(value)
  return unit === 'bytes/s' ? `${bytes(value)}/s` : String(Number(value.toPrecision(4)))
}

const exitWords = ({ exitCode, reason, at }: NonNullable<AlertEvidence['exit']>): string =>
  [exitCode === null ? null : `code ${exitCode}`, reason, moment(at)].filter(Boolean).join(', ')

function Brought({ deployment }: { deployment: NonNullable<AlertEvidence['deployment']> }) {
  const { id, kind, title, state, at } = deployment
  const words = `${title}, ${state}, ${moment(at)}`
  if (kind === 'event') return words
  return (
    <Go className="link" href={kind === 'job' ? paths.job(id) : paths.deployment(id)}>
      {words}
    </Go>
  )
}

/** What was known when it fired. */
export function Evidence({ evidence, alert }: { evidence: AlertEvidence; alert: Alert }) {
  const { chart, lines, exit, deployment, consumers, events } = evidence
  return (
    <>
      {chart?.series.map((series) => {
        const from = Date.parse(chart.since) / 1000
        const stepS = chart.stepMs / 1000
        const times = series.values.map((_, index) => from + (index + 0.5) * stepS)
        return (
          <Panel
            key={`${series.metric} ${series.service}`}
            title={series.metric}
            span={6}
            meta={series.service ?? series.target ?? undefined}
          >
            <Suspense fallback={<div style={{ height: 168 }} />}>
              <TimeChart
                label={`${series.metric} around the alert`}
                columns={[times, series.values]}
                series={[{ label: series.metric, colour: colours[0], area: true }]}
                format={(value) => figure(value, series.unit)}
                binary={series.unit.startsWith('bytes')}
                from={from}
                to={from + series.values.length * stepS}
                stepS={stepS}
                limit={chart.threshold}
                sync="alert"
              />
            </Suspense>
          </Panel>
        )
      })}
      {(exit || deployment || consumers.length > 0) && (
        <Panel title="Known then" span={6}>
          <Facts
            rows={[
              exit && [
                'Last exit',
                alert.serviceId === null ? (
                  exitWords(exit)
                ) : (
                  <Go key="x" className="link" href={paths.service(alert.serviceId, 'crashes')}>
                    {exitWords(exit)}
                  </Go>
                ),
              ],
              deployment && ['Last deployment', <Brought key="d" deployment={deployment} />],
              ...consumers.map((each): [string, string] => [
                `${each.service}, ${each.metric.split('.')[0] ?? ''}`,
                figure(each.value, each.metric.endsWith('bytes') ? 'bytes' : 'percent'),
              ]),
            ]}
          />
        </Panel>
      )}
      {lines.length > 0 && (
        <Panel
          title="Last lines"
          flush
          actions={
            alert.serviceId && (
              <Go className="btn" href={paths.service(alert.serviceId, 'logs')}>
                Open the log
              </Go>
            )
          }
        >
          <div className="log-lines overflow-x-auto py-1">
            {lines.map((line) => (
              <LogLine
                key={line.position}
                line={{ ...line, at: Date.parse(line.at), task: null }}
                search={null}
                times
              />
            ))}
          </div>
        </Panel>
      )}
      {events.length > 0 && (
        <Panel title="Before it" flush>
          <ol>
            {events.map((event) => (
              <li key={`${event.at} ${event.message}`} className="flex items-baseline gap-3 px-3 py-1.5 min-w-0">
                <time className="meta shrink-0" dateTime={event.at}>
                  {moment(event.at)}
                </time>
                <span className="min-w-0 break-words">{event.message}</span>
              </li>
            ))}
          </ol>
        </Panel>
      )}
    </>
  )
}
