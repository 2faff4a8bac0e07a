import type { Sample } from '@wheelhouse/contract'
import { clock } from '../../../ui/format/age.ts'
import { bytes, percent, rate } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'

const or = (value: number | null, format: (n: number) => string): string => (value === null ? '–' : format(value))

/** The charts as a table, newest first, for those who rather read. */
export function SampleTable({ samples }: { samples: readonly Sample[] }) {
  return (
    <div className="panel">
      <Table
        label="Readings"
        rows={samples.toReversed().slice(0, 200)}
        keyOf={(sample) => sample.at}
        columns={[
          { key: 'at', label: 'Time', width: '90px', phone: 'title', render: (s) => clock(Date.parse(s.at)) },
          {
            key: 'cpu',
            label: 'CPU',
            width: '70px',
            num: true,
            phone: 'side',
            render: (s) => or(s.cpuPercent, percent),
          },
          { key: 'memory', label: 'Memory', width: '90px', num: true, render: (s) => or(s.memoryBytes, bytes) },
          {
            key: 'in',
            label: 'Received',
            width: 'minmax(80px, 1fr)',
            num: true,
            render: (s) => or(s.networkInBytesPerS, rate),
          },
          {
            key: 'out',
            label: 'Sent',
            width: 'minmax(80px, 1fr)',
            num: true,
            render: (s) => or(s.networkOutBytesPerS, rate),
          },
          {
            key: 'read',
            label: 'Read',
            width: 'minmax(80px, 1fr)',
            num: true,
            phone: 'hide',
            render: (s) => or(s.blockReadBytesPerS, rate),
          },
          {
            key: 'written',
            label: 'Written',
            width: 'minmax(80px, 1fr)',
            num: true,
            phone: 'hide',
            render: (s) => or(s.blockWriteBytesPerS, rate),
          },
        ]}
      />
    </div>
  )
}
