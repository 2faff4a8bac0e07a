import type { EngineEvent } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export const eventKey = (event: EngineEvent): string => `${event.at} ${event.type} ${event.action} ${event.actorId}`

const routine = new Set([
  'health_status: healthy',
  'top',
  'resize',
  'archive-path',
  'extract-to-dir',
  'mount',
  'unmount',
])

/** What health checks, commands and looking at files leave behind, many times a minute: an engine tells each of them. */
export const isChatter = ({ action }: Pick<EngineEvent, 'action'>): boolean =>
  action.startsWith('exec_') || routine.has(action)

/** Its name; the start of its id where it has none. Volumes and the like have a name as their id. */
export const eventName = ({ name, actorId }: Pick<EngineEvent, 'name' | 'actorId'>): string =>
  name ?? (/^(sha256:)?[0-9a-f]{64}$/.test(actorId) ? actorId.replace('sha256:', '').slice(0, 12) : actorId)

/** Only what went wrong is marked; all else is told in words alone. */
export function eventGlyph({ action, attributes }: Pick<EngineEvent, 'action' | 'attributes'>): GlyphState | null {
  if (action === 'oom') return 'failed'
  if (action === 'die') return attributes.exitCode === undefined || attributes.exitCode === '0' ? null : 'failed'
  if (action === 'health_status: unhealthy') return 'degraded'
  return null
}

/** The few attributes that say what happened; labels and the rest are below the row. */
export function eventDetail({ attributes }: Pick<EngineEvent, 'attributes'>): string {
  const told = [
    attributes.exitCode === undefined ? '' : `exit code ${attributes.exitCode}`,
    attributes.signal === undefined ? '' : `signal ${attributes.signal}`,
    attributes.container === undefined ? '' : `container ${attributes.container.slice(0, 12)}`,
    attributes.image ?? '',
  ]
  return told.filter((word) => word !== '').join(', ')
}

/** Newest first, each once: what was read and what came live overlap. */
export function mergedEvents(read: readonly EngineEvent[], live: readonly EngineEvent[]): EngineEvent[] {
  const seen = new Map([...read, ...live].map((event) => [eventKey(event), event]))
  return [...seen.values()].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}
