import { Unready } from '../../../shell/unready.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { User } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMe } from '../../../api/session.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { GrantEditor } from './grant-editor.tsx'
import { RemoveUser } from './remove-user.tsx'
import { ResetPassword } from './reset-password.tsx'
import { roleHints, roles, type RoleName } from './role-words.ts'
import { userState } from './user-list.tsx'
import { issuesOf } from './validate.ts'

export function UserPage() {
  const { id = '' } = useParams({ strict: false })
  const asked = useQuery({ queryKey: keys.user(id), queryFn: () => client.users.get({ id }) })
  const crumbs = [{ label: 'Users', href: paths.users() }]
  if (asked.data) return <Known key={asked.data.id} user={asked.data} />
  return <Unready title="User" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open users', href: paths.users() }} />
}

type Draft = Pick<User, 'displayName' | 'role' | 'reach' | 'grants'> & { email: string }
const draftOf = (user: User): Draft => ({
  displayName: user.displayName,
  email: user.email ?? '',
  role: user.role,
  reach: user.reach,
  grants: user.grants,
})

function Known({ user }: { user: User }) {
  const me = useMe()
  const cache = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(user))
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [layer, setLayer] = useState<'password' | 'remove' | null>(null)
  useEffect(() => setDraft(draftOf(user)), [user])
  const update = useMutation({
    mutationFn: (change: Omit<Parameters<typeof client.users.update>[0], 'id'>) =>
      client.users.update({ id: user.id, ...change }),
    onSuccess: (row) => {
      cache.setQueryData(keys.user(user.id), row)
      void cache.invalidateQueries({ queryKey: keys.users, exact: true })
      toast({ state: 'succeeded', title: `${row.username} changed` })
    },
    onError: (error) =>
      toast({ state: 'failed', title: `${user.username} was not changed`, detail: wordsFor(error).what, stays: true }),
  })
  const save = async (): Promise<void> => {
    const change = {
      displayName: draft.displayName.trim(),
      email: draft.email.trim() === '' ? null : draft.email.trim(),
      role: draft.role,
      reach: draft.role === 'admin' ? ('all' as const) : draft.reach,
      grants: draft.grants,
    }
    const issues = await issuesOf('update', { id: user.id, ...change })
    setWrong(issues)
    if (Object.keys(issues).length === 0) update.mutate(change)
  }
  const shown = { ...wrong, ...fieldErrors(update.error) }
  const state = userState(user)
  const self = user.id === me.id
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(user))
  return (
    <>
      <PageHead
        title={user.username}
        crumbs={[{ label: 'Users', href: paths.users() }]}
        badge={<Badge state={state.glyph}>{state.word}</Badge>}
        meta={self ? 'this is you' : user.displayName}
        actions={
          <>
            {state.word === 'locked out' && <Button onClick={() => update.mutate({ unlock: true })}>Unlock</Button>}
            {!self && <Button onClick={() => setLayer('password')}>Reset password…</Button>}
            {!self && (
              <Button onClick={() => update.mutate({ disabled: !user.disabled })}>
                {user.disabled ? 'Enable' : 'Disable'}
              </Button>
            )}
            {!self && (
              <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                Remove…
              </Button>
            )}
          </>
        }
      />
      <div className="page pt-2!">
        <div className="panels">
          <Panel
            title="Who and what"
            span={8}
            foot={
              <>
                <span>{changed ? 'Not saved yet' : 'Changes hold at once, in every session.'}</span>
                <span className="ml-auto flex gap-2">
                  {changed && (
                    <Button look="ghost" onClick={() => setDraft(draftOf(user))}>
                      Discard
                    </Button>
                  )}
                  <Button look="primary" busy={update.isPending} disabled={!changed} onClick={() => void save()}>
                    Save user
                  </Button>
                </span>
              </>
            }
          >
            <div className="flex flex-col gap-4">
              <div className="grid gap-3 sm:grid-cols-2">
                <TextField
                  label="Name"
                  value={draft.displayName}
                  error={shown.displayName}
                  onChange={(event) => setDraft({ ...draft, displayName: event.target.value })}
                />
                <TextField
                  label="E-mail"
                  type="email"
                  value={draft.email}
                  error={shown.email}
                  onChange={(event) => setDraft({ ...draft, email: event.target.value })}
                />
                <SelectField
                  label="Role"
                  hint={roleHints[draft.role]}
                  value={draft.role}
                  error={shown.role}
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
                  value={draft.role === 'admin' ? 'all' : draft.reach}
                  onChange={(event) =>
                    setDraft({ ...draft, reach: event.target.value === 'granted' ? 'granted' : 'all' })
                  }
                >
                  <option value="all">everywhere</option>
                  <option value="granted">only where granted</option>
                </SelectField>
              </div>
              <GrantEditor grants={draft.grants} onChange={(grants) => setDraft({ ...draft, grants })} />
            </div>
          </Panel>
          <Panel title="About" span={4}>
            <Facts
              rows={[
                ['Last seen', user.lastSeenAt ? <Age key="seen" at={user.lastSeenAt} suffix=" ago" /> : 'never'],
                ['Created', <Age key="created" at={user.createdAt} suffix=" ago" />],
                user.lockedUntil && state.word === 'locked out' ? ['Locked until', moment(user.lockedUntil)] : null,
                [
                  'Sessions',
                  <Go key="sessions" className="link" href={`${paths.sessions()}?user=${encodeURIComponent(user.id)}`}>
                    Show
                  </Go>,
                ],
                [
                  'What they did',
                  <Go key="audit" className="link" href={`${paths.audit()}?actor=${encodeURIComponent(user.username)}`}>
                    Show in audit
                  </Go>,
                ],
                [
                  'Id',
                  <span key="id" className="mono">
                    {user.id}
                  </span>,
                ],
              ]}
            />
          </Panel>
        </div>
      </div>
      {layer === 'password' && <ResetPassword user={user} onClose={() => setLayer(null)} />}
      {layer === 'remove' && <RemoveUser user={user} onClose={() => setLayer(null)} />}
    </>
  )
}
