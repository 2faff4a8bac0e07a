import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { CheckSummary, Standing, UptimeRow } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { useUsageFeed } from '../../../api/observation/usage.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { millis, plural } from '../../../ui/format/number.ts'
import { share } from '../../../ui/format/share.ts'
import { Table } from '../../../ui/list/table.tsx'
import type { GlyphState } from '../../../ui/state/glyph.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { UptimeBars } from '../../../ui/state/uptime-bars.tsx'
import { ListPage } from '../../workloads/list-page.tsx'
import { Checks } from './checks.tsx'
import { HostResources } from './host-resources.tsx'
import { ServiceUsage } from './service-usage.tsx'

const glyphs: Readonly<Record<Standing, GlyphState>> = { up: 'running', down: 'failed', unknown: 'unknown' }
const words: Readonly<Record<Standing, string>> = { up: 'up', down: 'down', unknown: 'not known' }
const dayMs = 86_400_000
const pageSize = 100

/** How all services are and have been: uptime with a bar a day, what their checks say, and what their hosts have left. */
export function Health() {
  useUsageFeed()
  const hosts = useRows(targets)
  const [q, setQ] = useParam('q')
  const [target, setTarget] = useParam('target')
  const [stack, setStack] = useParam('stack')
  const [health, setHealth] = useParam('health')
  const set = useSetParams()
  const filter = {
    ...(q === '' ? {} : { q }),
    ...(target === '' ? {} : { target }),
    ...(stack === '' ? {} : { stack }),
    ...(health === '' ? {} : { health }),
  }
  const uptime = useInfiniteQuery({
    queryKey: keys.uptime(filter),
    queryFn: ({ pageParam }) =>
      client.health.uptime({ ...filter, limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
  const overview = useQuery({
    queryKey: keys.healthOverview,
    queryFn: () => client.health.overview(),
    refetchInterval: 5_000,
  })
  const rows = uptime.data?.pages.flatMap((page) => page.items)
  const first = uptime.data?.pages[0]
  const checks = new Map((overview.data?.items ?? []).map((item) => [item.serviceId, item]))
  const stacks = [...new Set((rows ?? []).flatMap((row) => row.stack ?? []))].toSorted((a, b) => a.localeCompare(b))
  const filtered = Object.keys(filter).length > 0
  const counts = first?.counts
  return (
    <ListPage
      title="Health"
      meta={counts && `${counts.down} down, ${counts.up} up, ${counts.unknown} not known`}
      told={<HostResources target={target} />}
      toolbar={
        <>
          <FilterBox label="Filter services" placeholder="Filter services" value={q} onChange={setQ} />
          <Pick
            label="Health"
            value={health}
            options={[
              { value: '', label: 'any' },
              { value: 'down', label: `down${counts ? ` (${counts.down})` : ''}` },
              { value: 'up', label: 'up' },
              { value: 'unknown', label: 'not known' },
            ]}
            onPick={setHealth}
          />
          <Pick
            label="Target"
            value={target}
            options={[{ value: '', label: 'all' }, ...hosts.map(({ id, name }) => ({ value: id, label: name }))]}
            onPick={setTarget}
          />
          {(stacks.length > 0 || stack !== '') && (
            <Pick
              label="Stack"
              value={stack}
              options={[
                { value: '', label: 'all' },
                ...[...new Set([...stacks, ...(stack === '' ? [] : [stack])])].map((value) => ({
                  value,
                  label: value,
                })),
              ]}
              onPick={setStack}
            />
          )}
        </>
      }
      asked={{ ...uptime, data: rows }}
      none={{ title: 'No services yet.', why: 'Their uptime is kept from the moment they are seen.' }}
      filtered={
        filtered
          ? { title: 'No service fits.', clear: () => set({ q: null, target: null, stack: null, health: null }) }
          : null
      }
    >
      <Table<UptimeRow>
        label="Health of services"
        rows={rows ?? []}
        keyOf={(row) => row.serviceId}
        hrefOf={(row) => paths.service(row.serviceId, 'health')}
        stale={(row) => row.standing === 'unknown'}
        columns={[
          {
            key: 'name',
            label: 'Service',
            width: 'minmax(150px, 1.2fr)',
            phone: 'title',
            render: (row) => (
              <>
                <Glyph state={glyphs[row.standing]} label={words[row.standing]} />
                <span className="cut">{row.name}</span>
              </>
            ),
          },
          {
            key: 'said',
            label: 'Says',
            width: 'minmax(140px, 1.4fr)',
            phone: 'line',
            render: (row) => <Said row={row} checks={checks.get(row.serviceId)?.checks ?? []} />,
          },
          { key: 'target', label: 'Target', width: '110px', render: (row) => row.targetName },
          {
            key: 'usage',
            label: 'CPU, memory',
            width: '130px',
            num: true,
            phone: 'hide',
            render: (row) => <ServiceUsage id={row.serviceId} />,
          },
          {
            key: 'day',
            label: '24 h',
            width: '64px',
            num: true,
            phone: 'side',
            render: (row) => share(row.uptime.day),
          },
          {
            key: 'month',
            label: '30 d',
            width: '64px',
            num: true,
            phone: 'hide',
            render: (row) => share(row.uptime.month),
          },
          {
            key: 'quarter',
            label: '90 d',
            width: '64px',
            num: true,
            phone: 'hide',
            render: (row) => share(row.uptime.quarter),
          },
          {
            key: 'bars',
            label: '90 days',
            width: 'minmax(180px, 1.6fr)',
            phone: 'line',
            render: (row) => (
              <UptimeBars
                label={`Uptime of ${row.name}`}
                bars={row.bars.map((part, index) => ({
                  at: new Date(Date.parse(first!.firstDay) + index * dayMs).toISOString(),
                  share: part,
                  downMs: row.downMs[index] ?? 0,
                }))}
              />
            ),
          },
        ]}
      />
      {uptime.hasNextPage && (
        <div className="p-4">
          <Button busy={uptime.isFetchingNextPage} onClick={() => void uptime.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      <div className="page">
        <Checks
          items={(overview.data?.items ?? []).filter((item) => rows?.some((row) => row.serviceId === item.serviceId))}
        />
        {rows && first && first.total > rows.length && (
          <p className="meta pt-2">Checks of the {plural(rows.length, 'service')} above.</p>
        )}
      </div>
    </ListPage>
  )
}

/** Why it is down, else how fast it answers and what waits in its queues. */
function Said({ row, checks }: { row: UptimeRow; checks: readonly CheckSummary[] }) {
  if (row.standing === 'down')
    return (
      <span className="text-failed-ink" title={row.reason ?? undefined}>
        {row.reason}
      </span>
    )
  const times = checks.flatMap(({ responseTimeMs }) => responseTimeMs ?? [])
  const queues = checks.flatMap(({ queue }) => queue ?? [])
  const parts = [
    ...(times.length === 0 ? [] : [millis(Math.max(...times))]),
    ...queues.map(({ pending, failed }) => `${pending} waiting${failed ? `, ${failed} failed` : ''}`),
  ]
  return parts.length === 0 ? <span className="text-ink-3">no check</span> : <span>{parts.join(', ')}</span>
}
