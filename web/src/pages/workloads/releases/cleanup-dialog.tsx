import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { changesOf, PlanView } from '../../../ui/code/plan-view.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

interface Props {
  readonly stack: string
  readonly environment: string
  readonly onClose: () => void
}

/** Shows what it would free first; removes that. */
export function CleanupDialog({ stack, environment, onClose }: Props) {
  const cache = useQueryClient()
  const [keep, setKeep] = useState('')
  const number = keep.trim() === '' ? null : Number(keep)
  const wrong = number !== null && (!Number.isInteger(number) || number < 1 || number > 1000)
  const input = {
    ...(stack ? { stack } : {}),
    ...(environment ? { environment } : {}),
    ...(number !== null && !wrong ? { keep: number } : {}),
  }
  const plan = useQuery({
    queryKey: keys.plan('releases.cleanup', input),
    queryFn: () => client.releases.cleanup.plan(input),
    staleTime: 0,
  })
  const clean = useMutation({
    mutationFn: () => client.releases.cleanup(input),
    onSuccess: ({ removed, freedBytes }) => {
      toast({ state: 'succeeded', title: `${plural(removed, 'release')} removed, ${bytes(freedBytes)} freed` })
      void cache.invalidateQueries({ queryKey: ['releases'] })
      onClose()
    },
  })
  const going = plan.data ? changesOf(plan.data) : 0
  const where = [stack && `of ${stack}`, environment && `on ${environment}`].filter(Boolean).join(' ')
  const trouble = clean.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove old releases${where ? ` ${where}` : ''}?`}
      keep="Keep them all"
      act={plan.data && going > 0 ? `Remove ${plural(going, 'release')}` : 'Remove nothing'}
      ready={going > 0 && !wrong}
      busy={clean.isPending}
      onAct={() => clean.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      <TextField
        label="Good ones to keep"
        aside="optional"
        hint="Of each stack and environment. Empty: as its manifest says, else 5."
        inputMode="numeric"
        value={keep}
        error={wrong ? 'Use a whole number from 1 to 1000.' : null}
        onChange={(event) => setKeep(event.target.value)}
      />
      {plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {plan.data && <PlanView plan={plan.data} />}
      <p>
        <b>Kept in any case:</b> the one that serves, pinned ones, and the last good ones.
      </p>
    </DestroyDialog>
  )
}
