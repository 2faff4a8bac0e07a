import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { signOut, useMe } from '../../../api/session.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment, until } from '../../../ui/format/age.ts'
import { plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { deviceOf } from './device.ts'

/** Where someone is signed in. Ending one works at once. */
export function SessionList() {
  const me = useMe()
  const now = useNow()
  const cache = useQueryClient()
  const [whose, setWhose] = useParam('whose', 'mine')
  const [user] = useParam('user')
  const all = whose === 'all' && me.role === 'admin'
  const key = [...keys.sessions(all), user]
  const sessions = useQuery({
    queryKey: key,
    queryFn: () => client.auth.sessions(user ? { userId: user } : all ? { all } : {}),
    refetchInterval: 15_000,
  })
  const failed = (error: Error): void =>
    void toast({ state: 'failed', title: 'The session was not ended', detail: wordsFor(error).what, stays: true })
  const revoke = useMutation({
    mutationFn: (id: string) => client.auth.revokeSession({ id }),
    onSuccess: () => void cache.invalidateQueries({ queryKey: ['sessions'] }),
    onError: failed,
  })
  const others = useMutation({
    mutationFn: () => client.auth.revokeOtherSessions(),
    onSuccess: ({ revoked }) => {
      void cache.invalidateQueries({ queryKey: ['sessions'] })
      toast({ state: 'succeeded', title: `${plural(revoked, 'session')} ended` })
    },
    onError: failed,
  })
  const rows = sessions.data?.items ?? []
  return (
    <>
      <PageHead
        title="Sessions"
        meta={user ? `of ${rows[0]?.username ?? 'one user'}` : 'where you are signed in'}
        actions={
          <Button busy={others.isPending} onClick={() => others.mutate()}>
            End my other sessions
          </Button>
        }
      />
      {me.role === 'admin' && !user && (
        <div className="toolbar">
          <Segment
            label="Whose"
            value={whose}
            onPick={setWhose}
            options={[
              { value: 'mine', label: 'Mine' },
              { value: 'all', label: 'Everybody’s' },
            ]}
          />
        </div>
      )}
      {sessions.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(sessions.error)} retry={() => void sessions.refetch()} />
        </div>
      )}
      {sessions.isPending && <Skeleton />}
      {sessions.data && rows.length === 0 && <Empty title="No open session." />}
      {rows.length > 0 && (
        <Table
          label="Sessions"
          rows={rows}
          keyOf={(session) => session.id}
          actsWidth="76px"
          acts={(session) => (
            <Button look="ghost" onClick={() => (session.current ? void signOut() : revoke.mutate(session.id))}>
              {session.current ? 'Sign out' : 'End'}
            </Button>
          )}
          columns={[
            {
              key: 'device',
              label: 'Session',
              width: 'minmax(180px, 2fr)',
              phone: 'title',
              render: (session) => (
                <>
                  <span className="cut" title={session.userAgent}>
                    {deviceOf(session.userAgent)}
                  </span>
                  {session.current && <Tag>this one</Tag>}
                </>
              ),
            },
            ...(all || user
              ? [
                  {
                    key: 'user',
                    label: 'User',
                    width: 'minmax(90px, 0.8fr)',
                    render: (session: (typeof rows)[number]) => session.username,
                  },
                ]
              : []),
            {
              key: 'ip',
              label: 'From',
              width: 'minmax(110px, 1fr)',
              render: (session) => <span className="mono">{session.ip}</span>,
            },
            {
              key: 'start',
              label: 'Signed in',
              width: 'minmax(120px, 1fr)',
              phone: 'hide',
              render: (session) => moment(session.createdAt),
            },
            {
              key: 'seen',
              label: 'Last seen',
              width: '90px',
              num: true,
              phone: 'side',
              render: (session) => <Age at={session.lastSeenAt} />,
            },
            {
              key: 'ends',
              label: 'Ends',
              width: '90px',
              num: true,
              render: (session) => until(session.expiresAt, now),
            },
          ]}
        />
      )}
    </>
  )
}
