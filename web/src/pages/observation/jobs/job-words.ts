import type { Job } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export const jobGlyph = (state: Job['state']): GlyphState => (state === 'running' ? 'starting' : state)

const steps: Record<Job['steps'][number]['state'], GlyphState> = {
  waiting: 'queued',
  running: 'starting',
  done: 'succeeded',
  failed: 'failed',
  skipped: 'cancelled',
}
export const stepGlyph = (state: Job['steps'][number]['state']): GlyphState => steps[state]
