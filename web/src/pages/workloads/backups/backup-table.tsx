import type { Backup } from '@wheelhouse/contract'
import { LockKeyhole } from 'lucide-react'
import { paths } from '../../../paths.ts'
import { bytes } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { backupGlyph, includesWords } from './words.ts'

/** A backup that was never checked says so: it is only as good as its last check. */
function Checked({ at }: { at: string | null }) {
  return at === null ? <span className="text-ink-3">never</span> : <Age at={at} suffix=" ago" />
}

export function BackupTable({ rows }: { rows: readonly Backup[] }) {
  return (
    <Table
      label="Backups"
      rows={rows}
      keyOf={(backup) => backup.id}
      hrefOf={(backup) => paths.backup(backup.id)}
      columns={[
        {
          key: 'id',
          label: 'Backup',
          width: 'minmax(210px, 1.3fr)',
          phone: 'title',
          render: (backup) => (
            <>
              <Glyph state={backupGlyph(backup.state)} label={backup.state} />
              <span className="mono cut">{backup.id}</span>
              {backup.state !== 'complete' && (
                <span className={`font-normal text-meta t-${backupGlyph(backup.state)}`}>{backup.state}</span>
              )}
            </>
          ),
        },
        { key: 'stack', label: 'Stack', width: 'minmax(80px, 0.8fr)', render: (backup) => backup.stack },
        {
          key: 'environment',
          label: 'Environment',
          width: '110px',
          render: (backup) => <EnvironmentMark name={backup.environment} />,
        },
        {
          key: 'includes',
          label: 'Holds',
          width: 'minmax(130px, 1fr)',
          render: (backup) => (
            <span className="flex items-center gap-1.5 min-w-0">
              <span className="cut">{includesWords(backup)}</span>
              {backup.encrypted && <LockKeyhole className="icon-s text-ink-3" aria-label="encrypted" />}
            </span>
          ),
        },
        {
          key: 'description',
          label: 'For',
          width: 'minmax(120px, 1.4fr)',
          phone: 'line',
          render: (backup) => <span className="text-ink-3">{backup.description}</span>,
        },
        {
          key: 'place',
          label: 'Place',
          width: 'minmax(110px, 1fr)',
          phone: 'hide',
          render: (backup) => <span className="mono text-ink-3">{backup.place}</span>,
        },
        {
          key: 'verified',
          label: 'Verified',
          width: '84px',
          num: true,
          phone: 'hide',
          render: (backup) => <Checked at={backup.verifiedAt} />,
        },
        {
          key: 'drilled',
          label: 'Drilled',
          width: '84px',
          num: true,
          phone: 'hide',
          render: (backup) => <Checked at={backup.drilledAt} />,
        },
        { key: 'size', label: 'Size', width: '76px', num: true, render: (backup) => bytes(backup.sizeBytes) },
        {
          key: 'age',
          label: 'Made',
          width: '62px',
          num: true,
          phone: 'side',
          render: (backup) => <Age at={backup.createdAt} />,
        },
      ]}
    />
  )
}
