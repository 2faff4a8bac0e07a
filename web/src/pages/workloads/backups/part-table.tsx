import type { BackupPart } from '@wheelhouse/contract'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { orderedParts, partWord } from './words.ts'

/** What a backup holds, with the checksum of each part. */
export function PartTable({ parts }: { parts: readonly BackupPart[] }) {
  return (
    <Table
      label="Parts"
      rows={orderedParts(parts)}
      keyOf={(part) => part.name}
      acts={(part) => <CopyButton text={part.sha256} label={`Copy the checksum of ${part.name}`} short />}
      columns={[
        {
          key: 'name',
          label: 'Part',
          width: 'minmax(160px, 1.6fr)',
          phone: 'title',
          render: (part) => (
            <span className="mono cut" title={part.name}>
              {part.name}
            </span>
          ),
        },
        { key: 'kind', label: 'Kind', width: '76px', render: (part) => partWord(part.kind) },
        {
          key: 'from',
          label: 'Taken from',
          width: 'minmax(100px, 1fr)',
          render: (part) => (
            <span className="mono text-ink-3" title={part.from}>
              {part.from}
            </span>
          ),
        },
        {
          key: 'encrypted',
          label: 'Encrypted',
          width: '72px',
          phone: 'hide',
          render: (part) => (part.encrypted ? 'yes' : 'no'),
        },
        {
          key: 'size',
          label: 'Size',
          width: '70px',
          num: true,
          phone: 'side',
          render: (part) => bytes(part.sizeBytes),
        },
        {
          key: 'sha',
          label: 'SHA-256',
          width: '108px',
          phone: 'hide',
          render: (part) => (
            <span className="mono text-ink-3" title={part.sha256}>
              {part.sha256.slice(0, 12)}…
            </span>
          ),
        },
      ]}
    />
  )
}
