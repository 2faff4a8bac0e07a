import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Problem } from '@wheelhouse/client'
import type { Certificate } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Badge, Tag } from '../../../ui/state/badge.tsx'
import { VerifyDialog } from './verify-dialog.tsx'
import { certificateGlyph, lasts, makerWords, stateWords } from './words.ts'

const mono = (text: string | null) => text && <span className="mono break-all">{text}</span>

/** One certificate: what it is for, until when, where it lies, and its PEM. */
export function CertificatePage() {
  const { id = '' } = useParams({ strict: false })
  const may = useMay()
  const [layer, setLayer] = useState<'verify' | 'remove' | null>(null)
  const found = useQuery({ queryKey: keys.certificate(id), queryFn: () => client.certificates.get({ id }) })
  if (found.isPending) return <Skeleton />
  if (found.error instanceof Problem && found.error.code === 'NOT_FOUND')
    return (
      <Empty
        title="There is no such certificate."
        action={
          <Go className="btn" href={paths.certificates()}>
            All certificates
          </Go>
        }
      />
    )
  if (found.error)
    return (
      <div className="p-4">
        <TroubleBox trouble={wordsFor(found.error)} retry={() => void found.refetch()} />
      </div>
    )
  const row = found.data
  return (
    <>
      <PageHead
        title={row.name}
        crumbs={[{ label: 'Certificates', href: paths.certificates() }]}
        badge={<Badge state={certificateGlyph[row.state]}>{stateWords[row.state]}</Badge>}
        meta={`ends ${lasts(row)}`}
        actions={
          <>
            <Button onClick={() => setLayer('verify')}>Verify…</Button>
            {may('certificates.manage') && (
              <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                Remove…
              </Button>
            )}
          </>
        }
      />
      <div className="page pt-2!">
        <div className="panels">
          <Panel title="Certificate" span={6}>
            <Facts
              rows={[
                ['Subject', row.subject],
                ['Issuer', row.issuer],
                ['From', makerWords[row.issuedBy]],
                ['Begins', moment(row.notBefore)],
                ['Ends', `${moment(row.notAfter)}, ${lasts(row)}`],
                ['Key', row.keyType],
                ['SHA-256', mono(row.fingerprint)],
                ['Added', `${moment(row.createdAt)} by ${row.createdBy}`],
              ]}
            />
          </Panel>
          <Panel title="For" span={6} meta={`${row.domains.length}`}>
            <div className="flex flex-wrap gap-1.5">
              {row.domains.map((domain) => (
                <Tag key={domain}>
                  <span className="mono">{domain}</span>
                </Tag>
              ))}
            </div>
            {row.certificateFile && (
              <div className="pt-4">
                <Facts
                  rows={[
                    ['Certificate file', mono(row.certificateFile)],
                    ['Key file', mono(row.keyFile)],
                  ]}
                />
              </div>
            )}
          </Panel>
          <Panel title="PEM" actions={<CopyButton text={row.certificate} label="Copy certificate" />}>
            <pre
              className="code mono px-3 py-2 whitespace-pre-wrap break-all"
              tabIndex={0}
              aria-label="Certificate as PEM"
            >
              {row.certificate}
            </pre>
          </Panel>
        </div>
      </div>
      {layer === 'verify' && <VerifyDialog certificate={row} onClose={() => setLayer(null)} />}
      {layer === 'remove' && <RemoveCertificate row={row} onClose={() => setLayer(null)} />}
    </>
  )
}

function RemoveCertificate({ row, onClose }: { row: Certificate; onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: () => client.certificates.remove({ id: row.id }),
    onSuccess: () => {
      go(paths.certificates())
      cache.removeQueries({ queryKey: keys.certificate(row.id) })
      void cache.invalidateQueries({ queryKey: keys.certificates })
      toast({ state: 'stopped', title: `${row.name} is forgotten` })
    },
  })
  return (
    <DestroyDialog
      title={`Remove certificate ${row.name}?`}
      keep="Keep certificate"
      act={`Remove certificate ${row.name}`}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {remove.error && <TroubleBox trouble={wordsFor(remove.error)} />}
      <p>
        Wheelhouse forgets it and the key it keeps, and no longer tells before it ends.
        {row.certificateFile && (
          <>
            {' '}
            <b>Kept:</b> the files it was written to.
          </>
        )}
      </p>
    </DestroyDialog>
  )
}
