import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Backup } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { formOf } from '../../../ui/state/environment.tsx'

/** A backup of production goes only when its name was typed. */
export function RemoveDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const plan = useQuery({
    queryKey: keys.plan('backups.remove', backup.id),
    queryFn: () => client.backups.remove.plan({ id: backup.id }),
    staleTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => client.backups.remove({ id: backup.id }),
    onSuccess: ({ freedBytes }) => {
      toast({ state: 'stopped', title: `Backup ${backup.id} removed, ${bytes(freedBytes)} freed` })
      go(paths.backups())
      void cache.invalidateQueries({ queryKey: ['backups'] })
    },
  })
  const trouble = remove.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove backup ${backup.id} of ${backup.stack}?`}
      typeName={formOf(backup.environment) === 'production' ? backup.id : undefined}
      keep="Keep backup"
      act={`Remove backup ${backup.id}`}
      ready={plan.data !== undefined}
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      <p>
        {bytes(backup.sizeBytes)} of {backup.stack} on {backup.environment} are lost for good; nothing can be restored
        from it afterwards.
      </p>
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
