import { useMutation } from '@tanstack/react-query'
import type { Deployment } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { stageTitle } from '../deployments/words.ts'

/** The question that holds the run up, and who may answer it. */
export function ApprovalPanel({ run }: { run: Deployment }) {
  const may = useMay()
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: (approve: boolean) =>
      answered(run.id, () =>
        client.deployments.decide({ id: run.id, approve, ...(reason.trim() ? { reason: reason.trim() } : {}) }),
      ),
  })
  const { approval } = run
  if (!approval) return null
  const stage = stageTitle(approval.stage)
  if (approval.approved !== null)
    return (
      <p className="note calm">
        <span>
          {stage} was {approval.approved ? 'approved' : 'refused'} by {approval.decidedBy ?? 'someone'}
          {approval.decidedAt && (
            <>
              , <Age at={approval.decidedAt} suffix=" ago" />
            </>
          )}
          {approval.reason && `: ${approval.reason}`}
        </span>
      </p>
    )
  return (
    <Panel
      title={`Approve ${stage.toLowerCase()} on ${run.environment}?`}
      meta={
        <>
          asked <Age at={approval.requestedAt} suffix=" ago" />, of a {approval.role}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          The run stands still before {stage.toLowerCase()}. Approved, it goes on; refused, what it did so far is undone
          {run.previous ? ` and r${run.previous.number} goes on serving` : ''}.
        </p>
        {decide.error && <TroubleBox trouble={wordsFor(decide.error)} />}
        {may('deployments.approve') ? (
          <>
            <TextField
              className="max-w-[560px]"
              label="Reason"
              aside="optional"
              hint="Stands in the history and in the report."
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <div className="flex flex-wrap gap-2">
              <Button
                look="primary"
                busy={decide.isPending && decide.variables}
                disabled={decide.isPending}
                onClick={() => decide.mutate(true)}
              >
                Approve {stage.toLowerCase()}
              </Button>
              <Button
                look="danger-quiet"
                busy={decide.isPending && !decide.variables}
                disabled={decide.isPending}
                onClick={() => decide.mutate(false)}
              >
                Refuse and undo
              </Button>
            </div>
          </>
        ) : (
          <p className="meta">You may see this deployment, not approve it. A {approval.role} can.</p>
        )}
      </div>
    </Panel>
  )
}
