import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { changesOf, PlanView } from '../../../ui/code/plan-view.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'

const dayMs = 86_400_000

/** Shows which images would go, what that frees and why the others stay, before any goes. */
export function PruneDialog({ at, onClose }: { at: string; onClose: () => void }) {
  const { engine, target, choose } = useEngineChoice('images', at)
  const [all, setAll] = useState(false)
  const [days, setDays] = useState('0')
  const whole = /^\d{1,5}$/.test(days.trim()) ? Number(days) : null
  const wish = { target, ...(all ? { all } : {}), ...(whole ? { olderThanMs: whole * dayMs } : {}) }
  const plan = useQuery({
    queryKey: keys.plan('images.prune', wish),
    queryFn: () => client.images.prune.plan(wish),
    enabled: whole !== null && target !== '',
    staleTime: 0,
  })
  const prune = useMutation({
    mutationFn: (digest: string) => client.images.prune({ ...wish, digest }),
    onSuccess: ({ removed, freedBytes }) => {
      toast({ state: 'stopped', title: `${plural(removed.length, 'image')} removed, ${bytes(freedBytes)} freed` })
      onClose()
    },
    onError: () => void plan.refetch(),
  })
  const going = plan.data ? changesOf(plan.data) : 0
  const trouble = prune.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove unused images from ${engine?.name ?? ''}?`}
      keep="Keep them all"
      act={going > 0 ? `Remove ${plural(going, 'image')}` : 'Remove nothing'}
      ready={whole !== null && going > 0}
      busy={prune.isPending}
      onAct={() => plan.data && prune.mutate(plan.data.digest)}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      <div className="grid gap-3 sm:grid-cols-2">
        <EngineField kind="images" label="From" value={target} onChange={choose} />
        <TextField
          label="Older than, in days"
          inputMode="numeric"
          value={days}
          error={whole === null ? 'Use a whole number of days, 0 or more.' : null}
          onChange={(event) => setDays(event.target.value)}
        />
      </div>
      <CheckLine
        label="Also images with a name"
        hint="Otherwise only those that lost theirs. What services use, or a kept release needs, always stays."
        checked={all}
        onChange={(event) => setAll(event.target.checked)}
      />
      {whole !== null && plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
