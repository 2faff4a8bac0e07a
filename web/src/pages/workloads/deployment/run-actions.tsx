import { useMutation } from '@tanstack/react-query'
import type { Deployment } from '@wheelhouse/contract'
import { Download, GitCompareArrows, MoveRight, Undo2, Upload } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { isLive } from '../../../api/deployments.ts'
import { useMay } from '../../../api/may.ts'
import { readAll } from '../../../api/stream.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { save } from '../../../ui/format/csv.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PromoteDialog } from '../releases/promote-dialog.tsx'
import { RollbackDialog } from '../releases/rollback-dialog.tsx'
import { CancelDialog } from './cancel-dialog.tsx'

/** Source of a run as the wizard takes it again. */
export function againFrom(run: Deployment): Record<string, string> {
  const { directory, manifest } = run.options
  return {
    stack: run.stack,
    environment: run.environment,
    ...(typeof directory === 'string' ? { directory } : {}),
    ...(typeof manifest === 'string' ? { manifest } : {}),
  }
}

/** What can be done with a run, by where it stands. */
export function RunActions({ run }: { run: Deployment }) {
  const may = useMay()
  const [open, setOpen] = useState<'cancel' | 'rollback' | 'promote' | null>(null)
  const close = (): void => setOpen(null)
  const report = useMutation({
    mutationFn: async (format: 'html' | 'json') =>
      save(
        `${run.stack}-${run.environment}-${run.number}.${format}`,
        await readAll(await client.deployments.report({ id: run.id, format })),
        format === 'html' ? 'text/html' : 'application/json',
      ),
    onError: (error) =>
      toast({ state: 'failed', title: 'The report was not downloaded', detail: wordsFor(error).what, stays: true }),
  })
  const going = isLive(run)
  const runs = may('deployments.run')
  const { previous, release } = run
  return (
    <>
      {!going && (
        <Menu
          trigger={
            <Button icon={Download} busy={report.isPending}>
              Report
            </Button>
          }
          entries={[
            { label: 'As a page (HTML)', run: () => report.mutate('html') },
            { label: 'As data (JSON)', run: () => report.mutate('json') },
          ]}
        />
      )}
      {previous && release && previous.id !== release.id && (
        <Go className="btn" href={paths.compareReleases(previous.id, release.id)}>
          <GitCompareArrows className="icon-s" aria-hidden />
          Compare
        </Go>
      )}
      {runs && !going && run.state === 'succeeded' && (
        <Button icon={MoveRight} onClick={() => setOpen('promote')}>
          Promote…
        </Button>
      )}
      {runs && !going && (
        <Button icon={Undo2} onClick={() => setOpen('rollback')}>
          Roll back…
        </Button>
      )}
      {runs && !going && (
        <Go className="btn btn-primary" href={paths.newDeployment(againFrom(run))}>
          <Upload className="icon-s" aria-hidden />
          Deploy again…
        </Go>
      )}
      {runs && going && run.state !== 'rolling-back' && (
        <Button look="danger-quiet" onClick={() => setOpen('cancel')}>
          {run.state === 'queued' ? 'Drop from the queue…' : 'Cancel and undo…'}
        </Button>
      )}
      {open === 'cancel' && <CancelDialog run={run} onClose={close} />}
      {open === 'rollback' && <RollbackDialog stack={run.stack} environment={run.environment} onClose={close} />}
      {open === 'promote' && (
        <PromoteDialog
          stack={run.stack}
          from={run.environment}
          release={release?.number}
          directory={againFrom(run).directory}
          onClose={close}
        />
      )}
    </>
  )
}
