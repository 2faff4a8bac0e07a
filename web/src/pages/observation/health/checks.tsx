import type { CheckSummary, health, OutputOf } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { count, millis } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { healthGlyph } from '../../workloads/service/health/words.ts'

type Item = OutputOf<typeof health.overview>['items'][number]
type Row = CheckSummary & { readonly serviceId: string; readonly service: string }

const kinds: Readonly<Record<CheckSummary['kind'], string>> = {
  http: 'HTTP',
  tcp: 'port',
  websocket: 'WebSocket',
  database: 'database',
  queue: 'queue',
  command: 'command',
}
const order = ['unhealthy', 'starting', 'healthy', 'none']

/** Every check with its last word: endpoints, ports, sockets, databases and queues. */
export function Checks({ items }: { items: readonly Item[] }) {
  const rows: Row[] = items
    .flatMap((item) => item.checks.map((check) => ({ ...check, serviceId: item.serviceId, service: item.name })))
    .toSorted(
      (a, b) =>
        order.indexOf(a.state) - order.indexOf(b.state) ||
        a.kind.localeCompare(b.kind) ||
        a.service.localeCompare(b.service),
    )
  if (rows.length === 0) return null
  return (
    <Panel
      title="Checks"
      meta={`${count(rows.filter((row) => row.state === 'unhealthy').length)} of ${count(rows.length)} fail`}
      flush
    >
      <Table<Row>
        label="Checks"
        rows={rows}
        keyOf={(row) => `${row.serviceId} ${row.name}`}
        hrefOf={(row) => paths.service(row.serviceId, 'health')}
        columns={[
          {
            key: 'name',
            label: 'Check',
            width: 'minmax(140px, 1fr)',
            phone: 'title',
            render: (row) => (
              <>
                <Glyph state={healthGlyph(row.state)} label={row.state} />
                <span className="cut">
                  {row.service} <span className="text-ink-3 font-normal">{row.name}</span>
                </span>
              </>
            ),
          },
          { key: 'kind', label: 'Kind', width: '100px', render: (row) => <Tag>{kinds[row.kind]}</Tag> },
          {
            key: 'subject',
            label: 'What',
            width: 'minmax(140px, 1.4fr)',
            phone: 'hide',
            render: (row) => (
              <span className="mono cut" title={row.subject}>
                {row.subject}
              </span>
            ),
          },
          {
            key: 'said',
            label: 'Said',
            width: 'minmax(120px, 1.2fr)',
            phone: 'line',
            render: (row) => (
              <span className={row.state === 'unhealthy' ? 'text-failed-ink' : ''} title={row.message ?? undefined}>
                {row.message ?? '–'}
              </span>
            ),
          },
          {
            key: 'pending',
            label: 'Waiting',
            width: '80px',
            num: true,
            phone: 'hide',
            render: (row) => (row.queue ? count(row.queue.pending) : '–'),
          },
          {
            key: 'failed',
            label: 'Failed',
            width: '70px',
            num: true,
            phone: 'hide',
            render: (row) =>
              row.queue?.failed ? (
                <span className="text-failed-ink">{count(row.queue.failed)}</span>
              ) : row.queue ? (
                '0'
              ) : (
                '–'
              ),
          },
          {
            key: 'time',
            label: 'Response',
            width: '90px',
            num: true,
            phone: 'side',
            render: (row) => (row.responseTimeMs === null ? '–' : millis(row.responseTimeMs)),
          },
          {
            key: 'age',
            label: 'Checked',
            width: '80px',
            num: true,
            phone: 'hide',
            render: (row) => (row.checkedAt ? <Age at={row.checkedAt} /> : '–'),
          },
        ]}
      />
    </Panel>
  )
}
