import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Problem } from '@wheelhouse/client'
import type { Network } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { TasksInside } from '../swarm/networks/tasks-inside.tsx'
import { ConnectDialog } from './connect-dialog.tsx'

const traits = (row: Network): string[] =>
  [row.internal && 'internal', row.attachable && 'attachable', row.ipv6 && 'IPv6', row.ingress && 'ingress'].filter(
    (trait) => trait !== false,
  )

/** One network: who is in it under which names and addresses, and what it is made of. */
export function NetworkPage() {
  const { target = '', network = '' } = useParams({ strict: false })
  const may = useMay()
  const go = useGo()
  const cache = useQueryClient()
  const [layer, setLayer] = useState<'connect' | 'remove' | null>(null)
  const found = useQuery({
    queryKey: keys.network(target, network),
    queryFn: () => client.networks.get({ target, network }),
    refetchInterval: 60_000,
  })
  const leave = useMutation({
    mutationFn: (one: Network['attached'][number]) =>
      client.networks.disconnect({ target, network, service: one.serviceId }),
    onSuccess: (row, { serviceId, name, aliases, ipv4 }) => {
      cache.setQueryData(keys.network(target, network), row)
      const input = { target, network, service: serviceId, aliases }
      const back = (): void =>
        void client.networks
          .connect({ ...input, ...(ipv4 ? { ipv4 } : {}) })
          // An engine takes an address only where the subnet was chosen by hand; elsewhere it gave this one itself.
          .catch((error: unknown) => {
            if (error instanceof Problem && error.code === 'TARGET_REFUSED') return client.networks.connect(input)
            throw error
          })
          .then((again) => cache.setQueryData(keys.network(target, network), again))
          .catch((error: unknown) => toast({ state: 'failed', title: wordsFor(error).what, stays: true }))
      toast({
        state: 'stopped',
        title: `${name} has left ${row.name}`,
        action: { label: 'Undo', hint: 'Z', run: back },
      })
    },
  })
  if (found.isPending) return <Skeleton />
  if (found.error instanceof Problem && found.error.code === 'NOT_FOUND')
    return (
      <Empty
        title="There is no such network."
        action={
          <Go className="btn" href={paths.networks()}>
            All networks
          </Go>
        }
      />
    )
  const row = found.data
  if (!row)
    return (
      <div className="p-4">
        <TroubleBox trouble={wordsFor(found.error)} retry={() => void found.refetch()} />
      </div>
    )
  const manages = may('networks.manage', { targetId: row.targetId })
  return (
    <>
      <PageHead
        title={row.name}
        crumbs={[{ label: 'Networks', href: paths.networks() }]}
        badge={traits(row).map((trait) => (
          <Tag key={trait}>{trait}</Tag>
        ))}
        meta={`${row.driver} on ${row.targetName}${row.stack ? `, of the stack ${row.stack}` : ''}`}
        actions={
          manages && (
            <>
              {!row.builtIn && (
                <Button look="danger-quiet" onClick={() => setLayer('remove')}>
                  Remove…
                </Button>
              )}
              <Button look="primary" icon={Plus} onClick={() => setLayer('connect')}>
                Connect…
              </Button>
            </>
          )
        }
      />
      {row.stale && (
        <StaleStrip>
          {row.targetName} is not heard. You see what was there <Age at={row.observedAt} suffix=" ago" />.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          {leave.error && (
            <div style={{ gridColumn: 'span 12' }}>
              <TroubleBox trouble={wordsFor(leave.error)} />
            </div>
          )}
          <Panel
            title={row.scope === 'swarm' ? `Attached on ${row.targetName}` : 'Attached'}
            span={8}
            meta={String(row.attached.length)}
            flush
          >
            {row.attached.length === 0 ? (
              <p className="text-ink-3 p-4">Nothing that runs is in it.</p>
            ) : (
              <Table
                label="Attached"
                rows={row.attached}
                keyOf={(one) => one.serviceId}
                hrefOf={(one) => paths.service(one.serviceId)}
                actsWidth="100px"
                {...(manages
                  ? {
                      acts: (one: Network['attached'][number]) => (
                        <Button
                          busy={leave.isPending && leave.variables.serviceId === one.serviceId}
                          aria-label={`Disconnect ${one.name}`}
                          onClick={() => leave.mutate(one)}
                        >
                          Disconnect
                        </Button>
                      ),
                    }
                  : {})}
                columns={[
                  {
                    key: 'name',
                    label: 'Service',
                    width: 'minmax(120px, 1.5fr)',
                    phone: 'title',
                    render: (one) => (
                      <>
                        <Glyph state={one.state} label={one.state} />
                        <span className="cut">{one.name}</span>
                      </>
                    ),
                  },
                  {
                    key: 'address',
                    label: 'Address',
                    width: 'minmax(110px, 1fr)',
                    render: (one) => <span className="mono">{one.ipv4 ?? one.ipv6 ?? '–'}</span>,
                  },
                  {
                    key: 'aliases',
                    label: 'Names there',
                    width: 'minmax(100px, 1.2fr)',
                    render: (one) => <span className="mono text-ink-3">{one.aliases.join(', ') || '–'}</span>,
                  },
                ]}
              />
            )}
          </Panel>
          <Panel title="Network" span={4}>
            <Facts
              rows={[
                ['Driver', row.scope === 'local' ? row.driver : `${row.driver}, ${row.scope}`],
                ...row.subnets.map(
                  ({ subnet, gateway, range }) =>
                    [
                      'Subnet',
                      <span key={subnet} className="mono">
                        {subnet}
                        {gateway && `, gateway ${gateway}`}
                        {range && `, addresses from ${range}`}
                      </span>,
                    ] as const,
                ),
                ['Made', row.createdAt && moment(row.createdAt)],
                [
                  'Id',
                  <span key="id" className="mono break-all">
                    {row.networkId.slice(0, 12)}
                  </span>,
                ],
                ...Object.entries({ ...row.options, ...row.labels }).map(
                  ([key, value]) =>
                    [
                      key,
                      <span key={key} className="mono break-all">
                        {value}
                      </span>,
                    ] as const,
                ),
              ]}
            />
          </Panel>
          {row.scope === 'swarm' && <TasksInside network={row} />}
        </div>
      </div>
      {layer === 'connect' && <ConnectDialog network={row} onClose={() => setLayer(null)} />}
      {layer === 'remove' && (
        <PlanDialog
          title={`Remove network ${row.name} on ${row.targetName}?`}
          keep="Keep network"
          act={() => `Remove network ${row.name}`}
          what="networks.remove"
          input={{ target, network }}
          plan={() => client.networks.remove.plan({ target, network })}
          run={() => client.networks.remove({ target, network })}
          onDone={() => {
            toast({ state: 'stopped', title: `${row.name} is removed` })
            go(paths.networks())
          }}
          onClose={() => setLayer(null)}
        />
      )}
    </>
  )
}
