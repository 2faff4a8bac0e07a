import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { SecretField } from '../door/secret-field.tsx'
import { Strength } from '../door/strength.tsx'
import { roleHints, roles, type RoleName } from './role-words.ts'
import { issuesOf } from './validate.ts'

/** A new person. Reach is narrowed on the page that opens next. */
export function NewUser({ onClose }: { onClose: () => void }) {
  const go = useGo()
  const cache = useQueryClient()
  const [draft, setDraft] = useState({
    username: '',
    displayName: '',
    email: '',
    password: '',
    role: 'developer' as RoleName,
    reach: 'all' as 'all' | 'granted',
  })
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const input = {
    username: draft.username.trim(),
    password: draft.password,
    role: draft.role,
    reach: draft.role === 'admin' ? ('all' as const) : draft.reach,
    ...(draft.displayName.trim() ? { displayName: draft.displayName.trim() } : {}),
    ...(draft.email.trim() ? { email: draft.email.trim() } : {}),
  }
  const create = useMutation({
    mutationFn: () => client.users.create(input),
    onSuccess: (user) => {
      void cache.invalidateQueries({ queryKey: keys.users })
      onClose()
      go(paths.user(user.id))
    },
  })
  const submit = async (): Promise<void> => {
    const issues = await issuesOf('create', input)
    setWrong(issues)
    if (Object.keys(issues).length === 0) create.mutate()
  }
  const shown = { ...wrong, ...fieldErrors(create.error) }
  const put = (field: 'username' | 'displayName' | 'email') => (event: { target: { value: string } }) =>
    setDraft({ ...draft, [field]: event.target.value })
  return (
    <Dialog
      title="Add user"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={create.isPending} onClick={() => void submit()}>
            Add user
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {create.error && <TroubleBox trouble={wordsFor(create.error)} />}
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="User name"
            hint="Small letters, digits, dots and dashes."
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={draft.username}
            error={shown.username}
            onChange={put('username')}
          />
          <TextField
            label="Name"
            hint="As people know them."
            value={draft.displayName}
            error={shown.displayName}
            onChange={put('displayName')}
          />
        </div>
        <TextField
          label="E-mail"
          type="email"
          aside="not needed"
          value={draft.email}
          error={shown.email}
          onChange={put('email')}
        />
        <SecretField
          label="First password"
          name="new-password"
          aside="12 characters or more"
          autoComplete="new-password"
          value={draft.password}
          error={shown.password ?? null}
          hint={<Strength password={draft.password} />}
          onChange={(password) => setDraft({ ...draft, password })}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Role"
            hint={roleHints[draft.role]}
            value={draft.role}
            onChange={(event) => setDraft({ ...draft, role: event.target.value as RoleName })}
          >
            {roles.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </SelectField>
          <SelectField
            label="Reach"
            hint={draft.role === 'admin' ? 'Administrators reach everything.' : 'Where the role holds.'}
            disabled={draft.role === 'admin'}
            value={draft.reach}
            onChange={(event) => setDraft({ ...draft, reach: event.target.value === 'granted' ? 'granted' : 'all' })}
          >
            <option value="all">everywhere</option>
            <option value="granted">only where granted</option>
          </SelectField>
        </div>
      </div>
    </Dialog>
  )
}
