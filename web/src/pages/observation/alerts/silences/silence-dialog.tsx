import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { SelectField, TextField } from '../../../../ui/control/field.tsx'
import { zone } from '../../../../ui/format/age.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { spanOf } from '../rules/draft.ts'

const empty = { reason: '', service: '', stack: '', target: '', ruleId: '', lasts: '1 h', cron: '', timeZone: zone() }

/** Keeps alerts from being told: for a while from now, or again and again as a maintenance window. */
export function SilenceDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient()
  const may = useMay()
  const [draft, setDraft] = useState(empty)
  const rules = useQuery({
    queryKey: keys.alertRules,
    queryFn: async () => (await client.alertRules.list({ limit: 1000 })).items,
    enabled: may('alerts.read'),
  })
  const lasts = spanOf(draft.lasts)
  const isRepeated = draft.cron.trim() !== ''
  const wrong = {
    reason: draft.reason.trim() === '' ? 'Say why: the others wonder when nothing comes.' : null,
    lasts: lasts === null && (isRepeated || draft.lasts.trim() !== '') ? 'Write such as 30 min, 2 h or 1 d.' : null,
  }
  const save = useMutation({
    mutationFn: () => {
      const given = { service: draft.service, stack: draft.stack, target: draft.target, ruleId: draft.ruleId }
      return client.silences.create({
        reason: draft.reason.trim(),
        ...Object.fromEntries(
          Object.entries(given).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, value.trim()]])),
        ),
        ...(isRepeated
          ? { repeat: { cron: draft.cron.trim(), durationMs: lasts ?? 0, timeZone: draft.timeZone } }
          : lasts === null
            ? {}
            : { until: new Date(Date.now() + lasts).toISOString() }),
      })
    },
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.alerts })
      toast({ state: 'paused', title: 'Silenced' })
      onClose()
    },
  })
  return (
    <FormDialog
      wide
      title="Silence alerts"
      about="They are still kept and shown; nobody is told of them. What still holds at the end is told then."
      act="Silence"
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => {
        const text = (field: keyof typeof empty, label: string, hint?: string) => (
          <TextField
            label={label}
            name={field}
            value={draft[field]}
            hint={hint}
            error={words[field] ?? words[`repeat.${field}`]}
            autoComplete="off"
            onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
          />
        )
        return (
          <>
            {text('reason', 'Reason')}
            <div className="grid gap-3 sm:grid-cols-3">
              {text('service', 'Service', 'Empty: all.')}
              {text('stack', 'Stack')}
              {text('target', 'Target')}
            </div>
            {(rules.data ?? []).length > 0 && (
              <SelectField
                label="Rule"
                value={draft.ruleId}
                onChange={(event) => setDraft({ ...draft, ruleId: event.target.value })}
              >
                <option value="">all of them</option>
                {(rules.data ?? []).map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </SelectField>
            )}
            <div className="grid gap-3 sm:grid-cols-3">
              {text('lasts', 'For', isRepeated ? 'How long each time.' : 'From now on. Empty: until it is removed.')}
              {text('cron', 'Again at', 'minute hour day month weekday, such as 0 2 * * SUN. Empty: once.')}
              {isRepeated && text('timeZone', 'Time zone')}
            </div>
          </>
        )
      }}
    </FormDialog>
  )
}
