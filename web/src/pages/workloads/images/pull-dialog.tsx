import { useMutation } from '@tanstack/react-query'
import type { Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { TextField } from '../../../ui/control/field.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'
import { JobDialog } from './job-dialog.tsx'
import { isReference } from './words.ts'

interface Props {
  /** Target that is chosen first. */
  readonly at: string
  readonly image?: string
  readonly onClose: () => void
}

/** Asks for a name, then shows each layer as it comes. */
export function PullDialog({ at, image: first = '', onClose }: Props) {
  const { target, choose } = useEngineChoice('images', at)
  const [image, setImage] = useState(first)
  const [platform, setPlatform] = useState('')
  const [job, setJob] = useState<Job | null>(null)
  const pull = useMutation({
    mutationFn: () =>
      client.images.pull({ target, image: image.trim(), ...(platform.trim() ? { platform: platform.trim() } : {}) }),
    onSuccess: (started) => {
      jobs.set(started)
      setJob(started)
    },
  })
  if (job) return <JobDialog started={job} onClose={onClose} />
  const wrong = isReference(image.trim())
    ? {}
    : { image: 'Use a name such as nginx:1.27 or registry.example.com/shop/web.' }
  return (
    <FormDialog
      title="Pull an image"
      act="Pull image"
      busy={pull.isPending}
      error={pull.error}
      wrong={wrong}
      onAct={() => pull.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Image"
            name="image"
            className="mono"
            hint="Without a tag it is latest. A registry with a sign-in is signed in to by itself."
            value={image}
            error={words.image}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setImage(event.target.value)}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <EngineField kind="images" label="To" value={target} onChange={choose} />
            <TextField
              label="Platform"
              hint="Empty: that of the engine. Such as linux/arm64."
              value={platform}
              spellCheck={false}
              onChange={(event) => setPlatform(event.target.value)}
            />
          </div>
        </>
      )}
    </FormDialog>
  )
}
