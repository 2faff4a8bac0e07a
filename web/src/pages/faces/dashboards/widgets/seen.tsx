import type { WidgetContent } from '@wheelhouse/contract'
import { useEffect, useRef } from 'react'
import { paths } from '../../../../paths.ts'
import { kindWords, targetGlyph } from '../../../../shell/target-words.ts'
import { Go } from '../../../../ui/control/link.tsx'
import { clock } from '../../../../ui/format/age.ts'
import { millis } from '../../../../ui/format/number.ts'
import { LineText } from '../../../../ui/log/line-text.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { EventLine } from '../../../observation/timeline/event-line.tsx'
import { More } from './rows.tsx'

type Of<K extends WidgetContent['kind']> = Extract<WidgetContent, { kind: K }>
const Nothing = ({ children }: { children: string }) => <p className="px-3 text-ink-3">{children}</p>

/** The newest at the foot; it stays in sight unless somebody has scrolled up. */
export function Lines({ items }: Of<'log'>) {
  const box = useRef<HTMLDivElement>(null)
  const last = items.at(-1)?.position
  useEffect(() => {
    const scroller = box.current?.parentElement
    if (!scroller) return
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120 || scroller.scrollTop === 0
    if (isNear) scroller.scrollTop = scroller.scrollHeight
  }, [last])
  if (items.length === 0) return <Nothing>No line is like that in this time.</Nothing>
  return (
    <div ref={box} className="said" role="log" aria-live="off" aria-label="Lines">
      {items.map((line) => (
        <div key={line.position} className={`log-line from ${line.level ?? ''}`}>
          <span className="rail" />
          <time dateTime={line.at}>{clock(Date.parse(line.at))}</time>
          <span className="level">{line.level ?? ''}</span>
          <span className="source" title={line.service}>
            {line.service}
          </span>
          <LineText text={line.text} marks={null} />
        </div>
      ))}
    </div>
  )
}

const healthGlyph = { healthy: 'running', unhealthy: 'failed', starting: 'starting', none: 'unknown' } as const

export function HealthRows({ items, healthy, unhealthy, starting, more }: Of<'health'>) {
  if (healthy + unhealthy + starting === 0) return <Nothing>Nothing here has a health check.</Nothing>
  return (
    <>
      <p className="px-3 pb-1">
        {unhealthy > 0 && <span className="t-failed">{unhealthy} unhealthy, </span>}
        {starting > 0 && `${starting} starting, `}
        {healthy} healthy
      </p>
      {items.map(({ serviceId, name, state, message, responseTimeMs }) => (
        <div key={serviceId} className="flex items-baseline gap-2 px-3 py-0.5">
          <Glyph state={healthGlyph[state]} label={state} />
          <Go className="cut text-ink hover:underline" href={paths.service(serviceId, 'health')}>
            {name}
          </Go>
          {state !== 'healthy' && message && <span className="cut text-ink-3">{message}</span>}
          <span className="meta ml-auto">{responseTimeMs === null ? '' : millis(responseTimeMs)}</span>
        </div>
      ))}
      <More more={more} />
    </>
  )
}

export function EventRows({ items }: Of<'events'>) {
  if (items.length === 0) return <Nothing>Nothing has happened.</Nothing>
  return items.map((event) => <EventLine key={event.id} event={event} full />)
}

export function AlertRows({ items, more }: Of<'alerts'>) {
  if (items.length === 0) return <Nothing>Nothing is open.</Nothing>
  return (
    <>
      {items.map((alert) => (
        <div key={alert.id} className="flex items-baseline gap-2 px-3 py-1">
          <Glyph
            state={alert.severity === 'critical' ? 'failed' : alert.severity === 'warning' ? 'degraded' : 'info'}
            label={alert.severity}
          />
          <span className="min-w-0 grow break-words">
            <Go className="text-ink hover:underline" href={paths.alert(alert.id)}>
              {alert.subject}
            </Go>{' '}
            <span className="text-ink-3">{alert.message}</span>
          </span>
          <span className="meta whitespace-nowrap">
            {alert.state === 'open' ? '' : `${alert.state}, `}
            <Age at={alert.firedAt} />
          </span>
        </div>
      ))}
      <More more={more} />
    </>
  )
}

export function FleetMap({ targets }: Of<'topology'>) {
  if (targets.length === 0) return <Nothing>No target is to be seen.</Nothing>
  return targets.map((target) => (
    <div
      key={target.id}
      className="grid grid-cols-[minmax(80px,170px)_minmax(0,1fr)_max-content] items-center gap-3 px-3 py-1"
    >
      <span className="flex items-center gap-2 min-w-0">
        <Glyph state={targetGlyph(target)} label={target.state} />
        <Go className="cut text-ink hover:underline underline-offset-3" href={paths.target(target.id)}>
          {target.name}
        </Go>
        <span className="text-ink-3 cut hide-phone">{kindWords[target.kind]}</span>
      </span>
      <span className="marks">
        {target.marks.map(({ id, name, state, stale }) => (
          <Go key={id} href={paths.service(id)} title={`${name}, ${stale ? 'unknown' : state}`} tabIndex={-1}>
            <Glyph state={stale ? 'unknown' : state} label={`${name}, ${stale ? 'unknown' : state}`} />
          </Go>
        ))}
        {target.more > 0 && <span className="meta">and {target.more} more</span>}
        {target.marks.length === 0 && (
          <span className="meta">{target.state === 'connected' ? 'nothing runs here' : target.state}</span>
        )}
      </span>
      <span className="num">{target.marks.length + target.more}</span>
    </div>
  ))
}
