import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { CrashReport } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { LineChart } from '../../../ui/chart/line-chart.tsx'
import { formatOf, isBinary } from '../../../ui/chart/units.ts'
import { Go } from '../../../ui/control/link.tsx'
import { clock, moment } from '../../../ui/format/age.ts'
import { span } from '../../../ui/format/span.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { EventLine } from '../timeline/event-line.tsx'
import { queryOf } from '../logs/search/ask.ts'
import { AfterPanel } from './after-panel.tsx'
import { BeforePanel } from './before-panel.tsx'
import { LastWords } from './last-words.tsx'
import { crashTitle, exitWords, ranFor, truth } from './words.ts'

const crumbs = [{ label: 'Crashes', href: paths.crashes() }]

/** All that is known of one crash: its last words, its exit, what changed before it, its alert, and what came after. */
export function CrashPage() {
  const { id = '' } = useParams({ strict: false })
  const asked = useQuery({
    queryKey: keys.crash(id),
    queryFn: () => client.crashes.get({ id }),
    refetchInterval: 15_000,
  })
  if (!asked.data)
    return (
      <Unready title="Crash" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open crashes', href: paths.crashes() }} />
    )
  return <Known crash={asked.data} />
}

function Known({ crash }: { crash: CrashReport }) {
  const title = crashTitle(crash)
  const running = crash.after.findLast(({ state }) => state !== null)
  const lines = paths.logs(
    queryOf({
      service: crash.sourceId,
      since: new Date(Date.parse(crash.startedAt) - 2_000).toISOString(),
      until: new Date(Date.parse(crash.at) + 2_000).toISOString(),
    }),
  )
  return (
    <>
      <PageHead
        title={title}
        crumbs={[...crumbs, { label: crash.service, href: paths.service(crash.serviceId, 'crashes') }]}
        badge={<Badge state="failed">{exitWords(crash)}</Badge>}
        meta={
          <span className="dotted">
            <span>
              {moment(crash.at)}, <Age at={crash.at} suffix=" ago" />
            </span>
            <Go href={paths.target(crash.targetId)} className="hover:text-ink">
              {crash.targetName}
            </Go>
            {crash.stack && <span>{crash.stack}</span>}
          </span>
        }
        actions={
          <>
            <Go className="btn" href={paths.axisAround({ service: crash.serviceId }, crash.at)}>
              On the timeline
            </Go>
            <Go className="btn" href={lines}>
              All its lines
            </Go>
          </>
        }
      />
      <div className="page pt-1!">
        <p className="text-lead pb-3 text-ink">{truth(crash, running?.state ?? null)}</p>
        <div className="panels">
          <Panel title="How it ended" span={6}>
            <Facts
              rows={[
                ['Exit', `${exitWords(crash)}: ${crash.meaning}`],
                ['Out of memory', crash.outOfMemory ? 'yes, its target says so' : 'its target does not say so'],
                crash.reason === null ? null : ['Its target says', crash.reason],
                ['Ran for', ranFor(crash)],
                crash.image === null ? null : ['Image', <span className="mono">{crash.image}</span>],
                crash.count === 1 ? null : ['Fell', `${crash.count} times, first at ${moment(crash.firstAt)}`],
              ]}
            />
            {crash.falls.length > 1 && (
              <p className="meta pt-2">
                {crash.falls
                  .slice(0, 12)
                  .map((fall) => `${clock(Date.parse(fall.at))}${fall.exitCode === null ? '' : ` (${fall.exitCode})`}`)
                  .join(', ')}
                {crash.falls.length > 12 && ` and ${crash.count - 12} before`}
              </p>
            )}
          </Panel>
          <BeforePanel crash={crash} />
          <LastWords crash={crash} href={lines} />
          {crash.readings?.map((answer) => {
            const [first] = answer.series
            return (
              first && (
                <Panel
                  key={first.metric}
                  title={first.metric === 'cpu.percent' ? 'CPU before it' : 'Memory before it'}
                  span={6}
                  meta={`1 point is ${span(answer.stepMs)}`}
                >
                  <LineChart
                    label={`${first.metric} of ${crash.service} in the fifteen minutes before it ended`}
                    series={answer.series.map(({ values, service }) => ({ label: service ?? crash.service, values }))}
                    since={Date.parse(answer.since)}
                    stepMs={answer.stepMs}
                    format={formatOf(first.unit)}
                    binary={isBinary(first.unit)}
                    area
                    pins={[{ at: Date.parse(crash.at), title: 'it ended', tone: 'error' }]}
                  />
                </Panel>
              )
            )
          })}
          <AfterPanel crash={crash} />
          <Panel title="What happened around it" span={6} flush>
            {crash.events === null && <p className="px-3 pb-3 text-ink-3">You may not see events here.</p>}
            {crash.events?.length === 0 && <p className="px-3 pb-3 text-ink-3">Nothing else was told.</p>}
            {crash.events?.map((event) => (
              <EventLine key={event.id} event={event} full />
            ))}
          </Panel>
        </div>
        {crash.again === null && (
          <p className="meta pt-3">
            <Glyph state="failed" /> Nothing of this name has run since.
          </p>
        )}
      </div>
    </>
  )
}
