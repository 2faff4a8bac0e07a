import type { Event } from '@wheelhouse/contract'
import { eventHref, severityGlyph } from '../../../shell/notices.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { clock, moment } from '../../../ui/format/age.ts'
import type { GlyphState } from '../../../ui/state/glyph.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

const glyphs: Record<string, GlyphState> = {
  'service.started': 'running',
  'service.stopped': 'stopped',
  'service.paused': 'paused',
  'service.resumed': 'running',
  'service.restarted': 'running',
  'service.removed': 'cancelled',
  'target.connected': 'running',
  'target.lost': 'unknown',
  'stack.applied': 'succeeded',
  'job.queued': 'queued',
}
const still = (event: Event): GlyphState =>
  event.severity === 'info' ? (glyphs[event.type] ?? 'info') : severityGlyph(event)

/** Time, shape, sentence. */
export function EventLine({ event, full = false, typed = false }: { event: Event; full?: boolean; typed?: boolean }) {
  const today = new Date(event.at).toDateString() === new Date().toDateString()
  const linked = event.serviceId !== null || event.targetId !== null
  return (
    <div className="event-line">
      <time className="meta whitespace-nowrap" dateTime={event.at} title={`${moment(event.at)} · ${event.at}`}>
        {full && !today ? moment(event.at) : clock(Date.parse(event.at))}
      </time>
      <span className="event-glyph">
        <Glyph state={still(event)} label={event.severity === 'info' ? event.type : event.severity} />
      </span>
      <span className="min-w-0 break-words grow">
        {linked ? (
          <Go className="hover:text-ink hover:underline underline-offset-3" href={eventHref(event)}>
            {event.message}
          </Go>
        ) : (
          event.message
        )}
        {full && event.actor && <span className="meta"> · {event.actor}</span>}
      </span>
      {typed && <span className="meta whitespace-nowrap hide-phone">{event.type}</span>}
    </div>
  )
}
