import type { ServiceLife } from '@wheelhouse/contract'
import type { GlyphState } from '../../../../ui/state/glyph.tsx'
import { queryOf } from '../search/ask.ts'

export const lifeGlyph: Record<ServiceLife['outcome'], GlyphState> = {
  running: 'running',
  ended: 'stopped',
  crashed: 'failed',
  removed: 'cancelled',
  unknown: 'unknown',
}
export const lifeWords: Record<ServiceLife['outcome'], string> = {
  running: 'runs',
  ended: 'ended',
  crashed: 'crashed',
  removed: 'removed',
  unknown: 'ended unseen',
}

const slackMs = 2_000

/**
 * What was said in one life, its last words first. A little more on each side: engines tell starts and ends a moment apart from
 * the lines.
 */
export function lastWords({ sourceId, startedAt, endedAt }: ServiceLife): string {
  return queryOf({
    service: sourceId,
    since: new Date(Date.parse(startedAt) - slackMs).toISOString(),
    ...(endedAt === null ? {} : { until: new Date(Date.parse(endedAt) + slackMs).toISOString() }),
  })
}
