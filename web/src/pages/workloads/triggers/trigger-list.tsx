import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Trigger } from '@wheelhouse/contract'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Table } from '../../../ui/list/table.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { Glyph, type GlyphState } from '../../../ui/state/glyph.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { TriggerDialog } from './trigger-dialog.tsx'
import { inZone } from './upcoming.ts'

const verbs = { deploy: 'Deploy', backup: 'Back up', drill: 'Restore drill of' } as const
const starts = { deploy: 'a deployment', backup: 'a backup', drill: 'a restore drill' } as const

const refused = (trigger: Trigger): boolean => trigger.lastResult?.startsWith('Refused') ?? false
function glyphOf(trigger: Trigger): GlyphState {
  if (!trigger.enabled) return 'paused'
  if (refused(trigger)) return 'failed'
  return trigger.missed > 0 ? 'degraded' : 'running'
}
const stateOf = (trigger: Trigger): string => {
  if (!trigger.enabled) return 'off'
  if (refused(trigger)) return 'refused'
  return trigger.missed > 0 ? `missed ${trigger.missed}` : 'on'
}
const what = ({ action }: Trigger): string => {
  const where = action.directory ?? 'a stack file'
  return `${verbs[action.do]} ${where}${action.environment ? `, ${action.environment}` : ''}`
}

type Layer =
  | { readonly kind: 'edit' | 'fire' | 'remove'; readonly trigger: Trigger }
  | { readonly kind: 'secret'; readonly trigger: Trigger; readonly secret: string }

/** What starts by itself: at times, or when continuous integration knocks. */
export function TriggerList() {
  const may = useMay()
  const cache = useQueryClient()
  const [q, setQ] = useParam('q')
  const [kind, setKind] = useParam('kind')
  const [adding, setAdding] = useParam('add')
  const [layer, setLayer] = useState<Layer | null>(null)
  const triggers = useQuery({
    queryKey: keys.triggers,
    queryFn: () => allPages((cursor) => client.triggers.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 10_000,
  })
  const changed = (): void => void cache.invalidateQueries({ queryKey: keys.triggers })
  const toggle = useMutation({
    mutationFn: (trigger: Trigger) => client.triggers.update({ id: trigger.id, enabled: !trigger.enabled }),
    onSuccess: (row) => {
      changed()
      toast({ state: row.enabled ? 'succeeded' : 'paused', title: `${row.name} is ${row.enabled ? 'on' : 'off'}` })
    },
    onError: (error) =>
      toast({ state: 'failed', title: 'It was not changed', detail: wordsFor(error).what, stays: true }),
  })
  const act = useMutation({
    mutationFn: async ({ kind: verb, trigger }: Layer) => {
      if (verb === 'remove') await client.triggers.remove({ id: trigger.id })
      else await client.triggers.fire({ id: trigger.id })
    },
    onSuccess: (_, { kind: verb, trigger }) => {
      toast(
        verb === 'remove'
          ? { state: 'stopped', title: `${trigger.name} removed` }
          : { state: 'succeeded', title: `${trigger.name} started ${starts[trigger.action.do]}` },
      )
      setLayer(null)
    },
    onSettled: changed,
  })
  const open = (next: Layer | null): void => {
    act.reset()
    setLayer(next)
  }
  const manages = may('triggers.manage')
  const all = triggers.data ?? []
  const rows = all.filter(
    (each) => (kind === '' || each.kind === kind) && each.name.toLowerCase().includes(q.toLowerCase()),
  )
  const add = manages && (
    <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
      Add trigger…
    </Button>
  )
  return (
    <>
      <PageHead title="Triggers" meta="schedules and signed webhooks" actions={add} />
      <div className="toolbar">
        <FilterBox label="Filter triggers" placeholder="Filter by name" value={q} onChange={setQ} />
        <Pick
          label="Kind"
          value={kind}
          onPick={setKind}
          options={[
            { value: '', label: 'all' },
            { value: 'schedule', label: 'schedules' },
            { value: 'webhook', label: 'webhooks' },
          ]}
        />
      </div>
      {triggers.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(triggers.error)} retry={() => void triggers.refetch()} />
        </div>
      )}
      {triggers.isPending && <Skeleton />}
      {triggers.data && rows.length === 0 && (
        <Empty
          title={all.length === 0 ? 'No triggers yet.' : 'No trigger passes the filter.'}
          action={all.length === 0 && add}
        >
          {all.length === 0
            ? 'A schedule deploys or backs up at set times. A webhook does so when continuous integration calls it.'
            : `${all.length} are hidden.`}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Triggers"
          rows={rows}
          keyOf={(trigger) => trigger.id}
          {...(manages
            ? {
                acts: (trigger: Trigger) => (
                  <Menu
                    trigger={
                      <button
                        type="button"
                        className="btn btn-ghost btn-icon"
                        aria-label={`Actions of ${trigger.name}`}
                      >
                        <Ellipsis className="icon-s" aria-hidden />
                      </button>
                    }
                    entries={[
                      { label: 'Fire now…', run: () => open({ kind: 'fire', trigger }) },
                      { label: trigger.enabled ? 'Turn off' : 'Turn on', run: () => toggle.mutate(trigger) },
                      ...(trigger.origin === 'person'
                        ? [
                            { label: 'Change…', run: () => open({ kind: 'edit', trigger }) },
                            null,
                            { label: 'Remove…', danger: true, run: () => open({ kind: 'remove', trigger }) },
                          ]
                        : []),
                    ]}
                  />
                ),
              }
            : {})}
          columns={[
            {
              key: 'name',
              label: 'Trigger',
              width: 'minmax(140px, 1.3fr)',
              phone: 'title',
              render: (trigger) => (
                <>
                  <Glyph state={glyphOf(trigger)} label={stateOf(trigger)} />
                  <span className="cut">{trigger.name}</span>
                  {glyphOf(trigger) !== 'running' && (
                    <span className={`font-normal text-meta shrink-0 t-${glyphOf(trigger)}`}>{stateOf(trigger)}</span>
                  )}
                </>
              ),
            },
            { key: 'kind', label: 'Kind', width: '84px', render: (trigger) => trigger.kind },
            {
              key: 'what',
              label: 'Does',
              width: 'minmax(120px, 1.4fr)',
              render: (trigger) => <span title={what(trigger)}>{what(trigger)}</span>,
            },
            {
              key: 'when',
              label: 'When',
              width: 'minmax(96px, 0.8fr)',
              phone: 'hide',
              render: (trigger) => (
                <span className="mono text-ink-3" title={trigger.cron ?? trigger.path ?? ''}>
                  {trigger.cron ?? trigger.path}
                </span>
              ),
            },
            {
              key: 'next',
              label: 'Next',
              width: 'minmax(200px, 1.2fr)',
              render: (trigger) =>
                trigger.nextAt ? (
                  <span title={trigger.nextAt}>
                    {inZone(new Date(trigger.nextAt), trigger.timezone ?? 'UTC')}{' '}
                    <span className="text-ink-3">{trigger.timezone}</span>
                  </span>
                ) : (
                  <span className="text-ink-3">{trigger.kind === 'webhook' ? 'when called' : 'off'}</span>
                ),
            },
            {
              key: 'origin',
              label: 'For',
              width: 'minmax(64px, 0.6fr)',
              phone: 'hide',
              render: (trigger) =>
                trigger.origin === 'manifest' ? (
                  <Tag title={`Written in the manifest of ${trigger.stack}, deployed by ${trigger.createdBy}`}>
                    {trigger.stack}
                  </Tag>
                ) : (
                  trigger.createdBy
                ),
            },
            {
              key: 'result',
              label: 'Last result',
              width: 'minmax(110px, 1.4fr)',
              phone: 'line',
              render: (trigger) => (
                <span className={refused(trigger) ? 'text-failed-ink' : ''} title={trigger.lastResult ?? undefined}>
                  {trigger.lastResult ?? <span className="text-ink-3">not yet</span>}
                </span>
              ),
            },
            {
              key: 'last',
              label: 'Last',
              width: '56px',
              num: true,
              phone: 'side',
              render: (trigger) => (trigger.lastAt ? <Age at={trigger.lastAt} /> : 'never'),
            },
          ]}
        />
      )}
      {(adding === '1' || layer?.kind === 'edit') && (
        <TriggerDialog
          trigger={layer?.kind === 'edit' ? layer.trigger : null}
          onClose={() => {
            setAdding('')
            open(null)
          }}
          onSecret={(trigger, secret) => open({ kind: 'secret', trigger, secret })}
        />
      )}
      {layer?.kind === 'secret' && (
        <SecretDialog trigger={layer.trigger} secret={layer.secret} onClose={() => open(null)} />
      )}
      {layer?.kind === 'fire' && (
        <DestroyDialog
          title={`Fire ${layer.trigger.kind} ${layer.trigger.name} now?`}
          keep="Wait"
          act={`Start ${starts[layer.trigger.action.do]}`}
          busy={act.isPending}
          onAct={() => act.mutate(layer)}
          onClose={() => open(null)}
        >
          {act.error && <TroubleBox trouble={wordsFor(act.error)} />}
          <p>
            This starts {starts[layer.trigger.action.do]} with your rights: <b>{what(layer.trigger)}</b>.
          </p>
        </DestroyDialog>
      )}
      {layer?.kind === 'remove' && (
        <DestroyDialog
          title={`Remove ${layer.trigger.kind} ${layer.trigger.name}?`}
          keep={`Keep ${layer.trigger.kind}`}
          act={`Remove ${layer.trigger.kind} ${layer.trigger.name}`}
          busy={act.isPending}
          onAct={() => act.mutate(layer)}
          onClose={() => open(null)}
        >
          {act.error && <TroubleBox trouble={wordsFor(act.error)} />}
          <p>
            {layer.trigger.kind === 'webhook'
              ? 'Whatever calls its address is refused at once. A new webhook has another address and secret.'
              : 'It does not happen by itself any more. What it started stays.'}
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
