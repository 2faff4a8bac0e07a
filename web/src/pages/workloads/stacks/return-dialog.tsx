import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { Stack } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** What going back would change, by the same plan that then runs. */
export function ReturnDialog({ stack, to, onClose }: { stack: Stack; to: number; onClose: () => void }) {
  const { id } = stack
  const go = useGo()
  const cache = useQueryClient()
  const [reason, setReason] = useState('')
  const plan = useQuery({
    queryKey: keys.plan('stacks.return', [id, to]),
    queryFn: () => client.stacks.return.plan({ id, to }),
    staleTime: 0,
  })
  const back = useMutation({
    mutationFn: () =>
      client.stacks.return({
        id,
        to,
        ...(plan.data ? { digest: plan.data.digest } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      }),
    onSuccess: (job) => {
      jobs.set(job)
      void cache.invalidateQueries({ queryKey: keys.stacks })
      go(paths.job(job.id))
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === 'PLAN_CHANGED') void plan.refetch()
    },
  })
  const trouble = plan.error ?? back.error
  return (
    <DestroyDialog
      title={`Return ${stack.name} on ${stack.targetName} to revision ${to}?`}
      keep="Keep it as it is"
      act={`Return to revision ${to}`}
      ready={plan.data !== undefined}
      busy={back.isPending}
      onAct={() => back.mutate()}
      onClose={onClose}
    >
      <p>
        Revision {to} is applied anew, with the file and the values it had. It becomes the newest revision, and those
        between stay in the history.
      </p>
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      {plan.data && <PlanView plan={plan.data} />}
      {plan.isPending && <p className="text-ink-3">Working out what would change…</p>}
      <TextField
        label="Why"
        hint="For the history."
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </DestroyDialog>
  )
}
