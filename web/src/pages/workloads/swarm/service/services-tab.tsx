import type { Service, Swarm } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { ActMenu } from '../../../../acts/act-menu.tsx'
import { services, useFleetState } from '../../../../api/fleet.ts'
import { useMay } from '../../../../api/may.ts'
import { useRows } from '../../../../api/row-store.ts'
import { paths } from '../../../../paths.ts'
import { FilterBox } from '../../../../ui/control/filter-box.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { Empty, Skeleton } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { portText } from '../../services/ports.ts'
import { useServiceActs } from './use-service-acts.tsx'

const rank: Record<Service['state'], number> = {
  failed: 0,
  degraded: 1,
  starting: 2,
  unknown: 3,
  paused: 4,
  running: 5,
  stopped: 6,
}

/** Services of a Swarm from the rows that are live in memory, those that need somebody first. */
export function ServicesTab({ swarm }: { swarm: Swarm }) {
  const may = useMay()
  const fleet = useFleetState()
  const [q, setQ] = useParam('q')
  const all = useRows(services)
  const rows = useMemo(() => {
    const wanted = q.toLowerCase()
    return all
      .filter((row) => row.targetId === swarm.targetId)
      .filter((row) => `${row.name} ${row.stack ?? ''} ${row.image ?? ''}`.toLowerCase().includes(wanted))
      .sort((a, b) => rank[a.state] - rank[b.state] || (a.name < b.name ? -1 : 1))
  }, [all, q, swarm.targetId])
  return (
    <>
      <div className="toolbar">
        <FilterBox label="Filter services" placeholder="Filter by name, stack, image" value={q} onChange={setQ} />
      </div>
      {fleet.phase === 'loading' && rows.length === 0 && <Skeleton />}
      {fleet.phase !== 'loading' && rows.length === 0 && (
        <Empty
          title={q === '' ? 'No services.' : 'No service matches.'}
          action={
            q === '' &&
            may('containers.manage', { targetId: swarm.targetId }) && (
              <Go className="btn btn-primary" href={paths.newSwarmService(swarm.targetId)}>
                New service…
              </Go>
            )
          }
        >
          {q === '' ? 'One can be made from a form, or many by a stack.' : 'The filter hides the others.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Services"
          rows={rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => paths.service(row.id)}
          stale={(row) => row.stale}
          acts={(row) => <ServiceMenu service={row} />}
          columns={[
            {
              key: 'name',
              label: 'Service',
              width: 'minmax(170px, 1.6fr)',
              phone: 'title',
              render: (row) => (
                <>
                  <Glyph state={row.stale ? 'unknown' : row.state} label={row.state} />
                  <span className="cut">{row.name}</span>
                  {row.state !== 'running' && (
                    <span className={`font-normal text-meta t-${row.state}`}>{row.state}</span>
                  )}
                </>
              ),
            },
            {
              key: 'tasks',
              label: 'Tasks',
              width: 'minmax(90px, 0.8fr)',
              phone: 'side',
              render: (row) => row.nativeState,
            },
            { key: 'stack', label: 'Stack', width: 'minmax(80px, 0.8fr)', render: (row) => row.stack ?? '–' },
            {
              key: 'image',
              label: 'Image',
              width: 'minmax(130px, 1.4fr)',
              phone: 'hide',
              render: (row) => <span className="mono text-ink-3">{row.image}</span>,
            },
            {
              key: 'ports',
              label: 'Ports',
              width: 'minmax(90px, 0.8fr)',
              phone: 'hide',
              render: (row) => <span className="mono">{portText(row.ports)}</span>,
            },
            {
              key: 'why',
              label: 'Why',
              width: 'minmax(160px, 2.4fr)',
              phone: 'line',
              render: (row) =>
                row.reason && (
                  <span
                    className={`text-meta ${row.state === 'failed' ? 't-failed' : row.state === 'degraded' ? 't-degraded' : 'text-ink-3'}`}
                    title={row.reason}
                  >
                    {row.reason}
                  </span>
                ),
            },
            {
              key: 'age',
              label: 'Since',
              width: '62px',
              num: true,
              render: (row) => <Age at={row.changedAt} />,
            },
          ]}
        />
      )}
    </>
  )
}

function ServiceMenu({ service }: { service: Service }) {
  const { entries, layer } = useServiceActs(service)
  return (
    <>
      <ActMenu service={service} more={entries} />
      {layer}
    </>
  )
}
