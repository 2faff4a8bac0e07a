import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Image, Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { download } from '../../../api/download.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { CopyDialog } from './copy-dialog.tsx'
import { Newer, Users } from './image-columns.tsx'
import { JobDialog } from './job-dialog.tsx'
import { LayerTable } from './layer-table.tsx'
import { NamesPanel } from './names-panel.tsx'
import { RemoveImage } from './remove-image.tsx'
import { TagDialog } from './tag-dialog.tsx'
import type { ImageDetail } from './words.ts'
import { nameOf, newerGlyph, newerWords, shortId, targetOf } from './words.ts'

type Layer = { readonly kind: 'tag' | 'copy' } | { readonly kind: 'remove'; readonly asked: string }

/** One image on one engine: what it is made of, who uses it, what it is called. */
export function ImagePage() {
  const { id = '' } = useParams({ strict: false })
  const detail = useQuery({
    queryKey: keys.image(id),
    queryFn: () => client.images.get({ target: targetOf(id), image: id }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  const crumbs = [{ label: 'Images', href: paths.images() }]
  if (detail.data) return <Known image={detail.data} />
  return (
    <>
      <PageHead title="Image" crumbs={crumbs} />
      {detail.error ? (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(detail.error)} retry={() => void detail.refetch()} />
          <Empty
            title="It may have been removed."
            action={
              <Go className="btn" href={paths.images()}>
                Open images
              </Go>
            }
          />
        </div>
      ) : (
        <Skeleton />
      )}
    </>
  )
}

function Known({ image }: { image: ImageDetail }) {
  const may = useMay()
  const go = useGo()
  const [layer, setLayer] = useState<Layer | null>(null)
  const [job, setJob] = useState<Job | null>(null)
  const name = nameOf(image)
  const manages = !image.stale && may('images.manage', { targetId: image.targetId })
  const begin = useMutation({
    mutationFn: ({ act, reference }: { act: 'pull' | 'push'; reference: string }) =>
      client.images[act]({ target: image.targetId, image: reference }),
    onSuccess: (started) => {
      jobs.set(started)
      setJob(started)
    },
    onError: (error) => toast({ state: 'failed', title: 'Not begun', detail: wordsFor(error).what, stays: true }),
  })
  const save = useMutation({
    mutationFn: () =>
      download(`${name.replaceAll(/[/:@]/g, '-')}.tar`, () =>
        client.images.save({ target: image.targetId, images: image.tags[0] ?? image.imageId }),
      ),
    onSuccess: (saved) => saved && toast({ state: 'succeeded', title: `${name} is saved` }),
    onError: (error) => toast({ state: 'failed', title: 'Not saved', detail: wordsFor(error).what, stays: true }),
  })
  const { newer } = image
  return (
    <>
      <PageHead
        title={name}
        crumbs={[{ label: 'Images', href: paths.images() }]}
        badge={newer?.state === 'newer' && <Badge state={newerGlyph.newer}>{newerWords.newer}</Badge>}
        meta={`${bytes(image.sizeBytes)} on ${image.targetName}`}
        actions={
          manages && (
            <>
              <Button busy={save.isPending} onClick={() => save.mutate()}>
                Download
              </Button>
              <Button onClick={() => setLayer({ kind: 'copy' })}>Copy…</Button>
              {newer?.state !== 'newer' && may('containers.manage', { targetId: image.targetId }) && (
                <Button onClick={() => go(paths.newContainer(image.targetId, image.tags[0] ?? image.imageId))}>
                  Run…
                </Button>
              )}
              <Button look="danger-quiet" onClick={() => setLayer({ kind: 'remove', asked: image.id })}>
                Remove…
              </Button>
              {newer?.state === 'newer' && image.tags[0] !== undefined && (
                <Button
                  look="primary"
                  busy={begin.isPending}
                  onClick={() => begin.mutate({ act: 'pull', reference: image.tags[0]! })}
                >
                  Pull the newer
                </Button>
              )}
            </>
          )
        }
      />
      {image.stale && (
        <StaleStrip>
          {image.targetName} has not been heard for <Age at={image.observedAt} />. This is what it had then.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          <Panel title="Image" span={6}>
            <Facts rows={factsOf(image)} />
          </Panel>
          <NamesPanel
            image={image}
            manages={manages}
            busy={begin.isPending}
            onAdd={() => setLayer({ kind: 'tag' })}
            onAct={(act, reference) => begin.mutate({ act, reference })}
            onRemove={(asked) => setLayer({ kind: 'remove', asked })}
          />
          {image.environment.length > 0 && (
            <Panel title="Variables" meta="baked into it" span={12}>
              <Facts
                rows={image.environment.map(({ name: variable, value, masked }) => [
                  variable,
                  <span key={variable} className={`mono break-all ${masked ? 'text-ink-3' : ''}`}>
                    {value}
                  </span>,
                ])}
              />
            </Panel>
          )}
          <Panel title="Layers" meta={`${image.layers.length}, newest first`} span={12} flush>
            <LayerTable layers={image.layers} />
          </Panel>
        </div>
      </div>
      {job && <JobDialog started={job} onClose={() => setJob(null)} />}
      {layer?.kind === 'tag' && <TagDialog image={image} onClose={() => setLayer(null)} />}
      {layer?.kind === 'copy' && <CopyDialog image={image} from={image.targetId} onClose={() => setLayer(null)} />}
      {layer?.kind === 'remove' && (
        <RemoveImage
          image={image}
          asked={layer.asked}
          onDone={() => layer.asked === image.id && go(paths.images())}
          onClose={() => setLayer(null)}
        />
      )}
    </>
  )
}

const mono = (text: string | null) => (text ? <span className="mono break-all">{text}</span> : null)

function factsOf(image: ImageDetail & Image) {
  return [
    ['Used by', <Users key="users" image={image} all />],
    image.kept === null ? null : (['Kept for', image.kept] as const),
    [
      'Registry',
      image.newer === null ? (
        'not asked yet'
      ) : (
        <span key="newer" className="flex flex-wrap items-center gap-x-2">
          {image.newer.state !== 'unknown' && <Newer image={image} />}
          {image.newer.reason}
          <span className="text-ink-3">
            asked <Age at={image.newer.checkedAt} suffix=" ago" />
          </span>
        </span>
      ),
    ],
    [
      'Id',
      <span key="id" className="flex items-center gap-1">
        {mono(shortId(image))}
        <CopyButton text={image.imageId} label="Copy id" short />
      </span>,
    ],
    ['Made', <Age key="made" at={image.createdAt} suffix=" ago" />],
    ['Platform', image.platform],
    ['Entrypoint', mono(image.entrypoint.join(' '))],
    ['Command', mono(image.command.join(' '))],
    ['User', image.user],
    ['Folder', mono(image.workingDirectory)],
    ['Ports', image.ports.join(', ') || null],
    ['Volumes', mono(image.volumes.join(', '))],
  ] as const
}
