import { useParams } from '@tanstack/react-router'
import type { Target } from '@wheelhouse/contract'
import { useMemo, useState } from 'react'
import { services, targets, useFleetState } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRow, useRows } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { kindWords, targetGlyph } from '../../../shell/target-words.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge, Tag } from '../../../ui/state/badge.tsx'
import { AlertsPanel } from '../../observation/alerts/alerts-panel.tsx'
import { EventList } from '../../observation/timeline/event-list.tsx'
import { Fleet } from '../../faces/overview/fleet.tsx'
import { RemoveTarget } from './remove-target.tsx'
import { TargetDialog } from './target-dialog.tsx'
import { UsageCharts } from './usage-charts.tsx'

export function TargetPage() {
  const { id = '' } = useParams({ strict: false })
  const fleet = useFleetState()
  const row = useRow(targets, id)
  const crumbs = [{ label: 'Targets', href: paths.targets() }]
  if (row) return <Known target={row} />
  return (
    <>
      <PageHead title="Target" crumbs={crumbs} />
      {fleet.phase === 'loading' ? (
        <Skeleton />
      ) : (
        <Empty
          title={`There is no target "${id}".`}
          action={
            <Go className="btn" href={paths.targets()}>
              Open targets
            </Go>
          }
        >
          It may have been removed.
        </Empty>
      )}
    </>
  )
}

function Known({ target }: { target: Target }) {
  const may = useMay()
  const all = useRows(services)
  const [layer, setLayer] = useState<'edit' | 'remove' | null>(null)
  const here = useMemo(() => all.filter((service) => service.targetId === target.id), [all, target.id])
  const only = useMemo(() => [target], [target])
  const { engine } = target
  const manages = may('targets.manage')
  return (
    <>
      <PageHead
        title={target.name}
        crumbs={[{ label: 'Targets', href: paths.targets() }]}
        badge={<Badge state={targetGlyph(target)}>{target.state}</Badge>}
        meta={`${kindWords[target.kind]}, ${target.address}`}
        actions={
          <>
            <Go className="btn" href={paths.services(`?target=${encodeURIComponent(target.id)}`)}>
              Open services
            </Go>
            <Go className="btn" href={paths.axis({ target: target.id })}>
              Timeline
            </Go>
            {target.kind === 'docker' && (
              <Go className="btn" href={paths.engine(target.id)}>
                Open engine
              </Go>
            )}
            {target.kind === 'swarm' && (
              <Go className="btn" href={paths.swarm(target.id)}>
                Open Swarm
              </Go>
            )}
            {manages && <Button onClick={() => setLayer('edit')}>Change…</Button>}
            {manages && target.origin === 'registered' && (
              <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                Remove…
              </Button>
            )}
          </>
        }
      />
      {target.state !== 'connected' && (
        <StaleStrip>
          {target.name}{' '}
          {target.observedAt ? (
            <>
              has not been heard for <Age at={target.observedAt} />.
            </>
          ) : (
            'has not answered yet.'
          )}{' '}
          {target.reason} It is tried again by itself.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          <AlertsPanel of={{ target: target.id }} />
          <UsageCharts target={target} />
          <Fleet title="Services" services={here} targets={only} span={12} />
          <Panel title={target.kind === 'docker' ? 'Engine' : 'Machine'} span={6}>
            <Facts
              rows={[
                ['Host', engine?.hostname],
                ['System', engine ? `${engine.os}, ${engine.arch}` : null],
                ['Version', engine?.version],
                engine?.apiVersion ? ['API version', engine.apiVersion] : null,
                ['Cores', engine?.cpus],
                ['Memory', engine ? bytes(engine.memoryBytes) : null],
                target.usage?.diskTotalBytes != null && target.usage.diskBytes != null
                  ? ['Disk', `${bytes(target.usage.diskBytes)} of ${bytes(target.usage.diskTotalBytes)}`]
                  : null,
                ['TLS', target.tls ? 'yes' : 'no'],
                target.group ? ['Group', target.group] : null,
                target.tags.length > 0
                  ? [
                      'Tags',
                      <span key="tags" className="flex flex-wrap gap-1">
                        {target.tags.map((tag) => (
                          <Tag key={tag}>{tag}</Tag>
                        ))}
                      </span>,
                    ]
                  : null,
                ['Origin', target.origin === 'found' ? 'found by itself' : 'registered'],
                ['Known for', <Age key="age" at={target.createdAt} />],
                [
                  'Id',
                  <span key="id" className="mono">
                    {target.id}
                  </span>,
                ],
              ]}
            />
          </Panel>
          <Panel title="What it can do" span={6}>
            <div className="flex flex-wrap gap-1.5">
              {target.capabilities.map((each) => (
                <Tag key={each}>{each}</Tag>
              ))}
            </div>
          </Panel>
          <Panel title="Events" flush>
            <EventList
              filter={{ target: target.id }}
              keep={(event) => event.targetId === target.id}
              empty="Nothing has happened here yet."
            />
          </Panel>
        </div>
      </div>
      {layer === 'edit' && <TargetDialog target={target} onClose={() => setLayer(null)} />}
      {layer === 'remove' && <RemoveTarget target={target} onClose={() => setLayer(null)} />}
    </>
  )
}
