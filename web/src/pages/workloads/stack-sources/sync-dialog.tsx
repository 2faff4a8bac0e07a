import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { StackSource } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { changesOf, PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** What the newest commit would change, by the same plan that then runs. */
export function SyncDialog({ source, onClose }: { source: StackSource; onClose: () => void }) {
  const { id } = source
  const go = useGo()
  const cache = useQueryClient()
  const plan = useQuery({
    queryKey: keys.plan('stackSources.sync', [id]),
    queryFn: () => client.stackSources.sync.plan({ id }),
    staleTime: 0,
    retry: false,
  })
  const sync = useMutation({
    mutationFn: () => client.stackSources.sync({ id, ...(plan.data ? { digest: plan.data.digest } : {}) }),
    onSuccess: (job) => {
      jobs.set(job)
      void cache.invalidateQueries({ queryKey: keys.stacks })
      go(paths.job(job.id))
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === 'PLAN_CHANGED') void plan.refetch()
    },
  })
  const trouble = plan.error ?? sync.error
  const changes = plan.data ? changesOf(plan.data) : 0
  return (
    <Dialog
      title={`Sync ${source.stack} from ${source.branch}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button look="primary" disabled={!plan.data} busy={sync.isPending} onClick={() => sync.mutate()}>
            {changes === 0 ? 'Sync, nothing changes' : `Apply ${plural(changes, 'change')}`}
          </Button>
        </>
      }
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      {plan.data && <PlanView plan={plan.data} />}
      {plan.isPending && <p className="text-ink-3">Fetching the repository…</p>}
    </Dialog>
  )
}
