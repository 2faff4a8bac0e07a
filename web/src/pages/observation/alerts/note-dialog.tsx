import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Alert } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { plural } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'

const hourMs = 3_600_000
const whiles = [
  [15 * 60_000, '15 minutes'],
  [hourMs, '1 hour'],
  [4 * hourMs, '4 hours'],
  [24 * hourMs, '1 day'],
  [7 * 24 * hourMs, '1 week'],
] as const

interface Props {
  readonly act: 'acknowledge' | 'snooze'
  readonly alerts: readonly Alert[]
  readonly onClose: () => void
}

/** Takes one or many alerts upon oneself, or sends them away for a while, with a reason for the others. */
export function NoteDialog({ act, alerts, onClose }: Props) {
  const cache = useQueryClient()
  const [reason, setReason] = useState('')
  const [forMs, setForMs] = useState(String(hourMs))
  const one = alerts.length === 1 ? alerts[0] : undefined
  const what = one ? `#${one.number} ${one.subject}` : plural(alerts.length, 'alert')
  const run = useMutation({
    mutationFn: async () => {
      const why = reason.trim() === '' ? {} : { reason: reason.trim() }
      const done = await Promise.allSettled(
        alerts.map(({ id }) =>
          act === 'acknowledge'
            ? client.alerts.acknowledge({ id, ...why })
            : client.alerts.snooze({ id, forMs: Number(forMs), ...why }),
        ),
      )
      const failed = done.filter((each) => each.status === 'rejected')
      // Of many some may be taken by somebody else meanwhile: that is told and no reason to stop.
      if (failed[0] && failed.length === done.length) throw failed[0].reason
      return failed.length
    },
    onSuccess: (failed) => {
      toast({
        state: failed === 0 ? 'succeeded' : 'degraded',
        title: `${what} ${act === 'acknowledge' ? 'acknowledged' : 'snoozed'}`,
        ...(failed === 0 ? {} : { detail: `${plural(failed, 'alert')} had changed meanwhile.` }),
      })
      onClose()
    },
    onSettled: () => cache.invalidateQueries({ queryKey: keys.alerts }),
  })
  return (
    <FormDialog
      title={act === 'acknowledge' ? `Acknowledge ${what}` : `Snooze ${what}`}
      about={
        act === 'acknowledge'
          ? 'You say that you are at it: nobody is told more of it until it is over.'
          : 'Nothing is told of it for a while. It comes back by itself if it still holds then.'
      }
      act={act === 'acknowledge' ? 'Acknowledge' : 'Snooze'}
      busy={run.isPending}
      error={run.error}
      onAct={() => run.mutate()}
      onClose={onClose}
    >
      {act === 'snooze' && (
        <SelectField label="For" value={forMs} onChange={(event) => setForMs(event.target.value)}>
          {whiles.map(([ms, label]) => (
            <option key={ms} value={ms}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
      <TextField
        label="Reason"
        name="reason"
        value={reason}
        maxLength={500}
        autoComplete="off"
        hint="The others see it beside the alert."
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  )
}
