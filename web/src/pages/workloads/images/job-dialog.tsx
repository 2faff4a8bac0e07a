import type { Job } from '@wheelhouse/contract'
import { type ReactNode, useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { isOver, jobs } from '../../../api/observation/jobs.ts'
import { useRow } from '../../../api/row-store.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'

interface Props {
  readonly started: Job
  /** What may follow once it succeeded. */
  readonly made?: ReactNode
  readonly onClose: () => void
}

/** A job of images as it goes, a line for each step. It goes on when the dialog is left, and is found again above. */
export function JobDialog({ started, made, onClose }: Props) {
  const live = useRow(jobs, started.id)
  const job = live ?? started
  const over = isOver(job)
  const [cancelling, setCancelling] = useState(false)
  useEffect(() => {
    // Pushed rows come by themselves; this one may have ended before the first of them.
    if (!live)
      void client.jobs.get({ id: started.id }).then(
        (now) => jobs.set(now),
        () => undefined,
      )
  }, [live, started.id])
  const cancel = async (): Promise<void> => {
    setCancelling(true)
    await client.jobs.cancel({ id: job.id }).catch(() => undefined)
    setCancelling(false)
  }
  return (
    <Dialog
      wide
      title={job.title}
      onClose={() => {
        if (!over) toast({ state: 'starting', title: `${job.title} goes on. It is under jobs, above.` })
        onClose()
      }}
      foot={
        <>
          {!over && (
            <Button className="mr-auto" busy={cancelling} onClick={() => void cancel()}>
              Cancel
            </Button>
          )}
          <Go className="btn" href={paths.job(job.id)}>
            Open job
          </Go>
          {job.state === 'succeeded' && made}
          <Button look="primary" onClick={onClose}>
            {over ? 'Close' : 'Leave it running'}
          </Button>
        </>
      }
    >
      <JobProgress job={job} />
    </Dialog>
  )
}
