import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HealthCheck, HealthCheckSpec, Service } from '@wheelhouse/contract'
import { Ellipsis, Plus, Zap } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Menu } from '../../../../ui/control/menu.tsx'
import { duration } from '../../../../ui/format/age.ts'
import { millis } from '../../../../ui/format/number.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Badge, Tag } from '../../../../ui/state/badge.tsx'
import { CheckDialog } from './check-dialog.tsx'
import { ResultStrip } from './result-strip.tsx'
import { Explanation } from './explanation.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { healthGlyph } from './words.ts'

const origins: Record<HealthCheck['origin'], string> = {
  stack: 'from the stack file',
  set: 'set here',
  engine: 'the engine’s own',
}

export const whatOf = (spec: HealthCheckSpec): string =>
  'url' in spec ? spec.url : 'argv' in spec ? spec.argv.join(' ') : `${prefixOf(spec)}${spec.host}:${spec.port}`

function prefixOf(spec: Extract<HealthCheckSpec, { host: string }>): string {
  if (spec.kind === 'tcp') return ''
  return spec.kind === 'queue' ? `${spec.engine} ${spec.pending} on ` : `${spec.engine} on `
}

/** Checks with their state and answers over time. Only those set here can be changed here. */
export function HealthTab({ service }: { service: Service }) {
  const may = useMay()
  const cache = useQueryClient()
  const key = keys.health(service.id)
  const health = useQuery({
    queryKey: key,
    queryFn: () => client.health.list({ id: service.id }),
    refetchInterval: 5000,
  })
  const [editing, setEditing] = useState<{ spec: HealthCheckSpec | null } | null>(null)
  const set = useMutation({
    mutationFn: (checks: HealthCheckSpec[]) => client.health.set({ id: service.id, checks }),
    onSuccess: (answer) => {
      cache.setQueryData(key, answer)
      setEditing(null)
    },
  })
  const run = useMutation({
    mutationFn: () => client.health.run({ id: service.id }),
    onSuccess: (answer) => cache.setQueryData(key, answer),
    onError: (error) =>
      toast({ state: 'failed', title: 'The checks did not run', detail: wordsFor(error).what, stays: true }),
  })
  const manages = may('health.manage', { targetId: service.targetId, serviceId: service.id })
  if (health.error)
    return (
      <div className="page">
        <TroubleBox trouble={wordsFor(health.error)} retry={() => void health.refetch()} />
      </div>
    )
  if (!health.data) return <Skeleton />
  const { checks } = health.data
  const own = checks.filter((check) => check.origin === 'set').map((check) => check.spec)
  const open = (spec: HealthCheckSpec | null): void => {
    // Why another one was not saved is no news here.
    set.reset()
    setEditing({ spec })
  }
  const remove = (gone: HealthCheckSpec): void =>
    set.mutate(
      own.filter((each) => each.name !== gone.name),
      {
        onSuccess: () =>
          toast({
            state: 'succeeded',
            title: `Check ${gone.name} removed`,
            action: { label: 'Undo', hint: 'Z', run: () => set.mutate(own) },
          }),
        onError: (error) =>
          toast({ state: 'failed', title: `${gone.name} was not removed`, detail: wordsFor(error).what, stays: true }),
      },
    )
  const save = (spec: HealthCheckSpec, before: HealthCheckSpec | null): void =>
    set.mutate(before ? own.map((each) => (each.name === before.name ? spec : each)) : [...own, spec])
  return (
    <div className="page">
      <div className="flex flex-wrap items-center gap-2 pb-3">
        {checks.length > 0 && (
          <Button icon={Zap} busy={run.isPending} onClick={() => run.mutate()}>
            Run now
          </Button>
        )}
        {manages && (
          <Button look="primary" icon={Plus} onClick={() => open(null)}>
            Add check…
          </Button>
        )}
      </div>
      {checks.length === 0 && (
        <div className="panel">
          <Empty title="No health check yet.">
            A check asks {service.name} every few seconds whether it works, and keeps the response times. Without one,
            running only means that the process is there.
          </Empty>
        </div>
      )}
      <div className="panels">
        {checks.map((check) => (
          <Panel
            key={`${check.origin}:${check.spec.name}`}
            title={check.spec.name}
            span={6}
            meta={origins[check.origin]}
            actions={
              check.origin === 'set' && manages ? (
                <Menu
                  trigger={
                    <button
                      type="button"
                      className="btn btn-ghost btn-icon"
                      aria-label={`Change check ${check.spec.name}`}
                    >
                      <Ellipsis className="icon-s" aria-hidden />
                    </button>
                  }
                  entries={[
                    { label: 'Change…', run: () => open(check.spec) },
                    {
                      label: 'Remove check',
                      danger: true,
                      run: () => remove(check.spec),
                    },
                  ]}
                />
              ) : undefined
            }
            foot={
              <>
                every {duration(check.spec.intervalMs)}, within {millis(check.spec.timeoutMs)}, {check.spec.retries}{' '}
                failures in a row count
                {check.last && (
                  <span className="ml-auto">
                    <Age at={check.last.at} suffix=" ago" />
                  </span>
                )}
              </>
            }
          >
            <div className="flex items-center gap-2 pb-2 min-w-0">
              <Badge state={healthGlyph(check.state)}>{check.state}</Badge>
              <Tag>{check.spec.kind}</Tag>
              <span className="mono cut" title={whatOf(check.spec)}>
                {whatOf(check.spec)}
              </span>
              <b className="ml-auto num">{check.last ? millis(check.last.tookMs) : '–'}</b>
            </div>
            <ResultStrip results={check.results} />
            {check.last && !check.last.ok && <p className="pt-2 text-failed-ink break-words">{check.last.message}</p>}
            {check.last?.ok && check.spec.kind === 'queue' && <p className="meta pt-2">{check.last.message}</p>}
            {check.failures > 0 && <p className="meta pt-1">{check.failures} in a row failed</p>}
          </Panel>
        ))}
      </div>
      <div className="panels pt-3">
        <HistoryPanel id={service.id} />
        <Explanation service={service} />
      </div>
      {editing && (
        <CheckDialog
          spec={editing.spec}
          taken={checks.map((check) => check.spec.name).filter((name) => name !== editing.spec?.name)}
          busy={set.isPending}
          error={set.error}
          onSave={(spec) => save(spec, editing.spec)}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  )
}
