import { useMutation } from '@tanstack/react-query'
import type { Job, Volume } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { isOver, jobs } from '../../../api/observation/jobs.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'
import { EngineField } from '../engine-field.tsx'
import { nameMistake } from '../object-name.ts'

/** Copies a volume, to another engine too. */
export function CloneDialog({ volume, onClose }: { volume: Volume; onClose: () => void }) {
  const go = useGo()
  const [to, setTo] = useState(`${volume.name.slice(0, 57)}-copy`)
  const [target, setTarget] = useState(volume.targetId)
  const [started, setStarted] = useState<Job | null>(null)
  const clone = useMutation({
    mutationFn: () =>
      client.volumes.clone({
        target: volume.targetId,
        name: volume.name,
        to,
        ...(target === volume.targetId ? {} : { toTarget: target }),
      }),
    onSuccess: (job) => {
      jobs.set(job)
      setStarted(job)
    },
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const running = volume.usedBy.filter((user) => user.running).map((user) => user.name)
  if (job)
    return (
      <Dialog
        title={`Copy ${volume.name}`}
        onClose={onClose}
        foot={
          <>
            <Button onClick={onClose}>Close</Button>
            {job.state === 'succeeded' && (
              <Button look="primary" onClick={() => go(paths.volume(target, to))}>
                Open the copy
              </Button>
            )}
          </>
        }
      >
        <JobProgress job={job} />
        {!isOver(job) && (
          <p className="meta pt-2">You can close this; the job goes on, and the top bar brings you back.</p>
        )}
      </Dialog>
    )
  return (
    <FormDialog
      title={`Copy ${volume.name}`}
      act="Copy volume"
      busy={clone.isPending}
      error={clone.error}
      wrong={{ to: nameMistake(to) }}
      onAct={() => clone.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          {running.length > 0 && (
            <div className="note warn">
              <span>
                {running.join(', ')} {running.length === 1 ? 'writes' : 'write'} to it while it is copied: what changes
                meanwhile may be half in the copy. Stop {running.length === 1 ? 'it' : 'them'} first for a copy of one
                moment.
              </span>
            </div>
          )}
          <TextField
            label="Name of the copy"
            name="to"
            value={to}
            error={words.to}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTo(event.target.value)}
          />
          <EngineField kind="volumes" label="On" value={target} onChange={setTarget} />
        </>
      )}
    </FormDialog>
  )
}
