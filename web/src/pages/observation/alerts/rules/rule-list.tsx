import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { AlertRule } from '@wheelhouse/contract'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { allPages } from '../../../../api/fleet.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { Table } from '../../../../ui/list/table.tsx'
import { DestroyDialog } from '../../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph, type GlyphState } from '../../../../ui/state/glyph.tsx'
import { AlertTabs } from '../alert-tabs.tsx'
import { kindWords } from './draft.ts'
import { RuleDialog } from './rule-dialog.tsx'

const glyphOf = ({ enabled, open, problem, severity }: AlertRule): GlyphState => {
  if (!enabled) return 'paused'
  if (open > 0) return severity === 'critical' ? 'failed' : 'degraded'
  return problem === null ? 'running' : 'unknown'
}
const whereWords = ({ where: { service, stack, target, label } }: AlertRule): string =>
  [service, stack && `stack ${stack}`, target && `on ${target}`, label].filter(Boolean).join(', ') || 'everything'

type Layer = { readonly kind: 'edit' | 'remove'; readonly rule: AlertRule }

/** What is watched for. */
export function RuleList() {
  const may = useMay()
  const cache = useQueryClient()
  const [adding, setAdding] = useParam('add')
  const [layer, setLayer] = useState<Layer | null>(null)
  const rules = useQuery({
    queryKey: keys.alertRules,
    queryFn: () => allPages((cursor) => client.alertRules.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
  })
  const changed = (): void => void cache.invalidateQueries({ queryKey: keys.alerts })
  const toggle = useMutation({
    mutationFn: (rule: AlertRule) => {
      const {
        id,
        given: _g,
        open: _o,
        firedAt: _f,
        problem: _p,
        createdBy: _b,
        createdAt: _c,
        changedAt: _h,
        ...spec
      } = rule
      return client.alertRules.update({ id, ...spec, enabled: !rule.enabled })
    },
    onSuccess: ({ name, enabled }) =>
      toast({
        state: enabled ? 'succeeded' : 'paused',
        title: `${name} is ${enabled ? 'watched for' : 'switched off'}`,
      }),
    onError: (error) =>
      toast({ state: 'failed', title: 'It was not changed', detail: wordsFor(error).what, stays: true }),
    onSettled: changed,
  })
  const remove = useMutation({
    mutationFn: (rule: AlertRule) => client.alertRules.remove({ id: rule.id }),
    onSuccess: (_, { name }) => {
      changed()
      setLayer(null)
      toast({ state: 'stopped', title: `${name} removed` })
    },
  })
  const manages = may('alerts.manage')
  const rows = rules.data ?? []
  const add = manages && (
    <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
      Watch for something…
    </Button>
  )
  return (
    <>
      <PageHead title="Alert rules" meta="what is watched for" actions={rows.length > 0 && add} />
      <AlertTabs current="rules" />
      {rules.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(rules.error)} retry={() => void rules.refetch()} />
        </div>
      )}
      {rules.isPending && <Skeleton />}
      {rules.data && rows.length === 0 && (
        <Empty title="Nothing is watched for." action={add}>
          A rule tells people when a metric is too high, a service fails, or a backup does not come.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Alert rules"
          rows={rows}
          keyOf={(rule) => rule.id}
          stale={(rule) => !rule.enabled}
          {...(manages
            ? {
                onOpen: (rule: AlertRule) => setLayer({ kind: 'edit', rule }),
                acts: (rule: AlertRule) => (
                  <Menu
                    trigger={
                      <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions of ${rule.name}`}>
                        <Ellipsis className="icon-s" aria-hidden />
                      </button>
                    }
                    entries={[
                      { label: 'Change…', run: () => setLayer({ kind: 'edit', rule }) },
                      { label: rule.enabled ? 'Switch off' : 'Switch on', run: () => toggle.mutate(rule) },
                      null,
                      { label: 'Remove…', danger: true, run: () => setLayer({ kind: 'remove', rule }) },
                    ]}
                  />
                ),
              }
            : {})}
          columns={[
            {
              key: 'name',
              label: 'Rule',
              width: 'minmax(180px, 1.4fr)',
              phone: 'title',
              render: (rule) => (
                <>
                  <Glyph state={glyphOf(rule)} label={rule.enabled ? (rule.open > 0 ? 'fires' : 'calm') : 'off'} />
                  <span className="cut">{rule.name}</span>
                </>
              ),
            },
            { key: 'severity', label: 'Severity', width: '84px', render: (rule) => rule.severity },
            {
              key: 'kind',
              label: 'When',
              width: 'minmax(150px, 1.2fr)',
              render: (rule) => kindWords[rule.condition.kind],
            },
            { key: 'where', label: 'Looks at', width: 'minmax(110px, 1fr)', phone: 'hide', render: whereWords },
            {
              key: 'open',
              label: 'Open',
              width: '56px',
              num: true,
              phone: 'side',
              render: (rule) => (rule.open === 0 ? '–' : rule.open),
            },
            {
              key: 'problem',
              label: 'Problem',
              width: 'minmax(110px, 1.4fr)',
              phone: 'line',
              render: (rule) => rule.problem && <span title={rule.problem}>{rule.problem}</span>,
            },
            {
              key: 'fired',
              label: 'Last fired',
              width: '84px',
              num: true,
              phone: 'hide',
              render: (rule) => (rule.firedAt ? <Age at={rule.firedAt} /> : 'never'),
            },
          ]}
        />
      )}
      {(adding === '1' || layer?.kind === 'edit') && (
        <RuleDialog
          rule={layer?.kind === 'edit' ? layer.rule : null}
          onClose={() => {
            setAdding('')
            setLayer(null)
          }}
        />
      )}
      {layer?.kind === 'remove' && (
        <DestroyDialog
          title={`Remove rule ${layer.rule.name}?`}
          keep="Keep rule"
          act={`Remove rule ${layer.rule.name}`}
          busy={remove.isPending}
          onAct={() => remove.mutate(layer.rule)}
          onClose={() => setLayer(null)}
        >
          {remove.error && <TroubleBox trouble={wordsFor(remove.error)} />}
          <p>
            Nobody is told of it any more, and its open alerts are over. They stay in the history.
            {layer.rule.given && ' It came with Wheelhouse and does not come back by itself.'}
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
