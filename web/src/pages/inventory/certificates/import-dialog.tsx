import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/

/** Takes in a certificate that was made elsewhere, to watch its end or to use it here. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
  const [told, setTold] = useState(false)
  const wrong: Record<string, string> = {}
  if (!namePattern.test(name)) wrong.name = 'Use 1 to 63 letters, digits, dots, dashes or underscores.'
  if (!certificate.includes('-----BEGIN CERTIFICATE-----'))
    wrong.certificate = 'Paste the PEM text. It begins with -----BEGIN CERTIFICATE-----.'
  const take = useMutation({
    mutationFn: () => client.certificates.import({ name, certificate, ...(key.trim() === '' ? {} : { key }) }),
    onSuccess: (row) => {
      void cache.invalidateQueries({ queryKey: keys.certificates })
      toast({ state: 'succeeded', title: `${row.name} imported` })
      onClose()
      go(paths.certificate(row.id))
    },
  })
  const shown = { ...(told ? wrong : {}), ...fieldErrors(take.error) }
  const submit = (): void => {
    setTold(true)
    if (Object.keys(wrong).length === 0) take.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      wide
      title="Import certificate"
      about="You are told before it ends. With its key it can be used here."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={take.isPending} onClick={submit}>
            Import certificate
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {take.error && <TroubleBox trouble={wordsFor(take.error)} />}
        <TextField
          label="Name"
          value={name}
          error={shown.name}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.target.value.trim())}
        />
        <TextArea
          label="Certificate, PEM"
          hint="With its chain, its own first."
          className="mono"
          rows={6}
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={certificate}
          error={shown.certificate}
          onChange={(event) => setCertificate(event.target.value)}
        />
        <TextArea
          label="Key, PEM"
          aside="optional"
          hint="Stored encrypted and never shown again."
          className="mono"
          rows={4}
          spellCheck={false}
          placeholder="-----BEGIN PRIVATE KEY-----"
          value={key}
          error={shown.key}
          onChange={(event) => setKey(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
