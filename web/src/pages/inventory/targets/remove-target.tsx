import { useMutation, useQuery } from '@tanstack/react-query'
import type { Target } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** Forgets a target. What runs there keeps running, and the plan says so. */
export function RemoveTarget({ target, onClose }: { target: Target; onClose: () => void }) {
  const go = useGo()
  const plan = useQuery({
    queryKey: keys.plan('targets.remove', target.id),
    queryFn: () => client.targets.remove.plan({ id: target.id }),
    staleTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => client.targets.remove({ id: target.id }),
    onSuccess: () => {
      go(paths.targets())
      targets.remove(target.id)
      toast({ state: 'stopped', title: `${target.name} is forgotten. What runs there keeps running.` })
    },
  })
  const trouble = remove.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove target ${target.name}?`}
      keep="Keep target"
      act={`Remove target ${target.name}`}
      ready={plan.data !== undefined}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
      {plan.data && <PlanView plan={plan.data} />}
      <p>
        <b>Kept:</b> every service on it. Wheelhouse only stops watching. Adding the same address again brings it back.
      </p>
    </DestroyDialog>
  )
}
