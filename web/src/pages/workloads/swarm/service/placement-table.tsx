import type { Placement } from '@wheelhouse/contract'
import { sentence } from '../../../../api/trouble.ts'
import { bytes } from '../../../../ui/format/number.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { cores } from '../words.ts'

type Row = Placement['nodes'][number]
const ranked = (row: Row): number => (row.score === 0 ? Number.POSITIVE_INFINITY : row.score)

/** For each node whether one more task would fit, in the order in which the scheduler would choose, and what speaks against it. */
export function PlacementTable({ placement }: { placement: Placement }) {
  return (
    <Table
      label="Nodes and whether one more task fits"
      rows={[...placement.nodes].sort((a, b) => ranked(a) - ranked(b))}
      keyOf={(row) => row.nodeId}
      columns={[
        {
          key: 'node',
          label: 'Node',
          width: 'minmax(110px, 1fr)',
          phone: 'title',
          render: (row) => (
            <>
              <Glyph state={row.fits ? 'succeeded' : 'cancelled'} label={row.fits ? 'fits' : 'does not fit'} />
              <span className="cut">{row.hostname}</span>
            </>
          ),
        },
        {
          key: 'order',
          label: 'Order',
          width: '58px',
          num: true,
          phone: 'hide',
          render: (row) => (row.score === 0 ? '–' : row.score),
        },
        { key: 'tasks', label: 'Here now', width: '74px', num: true, phone: 'hide', render: (row) => row.tasks },
        {
          key: 'free',
          label: 'Left to reserve',
          width: 'minmax(120px, 0.8fr)',
          render: (row) => `${cores(Math.max(0, row.freeCpus))}, ${bytes(Math.max(0, row.freeMemoryBytes))}`,
        },
        {
          key: 'why',
          label: 'Why not',
          width: 'minmax(160px, 2.4fr)',
          phone: 'line',
          render: (row) => (
            <span className="whitespace-normal break-words text-meta text-ink-2">
              {row.fits
                ? row.tasks > 0
                  ? `${row.tasks} here, one more fits.`
                  : 'One more fits.'
                : sentence(row.reasons.join('; '))}
            </span>
          ),
        },
      ]}
    />
  )
}

/** How many more the Swarm would take, as a sentence. */
export const fitSentence = ({ fits, nodes }: Placement): string => {
  const able = nodes.filter((node) => node.fits).length
  if (fits === 0) return 'No node takes one more task.'
  const room =
    fits >= 10_000 ? 'As many more tasks as wanted fit' : `${fits} more ${fits === 1 ? 'task fits' : 'tasks fit'}`
  return `${room}, on ${able} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}.`
}
