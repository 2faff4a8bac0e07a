import { useMutation, useQuery } from '@tanstack/react-query'
import type { Image } from '@wheelhouse/contract'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages, targets } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { useEngines } from '../engine-field.tsx'
import { ListPage } from '../list-page.tsx'
import { BuildDialog } from './build/build-dialog.tsx'
import { CopyDialog } from './copy-dialog.tsx'
import { imageColumns } from './image-columns.tsx'
import { LoadDialog } from './load-dialog.tsx'
import { PruneDialog } from './prune-dialog.tsx'
import { PullDialog } from './pull-dialog.tsx'
import { RemoveImage } from './remove-image.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { nameOf, targetOf } from './words.ts'

type Layer = { readonly kind: 'tag' | 'copy' | 'remove'; readonly image: Image }
type Use = '' | 'used' | 'unused' | 'dangling'
type Sort = 'name' | 'size' | 'created' | 'target'
const firstRows = 200
const moreRows = 300

const useOptions = [
  { value: '', label: 'all' },
  { value: 'used', label: 'used' },
  { value: 'unused', label: 'unused' },
  { value: 'dangling', label: 'without a name' },
]
const sortOptions = [
  { value: 'name', label: 'name' },
  { value: 'size', label: 'size' },
  { value: 'created', label: 'newest' },
  { value: 'target', label: 'target' },
]

/** The images of all engines, and who uses them. */
export function ImageList() {
  const may = useMay()
  const go = useGo()
  const engines = useEngines('images')
  const all = useRows(targets).filter(({ capabilities }) => capabilities.includes('images'))
  const [q, setQ] = useParam('q')
  const [target, setTarget] = useParam('target')
  const [use, setUse] = useParam('use')
  const [sort, setSort] = useParam('sort', 'name')
  const [doing, setDoing] = useParam('do')
  const [layer, setLayer] = useState<Layer | null>(null)
  const [shownRows, setShownRows] = useState(firstRows)
  const filter = {
    ...(target ? { target } : {}),
    ...(use ? { use: use as Exclude<Use, ''> } : {}),
    ...(q ? { q } : {}),
    sort: sort as Sort,
  }
  const images = useQuery({
    queryKey: keys.images(filter),
    queryFn: () => allPages((cursor) => client.images.list({ limit: 1000, ...filter, ...(cursor ? { cursor } : {}) })),
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  })
  const check = useMutation({
    mutationFn: () => client.images.checkNewer(target ? { target } : {}),
    onSuccess: (job) => toast({ state: 'succeeded', title: `${job.title}: it runs in the background` }),
    onError: (error) => toast({ state: 'failed', title: 'Not asked', detail: wordsFor(error).what, stays: true }),
  })
  const rows = images.data ?? []
  const manages = engines.length > 0
  const pull = manages && (
    <Button look="primary" icon={Plus} onClick={() => setDoing('pull')}>
      Pull an image…
    </Button>
  )
  const changes = (image: Image): boolean => !image.stale && may('images.manage', { targetId: image.targetId })
  return (
    <>
      <ListPage
        title="Images"
        meta={
          images.data
            ? `${plural(rows.length, 'image')}, ${bytes(rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`
            : 'on all engines'
        }
        actions={
          <>
            {manages && (
              <>
                <Button onClick={() => setDoing('prune')}>Remove unused…</Button>
                <Button className="hide-phone" onClick={() => setDoing('build')}>
                  Build…
                </Button>
              </>
            )}
            {pull}
            <Menu
              trigger={
                <button type="button" className="btn btn-ghost btn-icon" aria-label="More for images">
                  <Ellipsis className="icon-s" aria-hidden />
                </button>
              }
              entries={[
                { label: 'Look for newer', run: () => check.mutate() },
                ...(manages ? [{ label: 'Load from a file…', run: () => setDoing('load') }] : []),
              ]}
            />
          </>
        }
        toolbar={
          <>
            <FilterBox label="Filter images" placeholder="Name, id or service" value={q} onChange={setQ} />
            <Pick
              label="Target"
              value={target}
              options={[{ value: '', label: 'all' }, ...all.map(({ id, name }) => ({ value: id, label: name }))]}
              onPick={setTarget}
            />
            <Pick label="Use" value={use} options={useOptions} onPick={setUse} />
            <Pick label="Order" value={sort} options={sortOptions} onPick={setSort} />
          </>
        }
        asked={images}
        none={{
          title: 'No images yet.',
          why: 'They come with the first container, by a pull or by a build.',
          act: pull,
        }}
        filtered={
          q !== '' || use !== '' || target !== ''
            ? { title: 'No image passes the filter.', clear: () => go(paths.images()) }
            : null
        }
      >
        <Table
          label="Images"
          rows={rows.slice(0, shownRows)}
          keyOf={(image) => image.id}
          hrefOf={(image) => paths.image(image.id)}
          stale={(image) => image.stale}
          columns={imageColumns}
          acts={(image) =>
            changes(image) && (
              <Menu
                trigger={
                  <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions of ${nameOf(image)}`}>
                    <Ellipsis className="icon-s" aria-hidden />
                  </button>
                }
                entries={[
                  { label: 'Add a name…', run: () => setLayer({ kind: 'tag', image }) },
                  { label: 'Copy to an engine…', run: () => setLayer({ kind: 'copy', image }) },
                  null,
                  { label: 'Remove…', danger: true, run: () => setLayer({ kind: 'remove', image }) },
                ]}
              />
            )
          }
        />
        {rows.length > shownRows && (
          <div className="p-4 flex justify-center">
            <Button onClick={() => setShownRows(shownRows + moreRows)}>
              Show {Math.min(moreRows, rows.length - shownRows)} more of {rows.length}
            </Button>
          </div>
        )}
      </ListPage>
      {doing === 'pull' && <PullDialog at={target} onClose={() => setDoing('')} />}
      {doing === 'build' && <BuildDialog at={target} onClose={() => setDoing('')} />}
      {doing === 'load' && <LoadDialog at={target} onClose={() => setDoing('')} />}
      {doing === 'prune' && <PruneDialog at={target} onClose={() => setDoing('')} />}
      {layer?.kind === 'tag' && <TagDialog image={layer.image} onClose={() => setLayer(null)} />}
      {layer?.kind === 'copy' && (
        <CopyDialog image={layer.image} from={targetOf(layer.image.id)} onClose={() => setLayer(null)} />
      )}
      {layer?.kind === 'remove' && (
        <RemoveImage image={layer.image} asked={layer.image.id} onClose={() => setLayer(null)} />
      )}
    </>
  )
}
