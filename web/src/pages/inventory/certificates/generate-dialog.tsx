import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { DomainChips } from './domain-chips.tsx'

const longestDays = 825

/** Generates a certificate, by mkcert or the authority of our own. */
export function GenerateDialog({ onClose }: { onClose: () => void }) {
  const may = useMay()
  const go = useGo()
  const cache = useQueryClient()
  const [domains, setDomains] = useState<readonly string[]>([])
  const [name, setName] = useState('')
  const [days, setDays] = useState('')
  const [folder, setFolder] = useState('')
  const [trust, setTrust] = useState(false)
  const [told, setTold] = useState(false)
  const onMachine = may('targets.manage')
  const wrong: Record<string, string> = {}
  if (domains.length === 0) wrong.domains = 'Name at least one domain or address.'
  if (days !== '' && !(Number.isInteger(Number(days)) && Number(days) >= 1 && Number(days) <= longestDays))
    wrong.days = `Use 1 to ${longestDays} days.`
  if (folder !== '' && !folder.startsWith('/')) wrong.folder = 'Give the full path, such as /etc/app/certs.'
  const generate = useMutation({
    mutationFn: () =>
      client.certificates.generate({
        domains: [...domains],
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(days === '' ? {} : { days: Number(days) }),
        ...(folder.trim() === '' ? {} : { folder: folder.trim() }),
        ...(trust ? { installTrust: true } : {}),
      }),
    onSuccess: (row) => {
      void cache.invalidateQueries({ queryKey: keys.certificates })
      toast({ state: 'succeeded', title: `${row.name} generated` })
      onClose()
      go(paths.certificate(row.id))
    },
  })
  const shown = { ...(told ? wrong : {}), ...fieldErrors(generate.error) }
  const submit = (): void => {
    setTold(true)
    if (Object.keys(wrong).length === 0) generate.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      wide
      title="Generate certificate"
      about="For local and inner use: machines that trust the authority trust what it signs."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={generate.isPending} onClick={submit}>
            Generate certificate
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {generate.error && <TroubleBox trouble={wordsFor(generate.error)} />}
        <DomainChips domains={domains} error={shown.domains} onChange={setDomains} />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            hint="The first domain unless told."
            value={name}
            error={shown.name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Days"
            hint={`${longestDays} unless told, which is also the most.`}
            inputMode="numeric"
            value={days}
            error={shown.days}
            onChange={(event) => setDays(event.target.value.trim())}
          />
        </div>
        {onMachine && (
          <>
            <TextField
              label="Folder"
              className="mono"
              hint="On the machine of the control plane. Its own data folder unless told."
              value={folder}
              error={shown.folder}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setFolder(event.target.value)}
            />
            <CheckLine
              label="Trust the authority on the machine of the control plane"
              hint="Programs there accept all it signs. Can be taken back."
              checked={trust}
              onChange={(event) => setTrust(event.target.checked)}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
