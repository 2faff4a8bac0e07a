import { Unready } from '../../../shell/unready.tsx'
import { useQuery } from '@tanstack/react-query'
import { useParams, useRouterState } from '@tanstack/react-router'
import { HandHelping, PenLine, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ActMenu } from '../../../acts/act-menu.tsx'
import { client } from '../../../api/client.ts'
import { services } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Editor } from '../../../ui/code/editor.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { bytes, percent } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Tabs } from '../../../ui/page/tabs.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { EventList } from '../../observation/timeline/event-list.tsx'
import { portText } from '../services/ports.ts'
import { SourcePanel } from '../stack-sources/source-panel.tsx'
import { useAdoptable } from './adoptable.ts'
import { formatWords } from './format-words.ts'
import { RemoveStack } from './remove-stack.tsx'
import { RevisionPanel } from './revision-panel.tsx'
import { StackHistory } from './stack-history.tsx'

/** One stack: its services as they are now, and the file they came from. */
export function StackPage() {
  const { id = '' } = useParams({ strict: false })
  const tab = useRouterState({ select: (state) => state.location.pathname }).endsWith('/history')
    ? 'history'
    : 'services'
  const may = useMay()
  const isAdoptable = useAdoptable()
  const [removing, setRemoving] = useState(false)
  const all = useRows(services)
  const asked = useQuery({ queryKey: keys.stack(id), queryFn: () => client.stacks.get({ id }), refetchInterval: 5_000 })
  const crumbs = [{ label: 'Stacks', href: paths.stacks() }]
  const stack = asked.data
  if (!stack)
    return (
      <Unready title="Stack" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open stacks', href: paths.stacks() }} />
    )
  const applies = may('stacks.apply', { targetId: stack.targetId })
  const rows = stack.services.map((each) => ({ ...each, row: all.find((service) => service.id === each.serviceId) }))
  return (
    <>
      <PageHead
        title={stack.name}
        crumbs={crumbs}
        badge={<Badge state={stack.state}>{stack.state}</Badge>}
        meta={
          <>
            <Go href={paths.target(stack.targetId)} className="hover:text-ink">
              {stack.targetName}
            </Go>
            , {formatWords[stack.format]}
            {stack.managed ? `, revision ${stack.revision}` : ', started elsewhere'}
          </>
        }
        actions={
          applies && (
            <>
              {stack.source !== null && (
                <Go className="btn btn-primary" href={paths.editStack(stack.id)}>
                  <PenLine className="icon-s" aria-hidden />
                  Change and apply…
                </Go>
              )}
              {isAdoptable(stack) && (
                <Go className="btn btn-primary" href={paths.adoptStack(stack.id)}>
                  <HandHelping className="icon-s" aria-hidden />
                  Adopt…
                </Go>
              )}
              <Button icon={Trash2} look="danger-quiet" onClick={() => setRemoving(true)}>
                Remove…
              </Button>
            </>
          )
        }
      />
      <Tabs
        label="Parts of the stack"
        current={tab}
        tabs={[
          { key: 'services', label: 'Services', href: paths.stack(stack.id), count: rows.length },
          { key: 'history', label: 'History', href: paths.stack(stack.id, 'history') },
          {
            key: 'timeline',
            label: 'Timeline',
            href: paths.axis({ stack: stack.name, target: stack.targetId }),
          },
        ]}
      />
      {tab === 'history' ? (
        <StackHistory stack={stack.name} above={<RevisionPanel stack={stack} />} />
      ) : (
        <div className="page pt-3!">
          <div className="panels">
            <Panel title="Services" flush meta={rows.length} span={12}>
              <Table
                label="Services of the stack"
                rows={rows}
                keyOf={(each) => each.name}
                hrefOf={(each) => (each.serviceId === null ? null : paths.service(each.serviceId))}
                acts={(each) => (each.row ? <ActMenu service={each.row} /> : null)}
                below={(each) =>
                  each.row?.reason &&
                  each.row.state !== 'running' && (
                    <div role="row">
                      <span role="cell" className={`tr-why t-${each.row.state}`}>
                        {each.row.reason}
                      </span>
                    </div>
                  )
                }
                columns={[
                  {
                    key: 'name',
                    label: 'Service',
                    width: 'minmax(160px, 1.4fr)',
                    phone: 'title',
                    render: (each) => (
                      <>
                        <Glyph state={each.row?.state ?? each.state} label={each.state} />
                        <span className="cut">{each.name}</span>
                        {(each.row?.state ?? each.state) !== 'running' && (
                          <span className={`font-normal text-meta t-${each.row?.state ?? each.state}`}>
                            {each.serviceId === null ? 'not there' : (each.row?.state ?? each.state)}
                          </span>
                        )}
                      </>
                    ),
                  },
                  {
                    key: 'image',
                    label: 'Image or command',
                    width: 'minmax(140px, 1.6fr)',
                    phone: 'hide',
                    render: (each) => <span className="mono text-ink-3">{each.image ?? each.row?.command}</span>,
                  },
                  {
                    key: 'ports',
                    label: 'Ports',
                    width: 'minmax(80px, 0.8fr)',
                    render: (each) => <span className="mono">{each.row ? portText(each.row.ports) : ''}</span>,
                  },
                  {
                    key: 'cpu',
                    label: 'CPU',
                    width: '70px',
                    num: true,
                    render: (each) => (each.row?.usage?.cpuPercent == null ? '–' : percent(each.row.usage.cpuPercent)),
                  },
                  {
                    key: 'memory',
                    label: 'Memory',
                    width: '80px',
                    num: true,
                    render: (each) => (each.row?.usage?.memoryBytes == null ? '–' : bytes(each.row.usage.memoryBytes)),
                  },
                  {
                    key: 'age',
                    label: 'Changed',
                    width: '70px',
                    num: true,
                    phone: 'side',
                    render: (each) => <Age at={each.row?.changedAt ?? null} />,
                  },
                ]}
              />
            </Panel>
            <Panel
              title="File"
              span={8}
              actions={stack.source !== null ? <CopyButton text={stack.source} /> : undefined}
            >
              {stack.source === null ? (
                <p className="text-ink-3">
                  It was started elsewhere, so its file is not known here.{' '}
                  {isAdoptable(stack)
                    ? 'Adopt it to manage it from here, with no restart.'
                    : 'Apply the file once to manage it from here.'}
                </p>
              ) : (
                <Editor label="The file it was applied from" value={stack.source} />
              )}
            </Panel>
            <div className="flex flex-col gap-3" style={{ gridColumn: 'span 4' }}>
              <Panel title="About">
                <Facts
                  rows={[
                    [
                      'Id',
                      <span key="id" className="mono">
                        {stack.id}
                      </span>,
                    ],
                    stack.appliedAt ? ['Applied', <Age key="at" at={stack.appliedAt} suffix=" ago" />] : null,
                    stack.appliedBy ? ['By', stack.appliedBy] : null,
                    stack.directory
                      ? [
                          'Folder',
                          <span key="folder" className="mono">
                            {stack.directory}
                          </span>,
                        ]
                      : null,
                  ]}
                />
              </Panel>
              <SourcePanel stack={stack} />
              <Panel title="Events" flush>
                <EventList
                  filter={{ stack: stack.name, target: stack.targetId }}
                  keep={(event) => event.stack === stack.name && event.targetId === stack.targetId}
                  empty="Nothing has happened to it yet."
                />
              </Panel>
            </div>
          </div>
        </div>
      )}
      {removing && <RemoveStack stack={stack} onClose={() => setRemoving(false)} />}
    </>
  )
}
