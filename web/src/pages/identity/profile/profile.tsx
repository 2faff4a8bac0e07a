import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../../api/client.ts'
import { type Preferences, wear } from '../../../api/look.ts'
import { updateMe, useMe } from '../../../api/session.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { SecretField } from '../door/secret-field.tsx'
import { Strength } from '../door/strength.tsx'
import { roleHints } from '../users/role-words.ts'

/** What someone says about themselves, and how they like it. */
export function Profile() {
  const me = useMe()
  const [name, setName] = useState(me.displayName)
  const [email, setEmail] = useState(me.email ?? '')
  const save = useMutation({
    mutationFn: () =>
      client.auth.updateMe({ displayName: name.trim(), email: email.trim() === '' ? null : email.trim() }),
    onSuccess: (row) => {
      updateMe(row)
      toast({ state: 'succeeded', title: 'Profile saved' })
    },
  })
  const prefer = useMutation({
    mutationFn: (change: Partial<Preferences>) => client.auth.updateMe({ preferences: change }),
    onMutate: (change) => wear({ ...me.preferences, ...change }),
    onSuccess: updateMe,
    onError: (error) => {
      wear(me.preferences)
      toast({ state: 'failed', title: 'The preference was not saved', detail: wordsFor(error).what, stays: true })
    },
  })
  const wrong = fieldErrors(save.error)
  const { theme, density, singleKeys } = me.preferences
  return (
    <>
      <PageHead title="Profile" meta={me.username} />
      <div className="page pt-2!">
        <div className="panels">
          <Panel
            title="About you"
            span={6}
            foot={
              <Button look="primary" className="ml-auto" busy={save.isPending} onClick={() => save.mutate()}>
                Save profile
              </Button>
            }
          >
            <div className="flex flex-col gap-3">
              {save.error && <TroubleBox trouble={wordsFor(save.error)} />}
              <TextField
                label="Name"
                value={name}
                error={wrong.displayName ?? (name.trim() === '' ? 'Type the name people know you by.' : null)}
                onChange={(event) => setName(event.target.value)}
              />
              <TextField
                label="E-mail"
                type="email"
                value={email}
                error={wrong.email}
                onChange={(event) => setEmail(event.target.value)}
              />
              <Facts
                rows={[
                  ['Role', `${me.role}: ${roleHints[me.role]}`],
                  ['Reach', me.reach === 'all' ? 'everywhere' : `${me.grants.length} grants`],
                ]}
              />
            </div>
          </Panel>
          <Panel title="How it looks" span={6}>
            <div className="flex flex-col gap-4">
              <div>
                <h3 className="pb-1.5">Theme</h3>
                <Segment
                  label="Theme"
                  value={theme}
                  onPick={(value) => prefer.mutate({ theme: value as Preferences['theme'] })}
                  options={[
                    { value: 'system', label: 'As the system' },
                    { value: 'light', label: 'Light' },
                    { value: 'dark', label: 'Dark' },
                  ]}
                />
              </div>
              <div>
                <h3 className="pb-1.5">Rows</h3>
                <Segment
                  label="Rows"
                  value={density}
                  onPick={(value) => prefer.mutate({ density: value as Preferences['density'] })}
                  options={[
                    { value: 'compact', label: 'Compact' },
                    { value: 'default', label: 'Default' },
                    { value: 'comfortable', label: 'Comfortable' },
                  ]}
                />
              </div>
              <CheckLine
                label="Single letters are keys"
                hint="R restarts, S stops, and so on. Press ? for all. Turn it off where dictation or switches get in the way."
                checked={singleKeys}
                onChange={(event) => prefer.mutate({ singleKeys: event.target.checked })}
              />
            </div>
          </Panel>
          <PasswordPanel />
        </div>
      </div>
    </>
  )
}

function PasswordPanel() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [told, setTold] = useState(false)
  const change = useMutation({
    mutationFn: () => client.auth.changePassword({ currentPassword: current, newPassword: next }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      setTold(false)
      toast({ state: 'succeeded', title: 'Password changed. Your other sessions have ended.' })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTold(true)
    if (current !== '' && next.length >= 12) change.mutate()
  }
  return (
    <Panel title="Password" span={6}>
      <form className="flex flex-col gap-3" onSubmit={submit} noValidate>
        {change.error && <TroubleBox trouble={wordsFor(change.error)} />}
        <SecretField
          label="Current password"
          name="current"
          autoComplete="current-password"
          value={current}
          error={told && current === '' ? 'Type the one you have now.' : null}
          onChange={setCurrent}
        />
        <SecretField
          label="New password"
          name="next"
          autoComplete="new-password"
          aside="12 characters or more"
          value={next}
          error={told && next.length < 12 ? `${12 - next.length} more characters, 12 in all.` : null}
          hint={<Strength password={next} />}
          onChange={setNext}
        />
        <Button type="submit" className="self-end" busy={change.isPending}>
          Change password
        </Button>
      </form>
    </Panel>
  )
}
