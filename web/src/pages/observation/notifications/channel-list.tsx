import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NotificationChannel } from '@wheelhouse/contract'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { millis } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph, type GlyphState } from '../../../ui/state/glyph.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { kindWords, occasionShort, occasions } from './occasions.ts'

const glyphOf = ({ enabled, lastError }: NotificationChannel): GlyphState => {
  if (!enabled) return 'paused'
  return lastError === null ? 'running' : 'failed'
}
const stateOf = ({ enabled, lastError }: NotificationChannel): string => {
  if (!enabled) return 'off'
  return lastError === null ? 'on' : 'not reached'
}

type Layer = { readonly kind: 'edit' | 'remove'; readonly channel: NotificationChannel }

/** Where people are told of what needs them. */
export function ChannelList() {
  const may = useMay()
  const cache = useQueryClient()
  const [adding, setAdding] = useParam('add')
  const [layer, setLayer] = useState<Layer | null>(null)
  const [results, setResults] = useState<Readonly<Record<string, { ok: boolean; text: string }>>>({})
  const channels = useQuery({
    queryKey: keys.notifications,
    queryFn: () => allPages((cursor) => client.notifications.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 10_000,
  })
  const changed = (): void => void cache.invalidateQueries({ queryKey: keys.notifications })
  const tell = (id: string, result: { ok: boolean; text: string }): void =>
    setResults((before) => ({ ...before, [id]: result }))
  const test = useMutation({
    mutationFn: (channel: NotificationChannel) => client.notifications.test({ id: channel.id }),
    onSuccess: ({ ok, message, tookMs }, { id }) => tell(id, { ok, text: `${message} It took ${millis(tookMs)}.` }),
    onError: (error, { id }) => tell(id, { ok: false, text: wordsFor(error).what }),
    onSettled: changed,
  })
  const toggle = useMutation({
    mutationFn: (channel: NotificationChannel) =>
      client.notifications.update({ id: channel.id, enabled: !channel.enabled }),
    onSuccess: (row) => {
      changed()
      toast({ state: row.enabled ? 'succeeded' : 'paused', title: `${row.name} is ${row.enabled ? 'on' : 'off'}` })
    },
    onError: (error) =>
      toast({ state: 'failed', title: 'It was not changed', detail: wordsFor(error).what, stays: true }),
  })
  const remove = useMutation({
    mutationFn: (channel: NotificationChannel) => client.notifications.remove({ id: channel.id }),
    onSuccess: (_, { name }) => {
      changed()
      setLayer(null)
      toast({ state: 'stopped', title: `${name} removed` })
    },
  })
  const manages = may('notifications.manage')
  const rows = channels.data ?? []
  const add = manages && (
    <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
      Add channel…
    </Button>
  )
  return (
    <>
      <PageHead title="Notifications" meta="where messages go" actions={rows.length > 0 && add} />
      {channels.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(channels.error)} retry={() => void channels.refetch()} />
        </div>
      )}
      {channels.isPending && <Skeleton />}
      {channels.data && rows.length === 0 && (
        <Empty title="No channels yet." action={add}>
          A channel tells Slack, Discord, a webhook or a mailbox when a deployment fails or a backup does not happen.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Channels"
          rows={rows}
          keyOf={(channel) => channel.id}
          actsWidth="104px"
          {...(manages
            ? {
                acts: (channel: NotificationChannel) => (
                  <>
                    <Button
                      look="ghost"
                      busy={test.isPending && test.variables.id === channel.id}
                      onClick={() => test.mutate(channel)}
                      aria-label={`Test ${channel.name}`}
                    >
                      Test
                    </Button>
                    <Menu
                      trigger={
                        <button
                          type="button"
                          className="btn btn-ghost btn-icon"
                          aria-label={`Actions of ${channel.name}`}
                        >
                          <Ellipsis className="icon-s" aria-hidden />
                        </button>
                      }
                      entries={[
                        { label: 'Change…', run: () => setLayer({ kind: 'edit', channel }) },
                        { label: channel.enabled ? 'Turn off' : 'Turn on', run: () => toggle.mutate(channel) },
                        null,
                        { label: 'Remove…', danger: true, run: () => setLayer({ kind: 'remove', channel }) },
                      ]}
                    />
                  </>
                ),
              }
            : {})}
          below={(channel) => {
            const result = results[channel.id]
            return (
              result && (
                <div role="row">
                  <div role="cell" className="px-4 py-1">
                    <div className={`note ${result.ok ? 'calm' : ''}`} role="status">
                      <Glyph state={result.ok ? 'succeeded' : 'failed'} />
                      <span className="min-w-0 break-words">{result.text}</span>
                    </div>
                  </div>
                </div>
              )
            )
          }}
          columns={[
            {
              key: 'name',
              label: 'Channel',
              width: 'minmax(160px, 1.3fr)',
              phone: 'title',
              render: (channel) => (
                <>
                  <Glyph state={glyphOf(channel)} label={stateOf(channel)} />
                  <span className="cut">{channel.name}</span>
                  {glyphOf(channel) !== 'running' && (
                    <span className={`font-normal text-meta shrink-0 t-${glyphOf(channel)}`}>{stateOf(channel)}</span>
                  )}
                </>
              ),
            },
            { key: 'kind', label: 'Kind', width: '84px', render: (channel) => kindWords[channel.kind] },
            {
              key: 'address',
              label: 'Goes to',
              width: 'minmax(140px, 1.3fr)',
              render: (channel) => (
                <span className="mono text-ink-3" title={channel.address}>
                  {channel.address}
                </span>
              ),
            },
            {
              key: 'on',
              label: 'Told of',
              width: 'minmax(180px, 2fr)',
              phone: 'hide',
              render: (channel) => {
                const told = occasions
                  .filter((each) => channel.on.includes(each))
                  .map((each) => occasionShort[each])
                  .join(', ')
                return <span title={told}>{told}</span>
              },
            },
            {
              key: 'stacks',
              label: 'Stacks',
              width: 'minmax(70px, 0.8fr)',
              phone: 'hide',
              render: (channel) => (channel.stacks.length === 0 ? 'all' : channel.stacks.join(', ')),
            },
            {
              key: 'error',
              label: 'Last trouble',
              width: 'minmax(110px, 1.2fr)',
              phone: 'line',
              render: (channel) =>
                channel.lastError && (
                  <span className="text-failed-ink" title={channel.lastError}>
                    {channel.lastError}
                  </span>
                ),
            },
            {
              key: 'last',
              label: 'Last sent',
              width: '76px',
              num: true,
              phone: 'side',
              render: (channel) => (channel.lastAt ? <Age at={channel.lastAt} /> : 'never'),
            },
          ]}
        />
      )}
      {(adding === '1' || layer?.kind === 'edit') && (
        <ChannelDialog
          channel={layer?.kind === 'edit' ? layer.channel : null}
          onClose={() => {
            setAdding('')
            setLayer(null)
          }}
        />
      )}
      {layer?.kind === 'remove' && (
        <DestroyDialog
          title={`Remove channel ${layer.channel.name}?`}
          keep="Keep channel"
          act={`Remove channel ${layer.channel.name}`}
          busy={remove.isPending}
          onAct={() => remove.mutate(layer.channel)}
          onClose={() => setLayer(null)}
        >
          {remove.error && <TroubleBox trouble={wordsFor(remove.error)} />}
          <p>
            Nothing goes to <b>{layer.channel.address}</b> any more, and what is on its way there is dropped.
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
