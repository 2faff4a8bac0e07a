import { useMutation } from '@tanstack/react-query'
import type { Deployment } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { stageTitle, titleOf } from '../deployments/words.ts'

/** Says what cancelling leaves: nothing of a queued run, the release before of a running one. */
export function CancelDialog({ run, onClose }: { run: Deployment; onClose: () => void }) {
  const cancel = useMutation({
    mutationFn: () => answered(run.id, () => client.deployments.cancel({ id: run.id })),
    onSuccess: onClose,
  })
  const queued = run.state === 'queued'
  const name = `${titleOf(run).toLowerCase()} of ${run.stack}`
  const toUndo = run.stages.filter((stage) => stage.state === 'done' || stage.state === 'running').toReversed()
  return (
    <DestroyDialog
      title={queued ? `Drop ${name} from the queue?` : `Cancel ${name}?`}
      keep={queued ? 'Keep it queued' : 'Let it run'}
      act={queued ? `Drop ${name}` : 'Cancel and undo'}
      busy={cancel.isPending}
      onAct={() => cancel.mutate()}
      onClose={onClose}
    >
      {cancel.error && <TroubleBox trouble={wordsFor(cancel.error)} />}
      <p className="flex flex-wrap items-center gap-2">
        <EnvironmentTag name={run.environment} />
        {run.targets.length > 0 && <span>on {run.targets.map((target) => target.name).join(', ')}</span>}
      </p>
      {queued ? (
        <p>It has not begun, so nothing has been changed. The runs behind it move up.</p>
      ) : (
        <p>
          What it did is undone in reverse:{' '}
          <b>{toUndo.map((stage) => stageTitle(stage.name).toLowerCase()).join(', ') || 'nothing yet'}</b>.
        </p>
      )}
      <p>
        <b>Kept:</b> {run.previous ? `r${run.previous.number}, which served before` : 'the history of this run'}
        {run.backupId && ', and the backup made before it'}.
      </p>
    </DestroyDialog>
  )
}
