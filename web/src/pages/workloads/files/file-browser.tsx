import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FileEntry } from '@wheelhouse/contract'
import {
  ArrowUp,
  Download,
  File as FileIcon,
  FilePlus,
  Folder,
  Link2,
  MoreHorizontal,
  Trash2,
  Upload,
} from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { useSetParams } from '../../../ui/control/use-url.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { packed } from './pack.ts'
import { parentOf, steps } from './path.ts'
import type { FilePlace } from './place.ts'

const icons = { file: FileIcon, folder: Folder, link: Link2, other: FileIcon } as const

/** One folder of a volume or container at a time. Files open below; dropped ones are put into the folder. */
export function FileBrowser({ place, path }: { place: FilePlace; path: string }) {
  const cache = useQueryClient()
  const setParams = useSetParams()
  const picker = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [going, setGoing] = useState<FileEntry | null>(null)
  const listing = useQuery({
    queryKey: keys.files(place.id, path),
    queryFn: ({ signal }) => place.list(path, signal),
    retry: false,
  })
  const again = (): void => void cache.invalidateQueries({ queryKey: keys.files(place.id, path) })
  const upload = useMutation({
    mutationFn: (files: readonly File[]) => place.upload?.(path, packed(files)) ?? Promise.resolve(),
    onSuccess: (_, files) => {
      toast({ state: 'succeeded', title: `${plural(files.length, 'file')} put into ${path}` })
      again()
    },
  })
  const save = useMutation({ mutationFn: (of: string) => place.download(of) })
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const files = [...event.dataTransfer.files]
    if (files.length > 0) upload.mutate(files)
  }
  const open = (entry: FileEntry): void =>
    setParams(entry.kind === 'file' ? { file: entry.path } : { path: entry.path, file: null })
  const trouble = upload.error ?? save.error
  const entries = (listing.data?.entries ?? []).toSorted(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name),
  )
  return (
    <Panel
      title="Files"
      flush
      beside={
        <nav className="inline-flex flex-wrap items-center gap-1" aria-label="Folder">
          <button type="button" className="link" onClick={() => setParams({ path: null, file: null })}>
            {place.root}
          </button>
          {steps(path).map((step) => (
            <span key={step.path} className="inline-flex gap-1">
              /
              <button type="button" className="link" onClick={() => setParams({ path: step.path, file: null })}>
                {step.name}
              </button>
            </span>
          ))}
        </nav>
      }
      actions={
        <span className="ml-auto flex gap-2">
          {path !== '/' && (
            <Button
              icon={ArrowUp}
              aria-label="Folder above"
              onClick={() => setParams({ path: parentOf(path) === '/' ? null : parentOf(path), file: null })}
            />
          )}
          {place.write && (
            <Button icon={FilePlus} onClick={() => setParams({ file: `${path === '/' ? '' : path}/?new` })}>
              New file
            </Button>
          )}
          {place.upload && (
            <Button icon={Upload} busy={upload.isPending} onClick={() => picker.current?.click()}>
              Upload
            </Button>
          )}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files to upload"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])]
              event.target.value = ''
              if (files.length > 0) upload.mutate(files)
            }}
          />
        </span>
      }
      foot={
        listing.data && (
          <span>
            {plural(entries.length, 'entry', 'entries')}
            {listing.data.truncated && ', and more that are not listed: the folder is large'}
            {place.upload && '. Drop files here to upload them.'}
          </span>
        )
      }
    >
      <div
        className={over ? 'bg-accent-soft' : ''}
        {...(place.upload
          ? {
              onDragOver: (event: DragEvent) => {
                event.preventDefault()
                setOver(true)
              },
              onDragLeave: () => setOver(false),
              onDrop: drop,
            }
          : {})}
      >
        {trouble && (
          <div className="p-3">
            <TroubleBox trouble={wordsFor(trouble)} />
          </div>
        )}
        {listing.error && (
          <div className="p-3">
            <TroubleBox trouble={wordsFor(listing.error)} retry={() => void listing.refetch()} />
          </div>
        )}
        {listing.isPending && <Skeleton rows={4} />}
        {listing.data && entries.length === 0 && <p className="text-ink-3 p-4">This folder is empty.</p>}
        {entries.length > 0 && (
          <Table
            label={`Files in ${path}`}
            rows={entries}
            keyOf={(row) => row.path}
            onOpen={open}
            acts={(row) => (
              <Menu
                trigger={<Button look="ghost" icon={MoreHorizontal} aria-label={`More for ${row.name}`} />}
                entries={[
                  { label: 'Download as tar', icon: Download, run: () => save.mutate(row.path) },
                  ...(place.remove ? [{ label: 'Remove…', icon: Trash2, danger: true, run: () => setGoing(row) }] : []),
                ]}
              />
            )}
            columns={[
              {
                key: 'name',
                label: 'Name',
                width: 'minmax(160px, 3fr)',
                phone: 'title',
                render: (row) => {
                  const Icon = icons[row.kind]
                  return (
                    <>
                      <Icon className="icon-s shrink-0 text-ink-3" aria-label={row.kind} />
                      <span className="cut">{row.name}</span>
                      {row.linkTarget && <span className="meta cut font-normal">→ {row.linkTarget}</span>}
                    </>
                  )
                },
              },
              {
                key: 'size',
                label: 'Size',
                width: '80px',
                num: true,
                phone: 'side',
                render: (row) => (row.kind === 'file' ? bytes(row.sizeBytes) : '–'),
              },
              {
                key: 'mode',
                label: 'Mode',
                width: '64px',
                render: (row) => <span className="mono text-ink-3">{row.mode}</span>,
              },
              {
                key: 'owner',
                label: 'Owner',
                width: 'minmax(80px, 1fr)',
                render: (row) => <span className="text-ink-3">{row.owner ?? '–'}</span>,
              },
              {
                key: 'age',
                label: 'Changed',
                width: '80px',
                num: true,
                render: (row) => <Age at={row.modifiedAt} />,
              },
            ]}
          />
        )}
      </div>
      {going && place.remove && (
        <PlanDialog
          title={`Remove ${going.path} from ${place.name}?`}
          keep={`Keep ${going.kind}`}
          act={() => `Remove ${going.name}`}
          what="files.remove"
          input={{ of: place.id, path: going.path }}
          plan={() => place.remove?.plan(going.path) ?? Promise.reject(new Error('It cannot be removed.'))}
          run={() => place.remove?.run(going.path) ?? Promise.resolve()}
          onDone={() => {
            toast({ state: 'stopped', title: `${going.path} is removed` })
            setGoing(null)
            again()
          }}
          onClose={() => setGoing(null)}
        />
      )}
    </Panel>
  )
}
