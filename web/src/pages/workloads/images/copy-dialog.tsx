import { useMutation } from '@tanstack/react-query'
import type { Image, Job } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { bytes } from '../../../ui/format/number.ts'
import { EngineField, useEngines } from '../engine-field.tsx'
import { JobDialog } from './job-dialog.tsx'
import { nameOf } from './words.ts'

/** Brings an image to another engine, without a registry. */
export function CopyDialog({ image, from, onClose }: { image: Image; from: string; onClose: () => void }) {
  const others = useEngines('images').filter(({ id }) => id !== from)
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
    <FormDialog
      title={`Copy ${nameOf(image)} to another engine`}
      about={`${bytes(image.sizeBytes)} go from ${image.targetName} through Wheelhouse; no registry is needed.`}
      act={others.length > 0 ? 'Copy image' : null}
      busy={copy.isPending}
      error={copy.error}
      onAct={() => copy.mutate()}
      onClose={onClose}
    >
      {others.length === 0 ? (
        <p>There is no other engine that you may bring it to. Add one under Targets.</p>
      ) : (
        <EngineField kind="images" label="To" value={to} without={from} onChange={setTo} />
      )}
    </FormDialog>
  )
}
