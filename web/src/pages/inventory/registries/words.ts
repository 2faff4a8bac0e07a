import type { Registry } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export const registryGlyph: Record<Registry['state'], GlyphState> = {
  ok: 'running',
  refused: 'degraded',
  unreachable: 'failed',
  unknown: 'unknown',
}
export const registryWords: Record<Registry['state'], string> = {
  ok: 'answers',
  refused: 'refuses our sign-in',
  unreachable: 'not reached',
  unknown: 'not tried',
}
export const isAddress = (text: string): boolean => /^[a-z0-9.-]+(:\d{1,5})?$/i.test(text)
