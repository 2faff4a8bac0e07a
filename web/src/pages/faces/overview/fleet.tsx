import type { Service, Target } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { paths } from '../../../paths.ts'
import { kindWords, targetGlyph } from '../../../shell/target-words.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

const order = ['failed', 'degraded', 'starting', 'unknown', 'running', 'paused', 'stopped']
const most = 160

/** One mark for each service, worst first, a row for each target. */
export function Fleet({
  services,
  targets,
  span,
  title = 'Fleet',
}: {
  services: readonly Service[]
  targets: readonly Target[]
  span: number
  title?: string
}) {
  const byTarget = useMemo(() => {
    const map = new Map<string, Service[]>()
    for (const service of services) map.set(service.targetId, [...(map.get(service.targetId) ?? []), service])
    for (const rows of map.values())
      rows.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name))
    return map
  }, [services])
  return (
    <Panel title={title} span={span} meta="one mark per service">
      {targets.map((target) => {
        const rows = byTarget.get(target.id) ?? []
        return (
          <div
            key={target.id}
            className="grid grid-cols-[minmax(100px,180px)_minmax(0,1fr)_max-content] items-center gap-3 py-1"
          >
            <span className="flex items-center gap-2 min-w-0">
              <Glyph state={targetGlyph(target)} label={target.state} />
              <Go className="cut text-ink hover:underline underline-offset-3" href={paths.target(target.id)}>
                {target.name}
              </Go>
              <span className="text-ink-3 cut">{kindWords[target.kind]}</span>
            </span>
            <span className="marks">
              {rows.slice(0, most).map((service) => (
                <Go
                  key={service.id}
                  href={paths.service(service.id)}
                  title={`${service.name}, ${service.state}`}
                  tabIndex={-1}
                >
                  <Glyph
                    state={service.stale ? 'unknown' : service.state}
                    label={`${service.name}, ${service.state}`}
                  />
                </Go>
              ))}
              {rows.length > most && (
                <Go className="meta" href={paths.services(`?target=${encodeURIComponent(target.id)}`)}>
                  and {rows.length - most} more
                </Go>
              )}
              {rows.length === 0 && (
                <span className="meta">{target.state === 'connected' ? 'nothing runs here' : target.state}</span>
              )}
            </span>
            <span className="num">{rows.length}</span>
          </div>
        )
      })}
    </Panel>
  )
}
