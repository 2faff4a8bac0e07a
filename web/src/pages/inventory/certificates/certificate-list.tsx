import { useQuery } from '@tanstack/react-query'
import type { Certificate } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment } from '../../../ui/format/age.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { AuthorityPanel } from './authority-panel.tsx'
import { GenerateDialog } from './generate-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { VerifyDialog } from './verify-dialog.tsx'
import { certificateGlyph, lasts, makerWords, stateWords } from './words.ts'

const shownDomains = 3

/** Those that end first come first. */
const byEnd = (a: Certificate, b: Certificate): number => a.notAfter.localeCompare(b.notAfter)

/** Certificates with how long they last, and the authority that signs them. */
export function CertificateList() {
  const may = useMay()
  const [layer, setLayer] = useParam('do')
  const list = useQuery({
    queryKey: keys.certificates,
    queryFn: () => client.certificates.list({ limit: 1000 }),
    refetchInterval: 60_000,
  })
  const rows = (list.data?.items ?? []).toSorted(byEnd)
  const manages = may('certificates.manage')
  const generate = (
    <Button look="primary" icon={Plus} onClick={() => setLayer('generate')}>
      Generate certificate…
    </Button>
  )
  return (
    <>
      <PageHead
        title="Certificates"
        meta="for TLS, and how long they last"
        actions={
          <>
            <Button onClick={() => setLayer('verify')}>Verify…</Button>
            {manages && <Button onClick={() => setLayer('import')}>Import…</Button>}
            {manages && generate}
          </>
        }
      />
      {list.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(list.error)} retry={() => void list.refetch()} />
        </div>
      )}
      {list.isPending && <Skeleton />}
      {list.data && rows.length === 0 && (
        <Empty title="No certificates yet." action={manages && generate}>
          Generate one for your domains and addresses, or import one to be told before it ends.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Certificates"
          rows={rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => paths.certificate(row.id)}
          columns={[
            {
              key: 'name',
              label: 'Certificate',
              width: 'minmax(150px, 1.3fr)',
              phone: 'title',
              render: (row) => (
                <>
                  <Glyph state={certificateGlyph[row.state]} label={stateWords[row.state]} />
                  <span className="cut">{row.name}</span>
                  {row.state !== 'valid' && (
                    <span className={`font-normal text-meta t-${certificateGlyph[row.state]}`}>
                      {stateWords[row.state]}
                    </span>
                  )}
                </>
              ),
            },
            {
              key: 'domains',
              label: 'For',
              width: 'minmax(160px, 2fr)',
              phone: 'line',
              render: (row) => (
                <span className="flex flex-wrap gap-1" title={row.domains.join(', ')}>
                  {row.domains.slice(0, shownDomains).map((domain) => (
                    <Tag key={domain}>
                      <span className="mono">{domain}</span>
                    </Tag>
                  ))}
                  {row.domains.length > shownDomains && (
                    <span className="meta">{row.domains.length - shownDomains} more</span>
                  )}
                </span>
              ),
            },
            { key: 'by', label: 'From', width: '100px', render: (row) => makerWords[row.issuedBy] },
            {
              key: 'file',
              label: 'File',
              width: 'minmax(120px, 1.2fr)',
              phone: 'hide',
              render: (row) => (
                <span className="mono text-ink-3" title={row.certificateFile ?? undefined}>
                  {row.certificateFile?.split(/[\\/]/).at(-1) ?? '–'}
                </span>
              ),
            },
            {
              key: 'ends',
              label: 'Ends',
              width: '90px',
              num: true,
              phone: 'side',
              render: (row) => <span title={moment(row.notAfter)}>{lasts(row)}</span>,
            },
          ]}
        />
      )}
      {list.data && (
        <div className="page">
          <div className="panels">
            <AuthorityPanel />
          </div>
        </div>
      )}
      {layer === 'generate' && <GenerateDialog onClose={() => setLayer('')} />}
      {layer === 'import' && <ImportDialog onClose={() => setLayer('')} />}
      {layer === 'verify' && <VerifyDialog certificate={null} onClose={() => setLayer('')} />}
    </>
  )
}
