import type { ImageLayer } from '@wheelhouse/contract'
import { bytes } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'

/** How each layer was made and what it weighs. */
export function LayerTable({ layers }: { layers: readonly ImageLayer[] }) {
  const most = Math.max(1, ...layers.map(({ sizeBytes }) => sizeBytes))
  const rows = layers.map((layer, index) => ({ ...layer, number: layers.length - index }))
  return (
    <Table
      label="Layers"
      rows={rows}
      keyOf={({ number }) => String(number)}
      columns={[
        {
          key: 'command',
          label: 'Made by',
          width: 'minmax(200px, 5fr)',
          phone: 'title',
          render: ({ command }) => (
            <span className="mono font-normal cut" title={command}>
              {command.replace(/^\/bin\/sh -c #\(nop\)\s*/, '').replaceAll(/\s+/g, ' ') || '–'}
            </span>
          ),
        },
        {
          key: 'share',
          label: 'Share',
          width: '110px',
          phone: 'hide',
          render: ({ sizeBytes }) =>
            sizeBytes > 0 && (
              <span className="meter" role="img" aria-label={`${bytes(sizeBytes)} of the largest ${bytes(most)}`}>
                <i style={{ width: `${Math.max(2, (sizeBytes / most) * 100)}%` }} />
              </span>
            ),
        },
        {
          key: 'size',
          label: 'Size',
          width: '76px',
          num: true,
          phone: 'side',
          render: ({ sizeBytes }) => (sizeBytes === 0 ? <span className="text-ink-3">–</span> : bytes(sizeBytes)),
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
