import type { Release } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

const glyphs: Record<Release['state'], GlyphState> = {
  candidate: 'starting',
  serving: 'running',
  good: 'succeeded',
  bad: 'failed',
}
export const releaseGlyph = (state: Release['state']): GlyphState => glyphs[state]

const words: Record<Release['state'], string> = {
  candidate: 'being brought',
  serving: 'serves now',
  good: 'served before',
  bad: 'failed its checks',
}
export const releaseWord = (state: Release['state']): string => words[state]

/** "9f31c07, changed since" or the folder's name where it is under no version control. */
export function sourceWords({ source }: Pick<Release, 'source'>): string {
  if (source.revision) return `${source.revision.slice(0, 7)}${source.dirty ? ', changed since' : ''}`
  return source.directory ?? 'a pasted file'
}
