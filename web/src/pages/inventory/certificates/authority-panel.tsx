import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { moment } from '../../../ui/format/age.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

function save(pem: string): void {
  const url = URL.createObjectURL(new Blob([pem], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'wheelhouse-authority.pem'
  link.click()
  URL.revokeObjectURL(url)
}

/** Who signs, and whether the machine of the control plane trusts it. */
export function AuthorityPanel() {
  const may = useMay()
  const cache = useQueryClient()
  const found = useQuery({
    queryKey: keys.certificateAuthority,
    queryFn: () => client.certificates.authority(),
    staleTime: 60_000,
  })
  const trust = useMutation({
    mutationFn: (wanted: boolean) => client.certificates.trust({ trust: wanted }),
    onSuccess: (authority) => {
      cache.setQueryData(keys.certificateAuthority, authority)
      toast({
        state: authority.trusted ? 'succeeded' : 'stopped',
        title: authority.trusted ? 'This machine trusts the authority' : 'This machine no longer trusts the authority',
      })
    },
  })
  const authority = found.data
  return (
    <Panel
      title="Authority"
      meta={authority ? (authority.source === 'mkcert' ? 'mkcert' : 'of this Wheelhouse') : undefined}
      actions={
        authority && (
          <>
            <CopyButton text={authority.certificate} label="Copy PEM" />
            <Button look="ghost" icon={Download} onClick={() => save(authority.certificate)}>
              Download
            </Button>
          </>
        )
      }
    >
      {found.isPending && <Skeleton rows={2} />}
      {found.error && <TroubleBox trouble={wordsFor(found.error)} retry={() => void found.refetch()} />}
      {trust.error && <TroubleBox trouble={wordsFor(trust.error)} />}
      {authority && (
        <>
          <Facts
            rows={[
              ['Subject', authority.subject],
              ['Ends', moment(authority.notAfter)],
              [
                'This machine',
                <span key="trust" className="flex flex-wrap items-center gap-2">
                  <span className="flex items-baseline gap-2 min-w-0">
                    <Glyph state={authority.trusted ? 'running' : 'stopped'} />
                    <span className="min-w-0 break-words">
                      {authority.trusted ? 'trusts it' : 'does not trust it'}:{' '}
                      <span className="text-ink-3">{authority.trustedBy}</span>
                    </span>
                  </span>
                  {may('targets.manage') && (
                    <Button busy={trust.isPending} onClick={() => trust.mutate(!authority.trusted)}>
                      {authority.trusted ? 'Stop trusting it' : 'Trust it here'}
                    </Button>
                  )}
                </span>,
              ],
            ]}
          />
          <p className="meta pt-3">
            Browsers and programs on other machines accept its certificates once its PEM is among their trusted roots.
          </p>
        </>
      )}
    </Panel>
  )
}
