import { useMutation } from '@tanstack/react-query'
import type { Certificate } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { useMay } from '../../../api/may.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { domainTrouble } from './words.ts'

/** Does a certificate fit a domain? One of ours, or what a server shows. */
export function VerifyDialog({ certificate, onClose }: { certificate: Certificate | null; onClose: () => void }) {
  const may = useMay()
  const first = certificate?.domains.find((domain) => !domain.startsWith('*')) ?? ''
  const [domain, setDomain] = useState(first)
  const [address, setAddress] = useState('')
  const [told, setTold] = useState(false)
  const wrong = domain === '' ? 'Name a domain or address, such as app.test.' : domainTrouble(domain)
  const verify = useMutation({
    mutationFn: () =>
      client.certificates.verify({
        domain,
        ...(address === '' ? (certificate ? { id: certificate.id } : {}) : { address }),
      }),
  })
  const submit = (): void => {
    setTold(true)
    if (wrong === null) verify.mutate()
  }
  const shown = fieldErrors(verify.error)
  const answer = verify.data
  return (
    <Dialog
      title={certificate ? `Verify ${certificate.name}` : 'Verify a certificate'}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" busy={verify.isPending} onClick={submit}>
            Verify
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {verify.error && <TroubleBox trouble={wordsFor(verify.error)} />}
        <TextField
          label="Domain or address"
          className="mono"
          value={domain}
          error={(told ? wrong : null) ?? shown.domain}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDomain(event.target.value.trim())}
        />
        {may('certificates.manage') && (
          <TextField
            label="Ask a server"
            aside="optional"
            className="mono"
            hint="host:port, to look at what it shows instead."
            value={address}
            error={shown.address}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setAddress(event.target.value.trim())}
          />
        )}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
        {answer && (
          <div role="status">
            <ul className="flex flex-col gap-1.5" aria-label={answer.ok ? 'All is well' : 'Something is wrong'}>
              {answer.checks.map((check) => (
                <li key={check.name} className="flex items-start gap-2">
                  <span className="pt-1">
                    <Glyph state={check.ok ? 'succeeded' : 'failed'} label={check.ok ? 'passed' : 'failed'} />
                  </span>
                  <span className="min-w-0 break-words">
                    <b className="text-ink font-medium">{check.name}</b> {check.message}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </form>
    </Dialog>
  )
}
