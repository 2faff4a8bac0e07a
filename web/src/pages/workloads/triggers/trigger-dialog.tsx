import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Trigger } from '@wheelhouse/contract'
import { type ChangeEvent, useId, useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { zone } from '../../../ui/format/age.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { actionOf, type Draft, draftOf, wrongOf } from './draft.ts'
import { inZone, upcoming } from './upcoming.ts'

interface Props {
  readonly trigger: Trigger | null
  readonly onClose: () => void
  /** The secret of a new webhook, which is told this once. */
  readonly onSecret: (trigger: Trigger, secret: string) => void
}

/** Makes or changes a schedule or a webhook. Whoever saves is whom it acts for. */
export function TriggerDialog({ trigger, onClose, onSecret }: Props) {
  const cache = useQueryClient()
  const zones = useId()
  const [draft, setDraft] = useState(() => draftOf(trigger, zone()))
  const before = trigger?.action ?? null
  const wrong = wrongOf(draft, before)
  const scheduled = draft.kind === 'schedule'
  const save = useMutation({
    mutationFn: async (): Promise<{ row: Trigger; secret: string | null }> => {
      const given = {
        name: draft.name.trim(),
        action: actionOf(draft, before),
        ...(scheduled ? { cron: draft.cron.trim(), timezone: draft.timezone.trim() } : {}),
      }
      if (trigger) return { row: await client.triggers.update({ id: trigger.id, ...given }), secret: null }
      const { secret, ...row } = await client.triggers.create({ kind: draft.kind, ...given })
      return { row, secret }
    },
    onSuccess: ({ row, secret }) => {
      void cache.invalidateQueries({ queryKey: keys.triggers })
      onClose()
      if (secret !== null) onSecret(row, secret)
      else toast({ state: 'succeeded', title: trigger ? `${row.name} changed` : `${row.name} is set` })
    },
  })
  const put = (field: keyof Draft) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
    setDraft({ ...draft, [field]: event.target.value })
  return (
    <FormDialog
      title={trigger ? `Change ${trigger.kind} ${trigger.name}` : 'Add a trigger'}
      about={
        trigger
          ? 'It acts with your rights from then on.'
          : 'It acts with the rights you have when it fires, no longer than you have them.'
      }
      act={trigger ? `Save ${trigger.kind}` : `Add ${draft.kind}`}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          {!trigger && (
            <Segment
              label="Kind"
              value={draft.kind}
              onPick={(kind) => setDraft({ ...draft, kind: kind === 'webhook' ? 'webhook' : 'schedule' })}
              options={[
                { value: 'schedule', label: 'Schedule' },
                { value: 'webhook', label: 'Webhook' },
              ]}
            />
          )}
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Name"
              value={draft.name}
              error={words.name}
              autoComplete="off"
              spellCheck={false}
              onChange={put('name')}
            />
            <SelectField label="What it does" value={draft.does} onChange={put('does')}>
              <option value="deploy">Deploy</option>
              <option value="backup">Back up</option>
              <option value="drill">Restore drill</option>
            </SelectField>
            <TextField
              label="Folder"
              className="mono"
              hint="Of the control plane, with wheelhouse.yaml."
              value={draft.directory}
              error={words.directory}
              autoComplete="off"
              spellCheck={false}
              onChange={put('directory')}
            />
            <TextField
              label="Environment"
              hint="Empty: the one the manifest starts with."
              value={draft.environment}
              error={words.environment}
              autoComplete="off"
              spellCheck={false}
              onChange={put('environment')}
            />
          </div>
          {scheduled && (
            <>
              <div className="grid gap-3 sm:grid-cols-2">
                <TextField
                  label="When"
                  className="mono"
                  hint="minute hour day month weekday"
                  value={draft.cron}
                  error={words.cron}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={put('cron')}
                />
                <TextField
                  label="Time zone"
                  list={zones}
                  value={draft.timezone}
                  error={words.timezone}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={put('timezone')}
                />
                <datalist id={zones}>
                  {['UTC', ...Intl.supportedValuesOf('timeZone')].map((each) => (
                    <option key={each} value={each} />
                  ))}
                </datalist>
              </div>
              <Preview cron={draft.cron} timezone={draft.timezone} />
            </>
          )}
        </>
      )}
    </FormDialog>
  )
}

/** The next five times, so that a pattern is read by what it means. */
function Preview({ cron, timezone }: { cron: string; timezone: string }) {
  const found = upcoming(cron, timezone, new Date())
  return (
    <div className="code px-3 py-2" role="status">
      {'wrong' in found ? (
        <p className="text-ink-3">{found.wrong}</p>
      ) : (
        <>
          <p className="text-ink-3">Next, on the clocks of {timezone}:</p>
          <ol>
            {found.times.map((at) => (
              <li key={at.toISOString()} title={at.toISOString()}>
                {inZone(at, timezone)}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}
