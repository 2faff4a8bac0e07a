import { useMutation } from '@tanstack/react-query'
import type { Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/jobs.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { JobDialog } from './job-dialog.tsx'
import { useEngines } from './use-engines.ts'
import { isReference } from './words.ts'

interface Props {
  /** Target that is chosen first. */
  readonly at: string
  readonly image?: string
  readonly onClose: () => void
}

/** Asks for a name, then shows each layer as it comes. */
export function PullDialog({ at, image: first = '', onClose }: Props) {
  const engines = useEngines()
  const [chosen, setTarget] = useState(at)
  // A link may open this before the targets are there.
  const target = chosen || (engines[0]?.id ?? '')
  const [image, setImage] = useState(first)
  const [platform, setPlatform] = useState('')
  const [told, setTold] = useState(false)
  const [job, setJob] = useState<Job | null>(null)
  const wrong = isReference(image.trim()) ? null : 'Use a name such as nginx:1.27 or registry.example.com/shop/web.'
  const pull = useMutation({
    mutationFn: () =>
      client.images.pull({ target, image: image.trim(), ...(platform.trim() ? { platform: platform.trim() } : {}) }),
    onSuccess: (started) => {
      jobs.set(started)
      setJob(started)
    },
  })
  if (job) return <JobDialog started={job} onClose={onClose} />
  const shown = { ...(told && wrong ? { image: wrong } : {}), ...fieldErrors(pull.error) }
  const submit = (): void => {
    setTold(true)
    if (!wrong) pull.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title="Pull an image"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={pull.isPending} onClick={submit}>
            Pull image
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {pull.error && <TroubleBox trouble={wordsFor(pull.error)} />}
        <TextField
          label="Image"
          className="mono"
          hint="Without a tag it is latest. A registry with a sign-in is signed in to by itself."
          value={image}
          error={shown.image}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setImage(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && submit()}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField label="To" value={target} onChange={(event) => setTarget(event.target.value)}>
            {engines.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Platform"
            hint="Empty: that of the engine. Such as linux/arm64."
            value={platform}
            spellCheck={false}
            onChange={(event) => setPlatform(event.target.value)}
          />
        </div>
      </div>
    </Dialog>
  )
}
