import { useQuery } from '@tanstack/react-query'
import type { ComparedMeasure } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { formatOf } from '../../../ui/chart/units.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Pick, Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment } from '../../../ui/format/age.ts'
import { span } from '../../../ui/format/span.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton } from '../../../ui/page/told.tsx'

interface Of {
  readonly service?: string
  readonly stack?: string
  readonly target?: string
  readonly deployment?: string
  readonly at?: string
}

const signed = (percent: number): string =>
  `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent) >= 10 ? Math.round(Math.abs(percent)) : Math.abs(percent).toFixed(1)}%`
const verdicts: Record<ComparedMeasure['verdict'], string> = {
  better: 'better',
  worse: 'worse',
  same: 'the same',
  changed: 'changed',
  'too-little': 'too little to say',
}

/** How it did before and after, or beside the same time last week. */
export function ComparePanel({
  of,
  against,
  onAgainst,
}: {
  of: Of
  against: string
  onAgainst: (value: string) => void
}) {
  const [window, setWindow] = useParam('window', '1h')
  const windowMs = { '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000 }[window] ?? 3_600_000
  const isWeek = against === 'last-week'
  const filter = { ...of, windowMs, against: isWeek ? ('last-week' as const) : ('before' as const) }
  const asked = useQuery({
    queryKey: keys.compared(filter),
    queryFn: () => client.timeline.compare(filter),
    refetchInterval: 60_000,
    retry: false,
  })
  const answer = asked.data
  return (
    <Panel
      title={isWeek ? 'Beside last week' : 'Before and after'}
      meta={answer && `${answer.title}, ${moment(answer.at)}`}
      actions={
        <>
          <Segment
            label="Beside"
            value={isWeek ? 'last-week' : 'before'}
            onPick={onAgainst}
            options={[
              { value: 'before', label: 'Before' },
              { value: 'last-week', label: 'Last week' },
            ]}
          />
          <Pick
            label="Each side"
            value={window}
            onPick={setWindow}
            options={[
              { value: '1h', label: '1 h' },
              { value: '15m', label: '15 min' },
              { value: '6h', label: '6 h' },
              { value: '24h', label: '24 h' },
            ]}
          />
        </>
      }
    >
      {asked.error !== null && <p className="text-ink-3">{wordsFor(asked.error).what}</p>}
      {asked.isPending && <Skeleton rows={3} />}
      {answer && (
        <>
          <p className="pb-2 text-ink">
            {answer.summary}
            {answer.deployment && (
              <>
                {' '}
                <Go className="link" href={paths.deployment(answer.deployment.id)}>
                  Run {answer.deployment.number}
                </Go>
              </>
            )}
          </p>
          <Table
            label="Measures"
            rows={answer.measures}
            keyOf={({ name }) => name}
            columns={[
              {
                key: 'title',
                label: 'Measure',
                width: 'minmax(120px, 1.2fr)',
                phone: 'title',
                render: ({ title }) => title.charAt(0).toUpperCase() + title.slice(1),
              },
              {
                key: 'before',
                label: isWeek ? 'Last week' : 'Before',
                width: '110px',
                num: true,
                render: (row) => figure(row, row.before),
              },
              {
                key: 'after',
                label: isWeek ? 'This time' : 'After',
                width: '110px',
                num: true,
                render: (row) => figure(row, row.after),
              },
              {
                key: 'change',
                label: 'Change',
                width: '90px',
                num: true,
                phone: 'side',
                render: ({ changePercent, verdict }) => (
                  <span className={`verdict-${verdict}`}>{changePercent === null ? '–' : signed(changePercent)}</span>
                ),
              },
              {
                key: 'verdict',
                label: 'So it is',
                width: 'minmax(140px, 2fr)',
                phone: 'line',
                render: ({ verdict, note }) => (
                  <span>
                    <span className={`verdict-${verdict}`}>{verdicts[verdict]}</span>
                    {note && (
                      <span className="text-ink-3">
                        : {note.charAt(0).toLowerCase() + note.slice(1).replace(/\.$/, '')}
                      </span>
                    )}
                  </span>
                ),
              },
            ]}
          />
          <p className="meta pt-2">
            {moment(answer.before.since)} to {moment(answer.before.until)} beside {moment(answer.after.since)} to{' '}
            {moment(answer.after.until)}, {span(Date.parse(answer.after.until) - Date.parse(answer.after.since))} each
            {answer.services.length > 0 &&
              `, of ${answer.services.slice(0, 5).join(', ')}${answer.services.length > 5 ? ` and ${answer.services.length - 5} more` : ''}`}
            .{answer.limits.map((limit) => ` ${limit}`)}
          </p>
        </>
      )}
    </Panel>
  )
}

const figure = ({ unit }: ComparedMeasure, value: number | null): string =>
  value === null ? '–' : formatOf(unit)(value)
