import { useQuery } from '@tanstack/react-query'
import type { OperationTimes } from '@wheelhouse/contract'
import type { z } from 'zod'
import { client } from '../../../api/client.ts'
import { download } from '../../../api/download.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment } from '../../../ui/format/age.ts'
import { bytes, count, listed, millis, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'

type Row = z.infer<typeof OperationTimes>
const most = 50
const ranges = [
  { value: '30', label: '30 days' },
  { value: '7', label: '7 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
]

async function save(format: 'html' | 'json', days: number): Promise<void> {
  try {
    const name = `wheelhouse-${new Date().toISOString().slice(0, 10)}.${format}`
    await download(name, () => client.diagnostics.report({ format, days }))
  } catch (error) {
    toast({ state: 'failed', title: 'The report was not saved', detail: wordsFor(error).what, stays: true })
  }
}

/** How long operations take, and who uses what. */
export function Reports() {
  const [days, setDays] = useParam('days', '30')
  const [q, setQ] = useParam('q')
  const performance = useQuery({
    queryKey: keys.performance,
    queryFn: () => client.diagnostics.performance(),
    refetchInterval: 15_000,
  })
  const usage = useQuery({
    queryKey: keys.usage(Number(days)),
    queryFn: () => client.diagnostics.usage({ days: Number(days) }),
  })
  const error = performance.error ?? usage.error
  const rows = (performance.data?.items ?? []).filter(({ operation }) =>
    operation.toLowerCase().includes(q.toLowerCase()),
  )
  const used = usage.data
  return (
    <div className="panels">
      {error && <TroubleBox trouble={wordsFor(error)} />}
      <Panel
        title="Usage"
        actions={
          <>
            <Pick label="Over" value={days} options={ranges} onPick={setDays} />
            <Button onClick={() => void save('html', Number(days))}>Save page</Button>
            <Button onClick={() => void save('json', Number(days))}>Save JSON</Button>
          </>
        }
      >
        {used ? (
          <Facts
            rows={[
              [
                'Services',
                `${plural(used.services.total, 'service')} in ${plural(used.services.stacks, 'stack')} on ${plural(used.services.targets, 'target')}`,
              ],
              ['People', `${count(used.users.active)} of ${plural(used.users.total, 'user')} were active`],
              [
                'Changes',
                listed(used.changes.map(({ username, count: changes }) => `${username} ${count(changes)}`)) || 'none',
              ],
              [
                'Deployments',
                used.deployments.length === 0
                  ? 'none'
                  : listed(
                      used.deployments.map(
                        ({ stack, total, failed, rolledBack }) =>
                          `${stack} ${total}${failed + rolledBack > 0 ? ` (${failed + rolledBack} did not stay)` : ''}`,
                      ),
                    ),
              ],
              [
                'Jobs',
                listed(
                  used.jobs.map(
                    ({ kind, total, failed }) => `${kind} ${total}${failed > 0 ? ` (${failed} failed)` : ''}`,
                  ),
                ) || 'none',
              ],
              [
                'Storage',
                listed(used.storage.map(({ name, bytes: size }) => `${name} ${bytes(size)}`)) || 'not counted yet',
              ],
            ]}
          />
        ) : (
          <Skeleton />
        )}
      </Panel>
      <Panel
        title="Slowest operations"
        meta={performance.data && `${plural(performance.data.calls, 'call')} since ${moment(performance.data.since)}`}
        flush
      >
        <div className="px-3 pb-2">
          <FilterBox label="Filter operations" placeholder="Filter operations" value={q} onChange={setQ} />
        </div>
        <Table<Row>
          label="Slowest operations"
          rows={rows.slice(0, most)}
          keyOf={(row) => row.operation}
          columns={[
            {
              key: 'operation',
              label: 'Operation',
              width: 'minmax(160px, 1fr)',
              phone: 'title',
              render: (row) => <span className="mono cut">{row.operation}</span>,
            },
            { key: 'count', label: 'Calls', width: '80px', num: true, render: (row) => count(row.count) },
            {
              key: 'errors',
              label: 'Errors',
              width: '70px',
              num: true,
              render: (row) => (row.errors === 0 ? '–' : <span className="text-failed-ink">{count(row.errors)}</span>),
            },
            {
              key: 'p50',
              label: 'Median',
              width: '80px',
              num: true,
              phone: 'hide',
              render: (row) => millis(row.p50Ms),
            },
            {
              key: 'p95',
              label: '95% within',
              width: '90px',
              num: true,
              phone: 'side',
              render: (row) => millis(row.p95Ms),
            },
            {
              key: 'max',
              label: 'Longest',
              width: '80px',
              num: true,
              phone: 'hide',
              render: (row) => millis(row.maxMs),
            },
          ]}
        />
        {rows.length > most && <p className="meta p-3">{count(rows.length - most)} quicker ones are not shown.</p>}
      </Panel>
    </div>
  )
}
