import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Stack } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** What goes and what stays, by the same plan that then runs. */
export function RemoveStack({ stack, onClose }: { stack: Stack; onClose: () => void }) {
  const [volumes, setVolumes] = useState(false)
  // Volumes of a Swarm are of its nodes: the plan tells which stay there.
  const isOnSwarm = useRow(targets, stack.targetId)?.kind === 'swarm'
  const go = useGo()
  const cache = useQueryClient()
  const plan = useQuery({
    queryKey: keys.plan('stacks.remove', [stack.id, volumes]),
    queryFn: () => client.stacks.remove.plan({ id: stack.id, volumes }),
    staleTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => client.stacks.remove({ id: stack.id, volumes }),
    onSuccess: (job) => {
      jobs.set(job)
      void cache.invalidateQueries({ queryKey: keys.stacks })
      go(paths.job(job.id))
    },
  })
  const trouble = plan.error ?? remove.error
  return (
    <DestroyDialog
      title={`Remove stack ${stack.name} on ${stack.targetName}?`}
      typeName={volumes ? stack.name : undefined}
      keep="Keep stack"
      act={`Remove stack ${stack.name}`}
      ready={plan.data !== undefined}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      {plan.data && <PlanView plan={plan.data} />}
      {plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {stack.format === 'compose' && !isOnSwarm && (
        <CheckLine
          label="Remove its named volumes too"
          hint="Their data is lost for good."
          checked={volumes}
          onChange={(event) => setVolumes(event.target.checked)}
        />
      )}
    </DestroyDialog>
  )
}
