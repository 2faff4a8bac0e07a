import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { NotificationChannel } from '@wheelhouse/contract'
import { type ChangeEvent, useId, useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, SelectField, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { type Draft, draftOf, listOf, specOf, wrongOf } from './draft.ts'
import { kindWords, occasions, occasionWords, usualOccasions } from './occasions.ts'

/** Adds or changes where messages go. An address that is there already is kept unless another is given. */
export function ChannelDialog({ channel, onClose }: { channel: NotificationChannel | null; onClose: () => void }) {
  const cache = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(channel))
  const [anew, setAnew] = useState(channel === null)
  const [on, setOn] = useState<ReadonlySet<string>>(new Set(channel?.on ?? usualOccasions))
  const occasionNote = useId()
  // What is wrong with an address can only be told of one that is given now.
  const judged = anew ? specOf(draft) : null
  const wrong = { ...wrongOf(draft.name, on), ...(judged && 'wrong' in judged ? judged.wrong : {}) }
  const save = useMutation({
    mutationFn: () => {
      const given = {
        name: draft.name.trim(),
        on: occasions.filter((each) => on.has(each)),
        stacks: listOf(draft.stacks),
      }
      const spec = judged && 'spec' in judged ? { channel: judged.spec } : null
      if (channel) return client.notifications.update({ id: channel.id, ...given, ...spec })
      if (!spec) throw new Error('There is no address yet.')
      return client.notifications.create({ ...given, ...spec })
    },
    onSuccess: (row) => {
      void cache.invalidateQueries({ queryKey: keys.notifications })
      toast({
        state: 'succeeded',
        title: channel ? `${row.name} changed` : `${row.name} added. Test it to see that it arrives.`,
      })
      onClose()
    },
  })
  const put = (field: keyof Draft) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
    setDraft({ ...draft, [field]: event.target.value })
  return (
    <FormDialog
      wide
      title={channel ? `Change channel ${channel.name}` : 'Add a channel'}
      act={channel ? 'Save channel' : 'Add channel'}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => {
        const text = (field: Exclude<keyof Draft, 'secure' | 'kind'>, label: string, more: object = {}) => (
          <TextField
            label={label}
            name={field}
            value={draft[field]}
            // What the server says of an address it calls by where it stands in the channel.
            error={words[field] ?? words[`channel.${field}`]}
            autoComplete="off"
            spellCheck={false}
            onChange={put(field)}
            {...more}
          />
        )
        return (
          <>
            <div className="grid gap-3 sm:grid-cols-2">
              {text('name', 'Name')}
              <SelectField
                label="Kind"
                value={draft.kind}
                onChange={(event) => {
                  put('kind')(event)
                  setAnew(true)
                }}
              >
                {Object.entries(kindWords).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </SelectField>
            </div>
            {!anew && channel && (
              <div className="note calm">
                <span className="grow min-w-0 break-words">
                  It goes to <b>{channel.address}</b>. Address and passwords are stored encrypted and never shown.
                </span>
                <Button onClick={() => setAnew(true)}>Give another address…</Button>
              </div>
            )}
            {anew && draft.kind !== 'email' && (
              <div className={`grid gap-3 ${draft.kind === 'webhook' ? 'sm:grid-cols-2' : ''}`}>
                {text('url', 'URL', { className: 'mono', hint: urlHints[draft.kind] })}
                {draft.kind === 'webhook' &&
                  text('secret', 'Secret', {
                    type: 'password',
                    autoComplete: 'new-password',
                    hint: 'Signs the body: X-Wheelhouse-Signature. Empty: unsigned.',
                  })}
              </div>
            )}
            {anew && draft.kind === 'email' && (
              <>
                <div className="grid gap-3 sm:grid-cols-2">
                  {text('host', 'Mail server', { className: 'mono', hint: 'smtp.example.com' })}
                  {text('port', 'Port', { inputMode: 'numeric' })}
                  {text('username', 'User name', { hint: 'Empty: it takes mail without one.' })}
                  {text('password', 'Password', { type: 'password', autoComplete: 'new-password' })}
                  {text('from', 'From', { hint: 'Wheelhouse <wheelhouse@example.com>' })}
                  {text('to', 'To', { hint: 'Comma-separated.' })}
                </div>
                <CheckLine
                  label="TLS from the first byte"
                  hint="Mostly port 465. Otherwise STARTTLS, which a password always needs. Certificates are checked."
                  checked={draft.secure}
                  onChange={(event) => setDraft({ ...draft, secure: event.target.checked })}
                />
              </>
            )}
            <fieldset>
              <legend className="text-ink font-medium pb-2">Told of</legend>
              <div className="grid gap-1.5 sm:grid-cols-2">
                {occasions.map((each, index) => (
                  <CheckLine
                    key={each}
                    {...(index === 0 && words.on ? { 'aria-invalid': true, 'aria-describedby': occasionNote } : {})}
                    label={occasionWords[each]}
                    checked={on.has(each)}
                    onChange={(event) => {
                      const next = new Set(on)
                      if (event.target.checked) next.add(each)
                      else next.delete(each)
                      setOn(next)
                    }}
                  />
                ))}
              </div>
              {words.on && (
                <p id={occasionNote} className="err pt-2" role="alert">
                  <Glyph state="failed" />
                  <span>{words.on}</span>
                </p>
              )}
            </fieldset>
            {text('stacks', 'Only of these stacks', { hint: 'Comma-separated. Empty: of all.' })}
          </>
        )
      }}
    </FormDialog>
  )
}

const urlHints: Readonly<Record<string, string>> = {
  slack: 'An incoming webhook: https://hooks.slack.com/services/…',
  discord: 'A webhook of a channel: https://discord.com/api/webhooks/…',
  webhook: 'It gets a JSON body by POST.',
}
