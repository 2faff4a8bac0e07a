import type { Target } from '@wheelhouse/contract'
import type { GlyphState } from '../ui/state/glyph.tsx'

export const kindWords: Record<Target['kind'], string> = {
  process: 'processes',
  docker: 'Docker',
  'os-service': 'service manager',
  swarm: 'Swarm',
}

export const targetGlyph = (target: Pick<Target, 'state'>): GlyphState =>
  target.state === 'connected' ? 'running' : target.state === 'connecting' ? 'starting' : 'unknown'
