import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import type { WholeConfig } from './whole-config.ts'
import { Difference } from './difference.tsx'

/** Who changed what and why; any two versions beside each other; and the way back. */
export function HistoryTab({ config, manages }: { config: WholeConfig; manages: boolean }) {
  const { id, version } = config
  const [from, setFrom] = useParam('from', String(Math.max(version - 1, 1)))
  const [to, setTo] = useParam('to', String(version))
  const [restoring, setRestoring] = useState<number | null>(null)
  const history = useQuery({
    queryKey: [...keys.configHistory(id), version],
    queryFn: () => allPages((cursor) => client.configs.history({ id, limit: 500, ...(cursor ? { cursor } : {}) })),
  })
  if (history.error) return <TroubleBox trouble={wordsFor(history.error)} retry={() => void history.refetch()} />
  if (!history.data) return <Skeleton />
  const options = history.data.map((row) => ({ value: String(row.version), label: `version ${row.version}` }))
  return (
    <div className="panels">
      <Panel title="Versions" meta={history.data.length} flush span={7}>
        <Table
          label="Versions"
          rows={history.data}
          keyOf={(row) => String(row.version)}
          onOpen={(row) => {
            setTo(String(row.version))
            setFrom(String(Math.max(row.version - 1, 1)))
          }}
          actsWidth={manages ? '104px' : '1px'}
          acts={(row) =>
            manages && row.version !== version ? (
              <Button look="ghost" icon={RotateCcw} onClick={() => setRestoring(row.version)}>
                Restore…
              </Button>
            ) : null
          }
          columns={[
            {
              key: 'version',
              label: 'Version',
              width: '90px',
              phone: 'title',
              render: (row) => (
                <span>
                  {row.version}
                  {row.version === version && <span className="meta font-normal"> newest</span>}
                </span>
              ),
            },
            {
              key: 'reason',
              label: 'Why',
              width: 'minmax(100px, 2fr)',
              phone: 'line',
              render: (row) => (
                <span title={row.reason}>
                  {row.reason === '' ? <span className="text-ink-3">no reason given</span> : row.reason}
                </span>
              ),
            },
            { key: 'by', label: 'By', width: 'minmax(70px, 0.8fr)', render: (row) => row.by },
            {
              key: 'changes',
              label: 'Changes',
              width: '96px',
              render: (row) => (
                <span className="mono" title={`${row.added} added, ${row.changed} changed, ${row.removed} removed`}>
                  +{row.added} ~{row.changed} −{row.removed}
                </span>
              ),
            },
            {
              key: 'age',
              label: 'When',
              width: '60px',
              num: true,
              phone: 'side',
              render: (row) => <Age at={row.at} />,
            },
          ]}
        />
      </Panel>
      <Panel title="Difference" span={5}>
        <div className="flex flex-wrap gap-2 pb-2">
          <Pick label="From" value={from} options={options} onPick={setFrom} />
          <Pick label="To" value={to} options={options} onPick={setTo} />
        </div>
        <Difference input={{ id, from: Number(from), to: Number(to) }} />
      </Panel>
      {restoring !== null && (
        <ChangeDialog
          title={`Restore version ${restoring} of ${config.name}`}
          act={`Restore version ${restoring}`}
          set={config}
          plan={() => client.configs.restore.plan({ id, version: restoring })}
          run={(reason) => client.configs.restore({ id, version: restoring, ...(reason ? { reason } : {}) })}
          onDone={() => setRestoring(null)}
          onClose={() => setRestoring(null)}
        />
      )}
    </div>
  )
}
