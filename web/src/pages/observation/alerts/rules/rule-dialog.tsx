import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertRule } from '@wheelhouse/contract'
import { type ChangeEvent, useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { CheckLine, SelectField, TextField } from '../../../../ui/control/field.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { type Draft, draftOf, kindWords, specOf } from './draft.ts'
import { RulePreview } from './rule-preview.tsx'

/** Makes or changes what is watched for, and tells what it would have done before it is saved. */
export function RuleDialog({ rule, onClose }: { rule: AlertRule | null; onClose: () => void }) {
  const cache = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(rule))
  const { spec, wrong } = specOf(draft)
  const channels = useQuery({
    queryKey: keys.notifications,
    queryFn: async () => (await client.notifications.list({ limit: 1000 })).items,
  })
  const save = useMutation({
    mutationFn: () => (rule ? client.alertRules.update({ id: rule.id, ...spec }) : client.alertRules.create(spec)),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: keys.alerts })
      toast({ state: 'succeeded', title: rule ? `${made.name} changed` : `${made.name} is watched for` })
      onClose()
    },
  })
  const put = (field: keyof Draft) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
    setDraft({ ...draft, [field]: event.target.value })
  return (
    <FormDialog
      wide
      title={rule ? `Change ${rule.name}` : 'Watch for something'}
      act={rule ? 'Save rule' : 'Watch for it'}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => {
        const text = (field: Exclude<keyof Draft, 'channels' | 'enabled'>, label: string, hint?: string) => (
          <TextField
            label={label}
            name={field}
            value={draft[field]}
            hint={hint}
            error={words[field] ?? words[`condition.${field}`]}
            autoComplete="off"
            spellCheck={false}
            onChange={put(field)}
          />
        )
        return (
          <>
            <div className="grid gap-3 sm:grid-cols-3">
              {text('name', 'Name')}
              <SelectField label="Severity" value={draft.severity} onChange={put('severity')}>
                {['critical', 'warning', 'info'].map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </SelectField>
              <SelectField label="When" value={draft.kind} onChange={put('kind')}>
                {Object.entries(kindWords).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </SelectField>
            </div>
            <ConditionFields draft={draft} text={text} put={put} />
            <div className="grid gap-3 sm:grid-cols-4">
              {text('service', 'Only services', 'Names, comma-separated. Empty: all.')}
              {text('stack', 'Only of the stack')}
              {text('target', 'Only on the target')}
              {text('label', 'Only with the label', 'key or key=value')}
            </div>
            <div className="grid gap-3 sm:grid-cols-3">
              {text('hold', 'It must hold for', 'Empty: at once.')}
              {text('clearAfter', 'And be over for', 'Empty: a minute.')}
              {text('remind', 'Tell again each', 'While nobody has acknowledged it.')}
            </div>
            {text('summary', 'What to do', 'Shown with each alert.')}
            {(channels.data ?? []).length > 0 && (
              <fieldset>
                <legend className="text-ink font-medium pb-2">Also told to</legend>
                <div className="grid gap-1.5 sm:grid-cols-2">
                  {(channels.data ?? []).map(({ id, name }) => (
                    <CheckLine
                      key={id}
                      label={name}
                      checked={draft.channels.includes(id) || draft.channels.includes(name)}
                      onChange={(event) => {
                        const others = draft.channels.filter((each) => each !== id && each !== name)
                        setDraft({ ...draft, channels: event.target.checked ? [...others, name] : others })
                      }}
                    />
                  ))}
                </div>
                <p className="meta pt-1">Channels that listen to alerts are told of all of them in any case.</p>
              </fieldset>
            )}
            <div className="grid gap-3 sm:grid-cols-2">
              {text('escalateAfter', 'Unacknowledged for', 'Then further channels are told. Empty: never.')}
              {text('escalateTo', 'Tell further', 'Names of channels, comma-separated.')}
            </div>
            <CheckLine
              label="Watch for it"
              checked={draft.enabled}
              onChange={(event) => setDraft({ ...draft, enabled: event.target.checked })}
            />
            <RulePreview spec={Object.keys(wrong).some((field) => field !== 'name') ? null : spec} />
          </>
        )
      }}
    </FormDialog>
  )
}
