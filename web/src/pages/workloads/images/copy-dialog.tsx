import { useMutation } from '@tanstack/react-query'
import type { Image, Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/jobs.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField } from '../../../ui/control/field.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { JobDialog } from './job-dialog.tsx'
import { useEngines } from './use-engines.ts'
import { nameOf } from './words.ts'

/** Brings an image to another engine, without a registry. */
export function CopyDialog({ image, from, onClose }: { image: Image; from: string; onClose: () => void }) {
  const others = useEngines().filter(({ id }) => id !== from)
  const [chosen, setTo] = useState('')
  const to = chosen || (others[0]?.id ?? '')
  const [job, setJob] = useState<Job | null>(null)
  const copy = useMutation({
    mutationFn: () => client.images.copy({ target: image.targetId, image: image.tags[0] ?? image.id, to }),
    onSuccess: (started) => {
      jobs.set(started)
      setJob(started)
    },
  })
  if (job) return <JobDialog started={job} onClose={onClose} />
  return (
    <Dialog
      title={`Copy ${nameOf(image)} to another engine`}
      about={`${bytes(image.sizeBytes)} go from ${image.targetName} through Wheelhouse; no registry is needed.`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {others.length > 0 && (
            <Button look="primary" busy={copy.isPending} onClick={() => copy.mutate()}>
              Copy image
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {copy.error && <TroubleBox trouble={wordsFor(copy.error)} />}
        {others.length === 0 ? (
          <p>There is no other engine that you may bring it to. Add one under Targets.</p>
        ) : (
          <SelectField label="To" value={to} onChange={(event) => setTo(event.target.value)}>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
      </div>
    </Dialog>
  )
}
