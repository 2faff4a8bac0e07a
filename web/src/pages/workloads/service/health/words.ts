import type { HealthState } from '@wheelhouse/contract'
import type { GlyphState } from '../../../../ui/state/glyph.tsx'

export const healthWords: Record<HealthState, string> = {
  none: 'No health check',
  starting: 'Starting',
  healthy: 'Healthy',
  unhealthy: 'Unhealthy',
}
const glyphs: Record<HealthState, GlyphState> = {
  none: 'queued',
  starting: 'starting',
  healthy: 'running',
  unhealthy: 'failed',
}
export const healthGlyph = (state: HealthState): GlyphState => glyphs[state]
