import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Registry } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** Forgets a registry and its password; its images stay there. */
export function RemoveRegistry({ registry, onClose }: { registry: Registry; onClose: () => void }) {
  const cache = useQueryClient()
  const plan = useQuery({
    queryKey: keys.plan('registries.remove', registry.id),
    queryFn: () => client.registries.remove.plan({ id: registry.id }),
    staleTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => client.registries.remove({ id: registry.id }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.registries })
      toast({ state: 'stopped', title: `${registry.name} is forgotten` })
      onClose()
    },
  })
  const trouble = remove.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove registry ${registry.name}?`}
      keep="Keep registry"
      act={`Remove registry ${registry.name}`}
      ready={plan.data !== undefined}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
