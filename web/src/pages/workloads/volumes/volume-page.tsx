import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Problem } from '@wheelhouse/client'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment } from '../../../ui/format/age.ts'
import { bytes } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { CloneDialog } from './clone-dialog.tsx'
import { download } from './download.ts'
import { FileBrowser } from '../files/file-browser.tsx'
import { FilePanel } from '../files/file-panel.tsx'
import { placeOfVolume } from './place.ts'
import { RestoreDialog } from './restore-dialog.tsx'

/** One volume: who uses it, what it is made of, and its files. */
export function VolumePage() {
  const { target = '', name = '' } = useParams({ strict: false })
  const may = useMay()
  const go = useGo()
  const [path] = useParam('path', '/')
  const [file] = useParam('file')
  const [layer, setLayer] = useState<'clone' | 'restore' | 'remove' | null>(null)
  const found = useQuery({
    queryKey: keys.volume(target, name),
    queryFn: () => client.volumes.get({ target, name }),
    refetchInterval: 60_000,
  })
  const row = found.data
  const save = useMutation({ mutationFn: () => (row ? download(row, '/') : Promise.resolve()) })
  if (found.isPending) return <Skeleton />
  if (found.error instanceof Problem && found.error.code === 'NOT_FOUND')
    return (
      <Empty
        title="There is no such volume."
        action={
          <Go className="btn" href={paths.volumes()}>
            All volumes
          </Go>
        }
      />
    )
  if (!row)
    return (
      <div className="p-4">
        <TroubleBox trouble={wordsFor(found.error)} retry={() => void found.refetch()} />
      </div>
    )
  const place = { targetId: row.targetId }
  const manages = may('volumes.manage', place)
  const reads = may('files.read', place)
  const files = placeOfVolume(row, may)
  const close = (): void => setLayer(null)
  return (
    <>
      <PageHead
        title={row.anonymous ? row.name.slice(0, 12) : row.name}
        crumbs={[{ label: 'Volumes', href: paths.volumes() }]}
        meta={`on ${row.targetName}${row.stack ? `, of the stack ${row.stack}` : ''}`}
        actions={
          <>
            {reads && (
              <Button icon={Download} busy={save.isPending} onClick={() => save.mutate()}>
                Download
              </Button>
            )}
            {manages && (
              <>
                <Button onClick={() => setLayer('clone')}>Copy…</Button>
                <Button onClick={() => setLayer('restore')}>Restore…</Button>
                <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                  Remove…
                </Button>
              </>
            )}
          </>
        }
      />
      {row.stale && (
        <StaleStrip>
          {row.targetName} is not heard. You see what was there <Age at={row.observedAt} suffix=" ago" />. Its files
          wait until it is back.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          {save.error && (
            <div style={{ gridColumn: 'span 12' }}>
              <TroubleBox trouble={wordsFor(save.error)} />
            </div>
          )}
          <Panel title="Used by" span={5} meta={String(row.usedBy.length)}>
            {row.usedBy.length === 0 ? (
              <p className="text-ink-3">Nothing uses it.</p>
            ) : (
              <ul className="flex flex-col gap-2">
                {row.usedBy.map((user) => (
                  <li key={`${user.serviceId} ${user.path}`} className="flex items-center gap-2 min-w-0">
                    <Glyph state={user.running ? 'running' : 'stopped'} label={user.running ? 'runs' : 'stopped'} />
                    <Go className="name cut" href={paths.service(user.serviceId)}>
                      {user.name}
                    </Go>
                    <span className="mono meta cut">{user.path}</span>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          <Panel title="Volume" span={7}>
            <Facts
              rows={[
                ['Driver', row.scope === 'local' ? row.driver : `${row.driver}, ${row.scope}`],
                ['Size', row.sizeBytes === null ? 'not counted yet' : bytes(row.sizeBytes)],
                ['Made', row.createdAt && moment(row.createdAt)],
                [
                  'Place',
                  <span key="place" className="mono break-all">
                    {row.mountpoint}
                  </span>,
                ],
                ...Object.entries(row.options).map(
                  ([key, value]) =>
                    [
                      `Option ${key}`,
                      <span key={key} className="mono break-all">
                        {value}
                      </span>,
                    ] as const,
                ),
                ...Object.entries(row.labels).map(
                  ([key, value]) =>
                    [
                      key,
                      <span key={key} className="mono break-all">
                        {value}
                      </span>,
                    ] as const,
                ),
              ]}
            />
          </Panel>
          {reads ? (
            <div className="flex flex-col gap-3" style={{ gridColumn: 'span 12' }}>
              {file !== '' && <FilePanel key={file} place={files} path={file} />}
              <FileBrowser place={files} path={path} />
            </div>
          ) : (
            <Panel title="Files">
              <p className="text-ink-3">
                You may see the volume, not its files. Someone who manages {row.targetName} can allow it.
              </p>
            </Panel>
          )}
        </div>
      </div>
      {layer === 'clone' && <CloneDialog volume={row} onClose={close} />}
      {layer === 'restore' && <RestoreDialog volume={row} onClose={close} />}
      {layer === 'remove' && (
        <PlanDialog
          title={`Remove volume ${row.name} on ${row.targetName}?`}
          keep="Keep volume"
          act={() => `Remove volume ${row.name}`}
          typeName={row.name}
          what="volumes.remove"
          input={{ target, name }}
          plan={() => client.volumes.remove.plan({ target, name })}
          run={() => client.volumes.remove({ target, name })}
          onDone={() => {
            toast({ state: 'stopped', title: `${row.name} is removed` })
            go(paths.volumes())
          }}
          onClose={close}
        />
      )}
    </>
  )
}
