import type { Alert } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export const severityGlyph: Readonly<Record<Alert['severity'], GlyphState>> = {
  critical: 'failed',
  warning: 'degraded',
  info: 'info',
}
export const stateWords: Readonly<Record<Alert['state'], string>> = {
  open: 'open',
  acknowledged: 'acknowledged',
  snoozed: 'snoozed',
  cleared: 'over',
}

export const glyphOf = ({ state, severity }: Pick<Alert, 'state' | 'severity'>): GlyphState => {
  if (state === 'cleared') return 'succeeded'
  return state === 'open' ? severityGlyph[severity] : 'paused'
}

/** Who is at it, or until when it is quiet; nothing where nobody is. */
export const heldBy = ({ state, acknowledgedBy, reason, silencedBy }: Alert): string => {
  if (state === 'acknowledged') return `${acknowledgedBy ?? 'somebody'} is at it${reason === null ? '' : `: ${reason}`}`
  if (state === 'snoozed') return reason ?? 'snoozed'
  return silencedBy === null ? '' : 'silenced'
}
