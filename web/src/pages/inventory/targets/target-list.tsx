import type { Target } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { Columns3, Plus } from 'lucide-react'
import { reloadFleet, targets, useFleetState } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { kindWords, targetGlyph } from '../../../shell/target-words.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { percent } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { ImportContexts } from './import-contexts.tsx'
import { TargetDialog } from './target-dialog.tsx'

const total = (services: Record<string, number>): number => Object.values(services).reduce((a, b) => a + b, 0)

/** Groups stand together, those without one first; the order within stays. */
const inGroups = (a: Target, b: Target): number => (a.group ?? '').localeCompare(b.group ?? '')

/** Every place services run. */
export function TargetList() {
  const may = useMay()
  const fleet = useFleetState()
  const all = useRows(targets)
  const rows = useMemo(() => all.toSorted(inGroups), [all])
  const [adding, setAdding] = useParam('add')
  const part = (value: number | null | undefined, of: number | null | undefined) =>
    value == null || !of ? (
      <span className="text-ink-3">–</span>
    ) : (
      <span className="flex items-center gap-2">
        <Meter value={value} of={of} label="Use" />
        <span className="num w-10">{percent((value / of) * 100)}</span>
      </span>
    )
  return (
    <>
      <PageHead
        title="Targets"
        meta="places services run"
        actions={
          <>
            {rows.length > 1 && (
              <Go className="btn" href={paths.compareHosts()}>
                <Columns3 className="icon-s" aria-hidden />
                Compare
              </Go>
            )}
            {may('targets.manage') && (
              <>
                <Button className="hide-phone" onClick={() => setAdding('contexts')}>
                  Import contexts…
                </Button>
                <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
                  Add a Docker engine…
                </Button>
              </>
            )}
          </>
        }
      />
      {fleet.phase === 'failed' && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(fleet.error)} retry={reloadFleet} />
        </div>
      )}
      {fleet.phase === 'loading' ? (
        <Skeleton />
      ) : (
        <Table
          label="Targets"
          rows={rows}
          keyOf={(target) => target.id}
          hrefOf={(target) => paths.target(target.id)}
          stale={(target) => target.stale}
          below={(target) =>
            target.reason && (
              <div role="row">
                <span role="cell" className="tr-why">
                  {target.reason}
                  {target.state !== 'connected' && ' It is tried again by itself.'}
                </span>
              </div>
            )
          }
          columns={[
            {
              key: 'name',
              label: 'Target',
              width: 'minmax(150px, 2.2fr)',
              phone: 'title',
              render: (target) => (
                <>
                  <Glyph state={targetGlyph(target)} label={target.state} />
                  <span className="cut" title={target.name}>
                    {target.name}
                  </span>
                  {target.state !== 'connected' && (
                    <span className="font-normal text-meta t-unknown">{target.state}</span>
                  )}
                </>
              ),
            },
            { key: 'kind', label: 'Kind', width: '80px', render: (target) => kindWords[target.kind] },
            ...(rows.some((target) => target.group)
              ? [
                  {
                    key: 'group',
                    label: 'Group',
                    width: 'minmax(60px, 0.6fr)',
                    render: (target: (typeof rows)[number]) =>
                      target.group ?? <span className="text-ink-3 hide-phone">–</span>,
                  },
                ]
              : []),
            {
              key: 'address',
              label: 'Address',
              width: 'minmax(90px, 1.5fr)',
              render: (target) => (
                <span className="mono text-ink-3" title={target.address}>
                  {target.address}
                </span>
              ),
            },
            {
              key: 'version',
              label: 'Version',
              width: 'minmax(72px, 0.9fr)',
              phone: 'hide',
              render: (target) =>
                target.engine ? <span title={target.engine.version}>{target.engine.version}</span> : '–',
            },
            {
              key: 'services',
              label: 'Services',
              width: '60px',
              num: true,
              phone: 'hide',
              render: (target) => total(target.services),
            },
            {
              key: 'cpu',
              label: 'CPU',
              width: '90px',
              phone: 'hide',
              render: (target) => part(target.usage?.cpuPercent, 100),
            },
            {
              key: 'memory',
              label: 'Memory',
              width: '90px',
              phone: 'hide',
              render: (target) => part(target.usage?.memoryBytes, target.usage?.memoryTotalBytes),
            },
            {
              key: 'disk',
              label: 'Disk',
              width: '90px',
              phone: 'hide',
              render: (target) => part(target.usage?.diskBytes, target.usage?.diskTotalBytes),
            },
            ...(rows.some((target) => target.tags.length > 0)
              ? [
                  {
                    key: 'tags',
                    label: 'Tags',
                    width: 'minmax(96px, 0.9fr)',
                    phone: 'hide' as const,
                    render: (target: (typeof rows)[number]) => (
                      <span className="flex gap-1">
                        {target.tags.map((tag) => (
                          <Tag key={tag}>{tag}</Tag>
                        ))}
                      </span>
                    ),
                  },
                ]
              : []),
            {
              key: 'age',
              label: 'Heard',
              width: '56px',
              num: true,
              phone: 'side',
              render: (target) => <Age at={target.observedAt} suffix={target.stale ? ' old' : ''} />,
            },
          ]}
        />
      )}
      {adding === 'contexts' && <ImportContexts onClose={() => setAdding('')} />}
      {adding === '1' && <TargetDialog target={null} onClose={() => setAdding('')} />}
    </>
  )
}
