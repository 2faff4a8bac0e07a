import type { RegistryTag } from '@wheelhouse/contract'
import { Ellipsis } from 'lucide-react'
import { Menu } from '../../../ui/control/menu.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'

interface Props {
  readonly tags: readonly RegistryTag[]
  readonly canPull: boolean
  readonly canRemove: boolean
  readonly onPull: (tag: string) => void
  readonly onRemove: (tag: RegistryTag) => void
}

export function TagTable({ tags, canPull, canRemove, onPull, onRemove }: Props) {
  return (
    <Table
      label="Tags"
      rows={tags}
      keyOf={({ tag }) => tag}
      acts={(row) =>
        (canPull || canRemove) && (
          <Menu
            trigger={
              <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions of ${row.tag}`}>
                <Ellipsis className="icon-s" aria-hidden />
              </button>
            }
            entries={[
              ...(canPull ? [{ label: 'Pull…', run: () => onPull(row.tag) }] : []),
              ...(canRemove ? [{ label: 'Delete from the registry…', danger: true, run: () => onRemove(row) }] : []),
            ]}
          />
        )
      }
      columns={[
        {
          key: 'tag',
          label: 'Tag',
          width: 'minmax(90px, 1fr)',
          phone: 'title',
          render: ({ tag }) => <span className="mono cut">{tag}</span>,
        },
        {
          key: 'platforms',
          label: 'Platforms',
          width: 'minmax(110px, 1.3fr)',
          phone: 'line',
          render: ({ platforms }) => <span title={platforms.join(', ')}>{platforms.join(', ') || '–'}</span>,
        },
        {
          key: 'digest',
          label: 'Digest',
          width: 'minmax(110px, 1fr)',
          phone: 'hide',
          render: ({ digest }) => (
            <span className="mono text-ink-3" title={digest ?? undefined}>
              {digest?.slice(7, 19) ?? '–'}
            </span>
          ),
        },
        {
          key: 'size',
          label: 'Size',
          width: '72px',
          num: true,
          phone: 'side',
          render: ({ sizeBytes }) => (sizeBytes === null ? '–' : bytes(sizeBytes)),
        },
        {
          key: 'made',
          label: 'Made',
          width: '64px',
          num: true,
          phone: 'meta',
          render: ({ createdAt }) => <Age at={createdAt} />,
        },
      ]}
    />
  )
}
