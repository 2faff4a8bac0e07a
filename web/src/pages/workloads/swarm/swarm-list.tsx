import type { Swarm } from '@wheelhouse/contract'
import { KeySquare, Plus } from 'lucide-react'
import { useState } from 'react'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Meter } from '../../../ui/state/meter.tsx'
import { useSwarms } from './ask.ts'
import { InitDialog } from './init-dialog.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { UnlockDialog } from './unlock-dialog.tsx'
import { cores, swarmGlyph, swarmWord, taskCounts } from './words.ts'

/** Every Swarm that a registered manager has told of. */
export function SwarmList() {
  const may = useMay()
  const go = useGo()
  const asked = useSwarms()
  const [open, setOpen] = useState<'init' | 'unlock' | null>(null)
  const [begun, setBegun] = useState<{ readonly id: string; readonly key: string } | null>(null)
  const engines = useRows(targets).some((row) => row.kind === 'docker' && may('swarm.manage', { targetId: row.id }))
  const rows = asked.data?.items ?? []
  const unheard = asked.data?.unheard ?? []
  const begin = (
    <Button look="primary" icon={Plus} onClick={() => setOpen('init')}>
      Begin a Swarm…
    </Button>
  )
  return (
    <>
      <PageHead
        title="Swarms"
        meta={asked.data && plural(rows.length, 'Swarm')}
        actions={
          engines && (
            <>
              <Button icon={KeySquare} onClick={() => setOpen('unlock')}>
                Unlock a manager…
              </Button>
              {begin}
            </>
          )
        }
      />
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {unheard.map(({ targetId, name, reason }) => (
        <StaleStrip key={targetId}>
          {name} has not told yet what it holds. {reason}
        </StaleStrip>
      ))}
      {asked.isPending && <Skeleton />}
      {asked.data && rows.length === 0 && unheard.length === 0 && (
        <Empty title="No Swarms." action={engines && begin}>
          A Swarm appears here by itself when a registered engine is a manager of it.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Swarms"
          rows={rows}
          keyOf={(row) => row.targetId}
          hrefOf={(row) => paths.swarm(row.targetId)}
          stale={(row) => row.stale}
          columns={columns}
        />
      )}
      {open === 'init' && (
        <InitDialog
          onBegun={(id, key) => {
            setOpen(null)
            if (key === null) go(paths.swarm(id))
            else setBegun({ id, key })
          }}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'unlock' && <UnlockDialog onClose={() => setOpen(null)} />}
      {begun && (
        <KeyDialog
          title="The key that unlocks its managers"
          about="A manager that restarts waits for it. Keep it outside of the Swarm."
          text={begun.key}
          onClose={() => go(paths.swarm(begun.id))}
        />
      )}
    </>
  )
}

const columns = [
  {
    key: 'name',
    label: 'Swarm',
    width: 'minmax(170px, 1.6fr)',
    phone: 'title' as const,
    render: (row: Swarm) => (
      <>
        <Glyph state={swarmGlyph(row)} label={swarmWord(row)} />
        <span className="cut">{row.name}</span>
        {swarmGlyph(row) !== 'running' && (
          <span className={`font-normal text-meta t-${swarmGlyph(row)}`}>{swarmWord(row)}</span>
        )}
      </>
    ),
  },
  {
    key: 'nodes',
    label: 'Nodes',
    width: 'minmax(150px, 1.2fr)',
    render: (row: Swarm) => `${plural(row.managers, 'manager')}, ${plural(row.workers, 'worker')}`,
  },
  {
    key: 'services',
    label: 'Services',
    width: '80px',
    num: true,
    render: (row: Swarm) => plural(row.services, 'service'),
  },
  { key: 'tasks', label: 'Tasks', width: 'minmax(120px, 1.2fr)', render: (row: Swarm) => taskCounts(row.tasks) },
  {
    key: 'cpu',
    label: 'CPU reserved',
    width: 'minmax(130px, 1fr)',
    phone: 'hide' as const,
    render: ({ capacity }: Swarm) => (
      <span className="flex items-center gap-2">
        <Meter value={capacity.reservedCpus} of={capacity.cpus} label="CPU reserved" />
        <span className="num">{`${Math.round(capacity.reservedCpus * 100) / 100} of ${cores(capacity.cpus)}`}</span>
      </span>
    ),
  },
  {
    key: 'memory',
    label: 'Memory reserved',
    width: 'minmax(150px, 1fr)',
    phone: 'hide' as const,
    render: ({ capacity }: Swarm) => (
      <span className="flex items-center gap-2">
        <Meter value={capacity.reservedMemoryBytes} of={capacity.memoryBytes} label="Memory reserved" />
        <span className="num">{`${bytes(capacity.reservedMemoryBytes)} of ${bytes(capacity.memoryBytes)}`}</span>
      </span>
    ),
  },
  {
    key: 'age',
    label: 'Age',
    width: '70px',
    num: true,
    phone: 'side' as const,
    render: (row: Swarm) => <Age at={row.createdAt} />,
  },
]
