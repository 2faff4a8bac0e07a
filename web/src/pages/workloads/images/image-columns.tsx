import type { Image } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { bytes } from '../../../ui/format/number.ts'
import type { Column } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { nameOf, newerGlyph, newerWords, shortId } from './words.ts'

const shownUsers = 2

/** Services as links; those that do not run say so. */
export function Users({ image, all = false }: { image: Pick<Image, 'usedBy'>; all?: boolean }) {
  const { usedBy } = image
  if (usedBy.length === 0) return <span className="text-ink-3">unused</span>
  const shown = all ? usedBy : usedBy.slice(0, shownUsers)
  return (
    <span className={all ? 'flex flex-wrap gap-x-3 gap-y-1' : ''} title={usedBy.map(({ name }) => name).join(', ')}>
      {shown.map(({ serviceId, name, running }, index) => (
        <span key={serviceId}>
          <Go className="link" href={paths.service(serviceId)}>
            {name}
          </Go>
          {!running && <span className="text-ink-3"> stopped</span>}
          {!all && index < shown.length - 1 && ', '}
        </span>
      ))}
      {usedBy.length > shown.length && <span className="text-ink-3"> and {usedBy.length - shown.length} more</span>}
    </span>
  )
}

/** What the registry has under the same name; a dash where that is not known. */
export function Newer({ image }: { image: Image }) {
  const { newer } = image
  if (newer === null || newer.state === 'unknown')
    return (
      <span className="text-ink-3" title={newer?.reason ?? 'Not asked yet'}>
        –
      </span>
    )
  return (
    <span className="flex items-center gap-1.5 min-w-0" title={newer.reason ?? undefined}>
      <Glyph state={newerGlyph[newer.state]} label={newerWords[newer.state]} />
      <span className={`cut ${newer.state === 'newer' ? 'text-degraded-ink' : 'text-ink-3'}`}>
        {newerWords[newer.state]}
      </span>
    </span>
  )
}

export const imageColumns: readonly Column<Image>[] = [
  {
    key: 'name',
    label: 'Image',
    width: 'minmax(180px, 2.2fr)',
    phone: 'title',
    render: (image) => (
      <>
        <span className={`cut ${image.tags.length === 0 ? 'mono text-ink-3' : ''}`} title={image.tags.join('\n')}>
          {nameOf(image)}
        </span>
        {image.tags.length === 0 && <span className="font-normal text-meta text-ink-3 shrink-0">no name</span>}
        {image.tags.length > 1 && <Tag title={image.tags.join('\n')}>+{image.tags.length - 1}</Tag>}
      </>
    ),
  },
  { key: 'target', label: 'Target', width: 'minmax(90px, 0.9fr)', render: (image) => image.targetName },
  { key: 'users', label: 'Used by', width: 'minmax(130px, 1.4fr)', render: (image) => <Users image={image} /> },
  {
    key: 'kept',
    label: 'Kept for',
    width: 'minmax(90px, 1.1fr)',
    phone: 'line',
    render: (image) => image.kept && <span title={image.kept}>{image.kept}</span>,
  },
  {
    key: 'newer',
    label: 'Registry',
    width: 'minmax(110px, 1.1fr)',
    phone: 'hide',
    render: (image) => <Newer image={image} />,
  },
  {
    key: 'id',
    label: 'Id',
    width: '104px',
    phone: 'hide',
    render: (image) => <span className="mono text-ink-3">{shortId(image)}</span>,
  },
  { key: 'size', label: 'Size', width: '72px', num: true, phone: 'side', render: (image) => bytes(image.sizeBytes) },
  {
    key: 'made',
    label: 'Made',
    width: '64px',
    num: true,
    phone: 'hide',
    render: (image) => <Age at={image.createdAt} />,
  },
]
