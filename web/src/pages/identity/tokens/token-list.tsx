import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Token } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMe } from '../../../api/session.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { moment, until } from '../../../ui/format/age.ts'
import { Table } from '../../../ui/list/table.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { NewToken } from './new-token.tsx'

/** Keys for scripts. A token never may more than its owner. */
export function TokenList() {
  const me = useMe()
  const now = useNow()
  const cache = useQueryClient()
  const [whose, setWhose] = useParam('whose', 'mine')
  const [adding, setAdding] = useParam('add')
  const [revoking, setRevoking] = useState<Token | null>(null)
  const all = whose === 'all' && me.role === 'admin'
  const tokens = useQuery({ queryKey: keys.tokens(all), queryFn: () => client.tokens.list(all ? { all } : {}) })
  const revoke = useMutation({
    mutationFn: (token: Token) => client.tokens.revoke({ id: token.id }),
    onSuccess: (_, token) => {
      void cache.invalidateQueries({ queryKey: ['tokens'] })
      toast({ state: 'stopped', title: `${token.name} revoked` })
      setRevoking(null)
    },
  })
  const rows = tokens.data?.items ?? []
  return (
    <>
      <PageHead
        title="API tokens"
        meta="for scripts and the command line"
        actions={
          <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
            Create token…
          </Button>
        }
      />
      {me.role === 'admin' && (
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
      {tokens.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(tokens.error)} retry={() => void tokens.refetch()} />
        </div>
      )}
      {tokens.isPending && <Skeleton />}
      {tokens.data && rows.length === 0 && (
        <Empty
          title="No tokens yet."
          action={
            <Button look="primary" onClick={() => setAdding('1')}>
              Create token…
            </Button>
          }
        >
          A token lets a script do what you may do, or less.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="API tokens"
          rows={rows}
          keyOf={(token) => token.id}
          actsWidth="84px"
          acts={(token) => (
            <Button look="ghost" className="text-failed-ink!" onClick={() => setRevoking(token)}>
              Revoke…
            </Button>
          )}
          columns={[
            {
              key: 'name',
              label: 'Token',
              width: 'minmax(140px, 1.5fr)',
              phone: 'title',
              render: (token) => <span className="cut">{token.name}</span>,
            },
            {
              key: 'prefix',
              label: 'Starts with',
              width: '130px',
              render: (token) => <span className="mono">{token.prefix}…</span>,
            },
            ...(all
              ? [
                  {
                    key: 'owner',
                    label: 'Owner',
                    width: 'minmax(90px, 0.8fr)',
                    render: (token: Token) => token.username,
                  },
                ]
              : []),
            {
              key: 'scopes',
              label: 'May',
              width: 'minmax(140px, 1.6fr)',
              phone: 'line' as const,
              render: (token) => (
                <span className="text-ink-3" title={token.scopes.join(', ')}>
                  {token.scopes.join(', ')}
                </span>
              ),
            },
            {
              key: 'used',
              label: 'Last used',
              width: '90px',
              num: true,
              render: (token) => (token.lastUsedAt ? <Age at={token.lastUsedAt} /> : 'never'),
            },
            {
              key: 'ends',
              label: 'Ends',
              width: '90px',
              num: true,
              phone: 'side',
              render: (token) =>
                token.expiresAt ? <span title={moment(token.expiresAt)}>{until(token.expiresAt, now)}</span> : 'never',
            },
          ]}
        />
      )}
      {adding === '1' && <NewToken onClose={() => setAdding('')} />}
      {revoking && (
        <DestroyDialog
          title={`Revoke token ${revoking.name}?`}
          keep="Keep token"
          act={`Revoke token ${revoking.name}`}
          busy={revoke.isPending}
          onAct={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(null)}
        >
          {revoke.error && <TroubleBox trouble={wordsFor(revoke.error)} />}
          <p>
            Whatever uses <b className="mono">{revoking.prefix}…</b> stops working at once. It was{' '}
            {revoking.lastUsedAt ? (
              <>
                last used <Age at={revoking.lastUsedAt} suffix=" ago" />
              </>
            ) : (
              'never used'
            )}
            .
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
