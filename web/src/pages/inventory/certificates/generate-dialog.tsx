import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { paths } from '../../../paths.ts'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
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
  return (
    <FormDialog
      wide
      title="Generate certificate"
      about="For local and inner use: machines that trust the authority trust what it signs."
      act="Generate certificate"
      busy={generate.isPending}
      error={generate.error}
      wrong={wrong}
      onAct={() => generate.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <DomainChips domains={domains} error={words.domains} onChange={setDomains} />
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Name"
              hint="The first domain unless told."
              value={name}
              error={words.name}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label="Days"
              hint={`${longestDays} unless told, which is also the most.`}
              inputMode="numeric"
              value={days}
              error={words.days}
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
                error={words.folder}
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
        </>
      )}
    </FormDialog>
  )
}
