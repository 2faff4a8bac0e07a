import { useQuery } from '@tanstack/react-query'
import type { User } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph, type GlyphState } from '../../../ui/state/glyph.tsx'
import { NewUser } from './new-user.tsx'

export const userState = (user: User): { glyph: GlyphState; word: string } =>
  user.disabled
    ? { glyph: 'stopped', word: 'disabled' }
    : user.lockedUntil && Date.parse(user.lockedUntil) > Date.now()
      ? { glyph: 'paused', word: 'locked out' }
      : { glyph: 'running', word: 'active' }

export const reachWords = (user: User): string =>
  user.role === 'admin' || user.reach === 'all'
    ? 'everywhere'
    : user.grants.length === 0
      ? 'nowhere yet'
      : plural(user.grants.length, 'grant')

export function UserList() {
  const [q, setQ] = useParam('q')
  const [role, setRole] = useParam('role')
  const [adding, setAdding] = useParam('add')
  const users = useQuery({
    queryKey: keys.users,
    queryFn: () => allPages((cursor) => client.users.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
  })
  const shown =
    users.data?.filter(
      (user) =>
        (role === '' || user.role === role) &&
        `${user.username} ${user.displayName} ${user.email ?? ''}`.toLowerCase().includes(q.toLowerCase()),
    ) ?? []
  return (
    <>
      <PageHead
        title="Users"
        meta={users.data && plural(users.data.length, 'person', 'people')}
        actions={
          <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
            Add user…
          </Button>
        }
      />
      <div className="toolbar">
        <FilterBox label="Filter users" placeholder="Filter by name or e-mail" value={q} onChange={setQ} />
        <Pick
          label="Role"
          value={role}
          onPick={setRole}
          options={[
            { value: '', label: 'any' },
            ...['admin', 'developer', 'viewer'].map((value) => ({ value, label: value })),
          ]}
        />
      </div>
      {users.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(users.error)} retry={() => void users.refetch()} />
        </div>
      )}
      {users.isPending && <Skeleton />}
      {users.data && shown.length === 0 && <Empty title="Nobody passes the filter." />}
      {shown.length > 0 && (
        <Table
          label="Users"
          rows={shown}
          keyOf={(user) => user.id}
          hrefOf={(user) => paths.user(user.id)}
          columns={[
            {
              key: 'name',
              label: 'User',
              width: 'minmax(160px, 1.5fr)',
              phone: 'title',
              render: (user) => (
                <>
                  <Glyph state={userState(user).glyph} label={userState(user).word} />
                  <span className="cut">{user.username}</span>
                  {userState(user).word !== 'active' && (
                    <span className="meta font-normal">{userState(user).word}</span>
                  )}
                </>
              ),
            },
            { key: 'display', label: 'Name', width: 'minmax(120px, 1.2fr)', render: (user) => user.displayName },
            { key: 'email', label: 'E-mail', width: 'minmax(120px, 1.4fr)', render: (user) => user.email ?? '–' },
            { key: 'role', label: 'Role', width: '100px', phone: 'side', render: (user) => user.role },
            { key: 'reach', label: 'Reach', width: 'minmax(90px, 0.8fr)', render: reachWords },
            {
              key: 'seen',
              label: 'Last seen',
              width: '90px',
              num: true,
              phone: 'hide',
              render: (user) => (user.lastSeenAt ? <Age at={user.lastSeenAt} /> : 'never'),
            },
          ]}
        />
      )}
      {adding === '1' && <NewUser onClose={() => setAdding('')} />}
    </>
  )
}
