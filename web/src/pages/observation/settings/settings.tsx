import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { duration } from '../../../ui/format/age.ts'
import { bytes } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

/** Values come as JSON; a text reads better without its quotes. */
const plain = (value: string): string =>
  /^".*"$/.test(value) ? value.slice(1, -1) : value === '' || value === 'null' ? '–' : value

/** What is in force, where it comes from, and how the control plane itself does. */
export function Settings() {
  const [q, setQ] = useParam('q')
  const settings = useQuery({ queryKey: keys.settings, queryFn: () => client.diagnostics.settings() })
  const status = useQuery({ queryKey: keys.status, queryFn: () => client.diagnostics.status(), refetchInterval: 5000 })
  const version = useQuery({ queryKey: keys.version, queryFn: () => client.diagnostics.version() })
  const shown =
    settings.data?.items.filter((each) =>
      `${each.key} ${each.variable} ${each.description}`.toLowerCase().includes(q.toLowerCase()),
    ) ?? []
  const error = settings.error ?? status.error
  const s = status.data
  return (
    <>
      <PageHead
        title="Settings"
        meta={version.data && `${version.data.name} ${version.data.version}, Node ${version.data.node}`}
      />
      <div className="page pt-0!">
        {error && <TroubleBox trouble={wordsFor(error)} retry={() => void settings.refetch()} />}
        <div className="panels">
          {settings.data?.warnings.map((warning) => (
            <div key={warning} className="note warn" style={{ gridColumn: 'span 12' }} role="status">
              <Glyph state="degraded" label="warning" />
              <span>{warning}</span>
            </div>
          ))}
          {s && (
            <Panel title="Control plane" meta={`up ${duration(s.uptimeMs)}`}>
              <div className="grid gap-x-8 gap-y-1 sm:grid-cols-2 lg:grid-cols-3">
                <Facts
                  rows={[
                    ['Database', `${s.database.kind}${s.database.ok ? '' : ', not reachable'}`],
                    ['Its size', s.database.sizeBytes === null ? 'not known' : bytes(s.database.sizeBytes)],
                    ['Memory', bytes(s.memoryBytes)],
                  ]}
                />
                <Facts
                  rows={[
                    ['Bus', s.bus],
                    ['Jobs', s.jobs],
                    ['Version', s.version],
                  ]}
                />
                <Facts
                  rows={[
                    ['Open sockets', s.sockets.open],
                    ['Subscriptions', s.sockets.subscriptions],
                    ['Upstream streams', s.sockets.upstreams],
                    ['Services', s.services],
                    ['Targets', s.targets],
                  ]}
                />
              </div>
            </Panel>
          )}
          <Panel title="In force" meta={settings.data?.file ? `file ${settings.data.file}` : 'no settings file'} flush>
            <div className="px-3 pb-2">
              <FilterBox label="Filter settings" placeholder="Filter settings" value={q} onChange={setQ} />
            </div>
            {settings.isPending && <Skeleton />}
            <Table
              label="Settings"
              rows={shown}
              keyOf={(each) => each.key}
              columns={[
                {
                  key: 'key',
                  label: 'Setting',
                  width: 'minmax(150px, 1fr)',
                  phone: 'title',
                  render: (each) => <span className="mono">{each.key}</span>,
                },
                {
                  key: 'value',
                  label: 'Value',
                  width: 'minmax(120px, 1.2fr)',
                  phone: 'line',
                  render: (each) => (
                    <span className="mono text-ink" title={each.value}>
                      {plain(each.value)}
                    </span>
                  ),
                },
                {
                  key: 'source',
                  label: 'From',
                  width: '110px',
                  phone: 'side',
                  render: (each) =>
                    each.source === 'default' ? <span className="text-ink-3">default</span> : <Tag>{each.source}</Tag>,
                },
                {
                  key: 'variable',
                  label: 'Variable',
                  width: 'minmax(170px, 1.2fr)',
                  phone: 'hide',
                  render: (each) => <span className="mono text-ink-3">{each.variable}</span>,
                },
                {
                  key: 'description',
                  label: 'What it does',
                  width: 'minmax(160px, 2fr)',
                  phone: 'meta',
                  render: (each) => <span title={each.description}>{each.description}</span>,
                },
              ]}
            />
          </Panel>
        </div>
      </div>
    </>
  )
}
