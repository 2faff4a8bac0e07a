import type { Deployment, Service, Target } from '@wheelhouse/contract'
import { RotateCw } from 'lucide-react'
import { useAllowedActs } from '../../../acts/act-menu.tsx'
import { useActs } from '../../../acts/use-acts.tsx'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { NeedyRun } from './needy-run.tsx'

const shown = 8

/** What is wrong, why, and the nearest act. */
export function NeedsYou({
  services,
  lost,
  runs,
  hidden,
}: {
  services: readonly Service[]
  lost: readonly Target[]
  runs: readonly Deployment[]
  hidden: boolean
}) {
  if (hidden || services.length + lost.length + runs.length === 0) return null
  return (
    <Panel
      title="Needs you"
      span={8}
      flush
      foot={
        services.length > shown ? (
          <Go className="link" href={paths.services('?state=failed,degraded')}>
            and {services.length - shown} more
          </Go>
        ) : undefined
      }
    >
      {runs.slice(0, shown).map((run) => (
        <NeedyRun key={run.id} run={run} />
      ))}
      {lost.map((target) => (
        <div key={target.id} className="flex gap-3 border-t border-line px-3 py-2.5 hatch">
          <span className="pt-1">
            <Glyph state="unknown" label="not heard" />
          </span>
          <div className="min-w-0 grow">
            <Go className="text-ink font-medium" href={paths.target(target.id)}>
              {target.name}
            </Go>
            <span className="text-ink-3">
              {' '}
              not heard
              {target.observedAt && (
                <>
                  {' '}
                  for <Age at={target.observedAt} />
                </>
              )}
            </span>
            <p className="text-meta break-words">{target.reason}</p>
          </div>
        </div>
      ))}
      {services.slice(0, shown).map((service) => (
        <Bad key={service.id} service={service} />
      ))}
    </Panel>
  )
}

function Bad({ service }: { service: Service }) {
  const allowed = useAllowedActs(service)
  const { act, busy } = useActs()
  return (
    <div className="flex flex-wrap sm:flex-nowrap gap-3 border-t border-line px-3 py-2.5">
      <span className="pt-1">
        <Glyph state={service.state} label={service.state} />
      </span>
      <div className="min-w-0 grow basis-[calc(100%-100px)] sm:basis-0">
        <Go className="text-ink font-medium" href={paths.service(service.id)}>
          {service.name}
        </Go>
        <span className={`pl-2 t-${service.state}`}>{service.state}</span>
        <span className="pl-2 text-ink-3">{service.targetName}</span>
        <p className="break-words">{service.reason ?? 'The target gives no reason. Its log may.'}</p>
      </div>
      <span className="meta whitespace-nowrap">
        <Age at={service.changedAt} />
      </span>
      <span className="flex gap-1 pl-6 sm:pl-0">
        <Go className="btn btn-ghost" href={paths.service(service.id, 'logs')}>
          Logs
        </Go>
        {allowed.has('restart') && (
          <Button
            icon={RotateCw}
            busy={busy?.act === 'restart' && busy.ids.has(service.id)}
            onClick={() => act('restart', [service])}
          >
            Restart
          </Button>
        )}
      </span>
    </div>
  )
}
