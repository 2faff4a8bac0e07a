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
const whole = (text: string, most: number): number | null => {
  const value = Number(text)
  return text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most ? value : null
}

/** Shows which ones would go before any goes. */
export function CleanupDialog({ stack, environment, onClose }: Props) {
  const cache = useQueryClient()
  const [days, setDays] = useState('30')
  const [least, setLeast] = useState('5')
  const olderThanDays = whole(days, 36_500)
  const keepMinimum = whole(least, 10_000)
  const fits = olderThanDays !== null && keepMinimum !== null
  const input = {
    ...(stack ? { stack } : {}),
    ...(environment ? { environment } : {}),
    ...(olderThanDays === null ? {} : { olderThanDays }),
    ...(keepMinimum === null ? {} : { keepMinimum }),
  }
  const plan = useQuery({
    queryKey: keys.plan('backups.cleanup', input),
    queryFn: () => client.backups.cleanup.plan(input),
    enabled: fits,
    staleTime: 0,
  })
  const clean = useMutation({
    mutationFn: () => client.backups.cleanup(input),
    onSuccess: ({ removed, freedBytes }) => {
      toast({ state: 'stopped', title: `${plural(removed.length, 'backup')} removed, ${bytes(freedBytes)} freed` })
      void cache.invalidateQueries({ queryKey: ['backups'] })
      onClose()
    },
  })
  const going = plan.data ? changesOf(plan.data) : 0
  const where = [stack && `of ${stack}`, environment && `on ${environment}`].filter(Boolean).join(' ')
  const trouble = clean.error ?? plan.error
  return (
    <DestroyDialog
      title={`Remove old backups${where ? ` ${where}` : ''}?`}
      keep="Keep them all"
      act={going > 0 ? `Remove ${plural(going, 'backup')}` : 'Remove nothing'}
      ready={fits && going > 0}
      busy={clean.isPending}
      onAct={() => clean.mutate()}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Older than, in days"
          inputMode="numeric"
          value={days}
          error={olderThanDays === null ? 'Use a whole number of days, 0 or more.' : null}
          onChange={(event) => setDays(event.target.value)}
        />
        <TextField
          label="Newest to keep of each stack"
          inputMode="numeric"
          value={least}
          error={keepMinimum === null ? 'Use a whole number, 0 or more.' : null}
          onChange={(event) => setLeast(event.target.value)}
        />
      </div>
      {fits && plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
