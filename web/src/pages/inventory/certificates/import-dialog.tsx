import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { paths } from '../../../paths.ts'
import { TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/

/** Takes in a certificate that was made elsewhere, to watch its end or to use it here. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
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
  return (
    <FormDialog
      wide
      title="Import certificate"
      about="You are told before it ends. With its key it can be used here."
      act="Import certificate"
      busy={take.isPending}
      error={take.error}
      wrong={wrong}
      onAct={() => take.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            value={name}
            error={words.name}
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
            error={words.certificate}
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
            error={words.key}
            onChange={(event) => setKey(event.target.value)}
          />
        </>
      )}
    </FormDialog>
  )
}
