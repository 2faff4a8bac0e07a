import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ConfigSet } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** Its values and every version of them go for good, so its name is to be typed. */
export function RemoveConfig({ config, onClose }: { config: ConfigSet; onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const { id, name } = config
  const plan = useQuery({
    queryKey: keys.plan('configs.remove', id),
    queryFn: () => client.configs.remove.plan({ id }),
    staleTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => client.configs.remove({ id }),
    onSuccess: () => {
      go(paths.configs())
      void cache.invalidateQueries({ queryKey: keys.configs, exact: true })
      toast({ state: 'stopped', title: `${name} is removed` })
    },
  })
  const trouble = remove.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove config ${name}?`}
      typeName={name}
      keep="Keep config"
      act={`Remove config ${name}`}
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
