import type { LogSource } from '@wheelhouse/contract'
import type { GlyphState } from '../../../../ui/state/glyph.tsx'

type Told = Pick<LogSource, 'state' | 'problem'>

export const sourceGlyph = ({ state, problem }: Told): GlyphState =>
  problem !== null ? 'degraded' : state === 'followed' ? 'running' : state === 'waiting' ? 'paused' : 'stopped'

export const sourceWords: Record<LogSource['state'], string> = {
  followed: 'followed',
  waiting: 'waiting',
  gone: 'gone',
}

export const orders = [
  { value: 'size', label: 'largest first' },
  { value: 'name', label: 'by name' },
  { value: 'newest', label: 'last heard first' },
] as const

/** What is asked for first; what does not come in, though it should, before all. */
export function inOrder(sources: readonly LogSource[], order: string): LogSource[] {
  const byName = (a: LogSource, b: LogSource): number => a.name.localeCompare(b.name)
  const rank = (source: LogSource): number => (source.problem === null ? 1 : 0)
  return sources.toSorted((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b)
    if (order === 'name') return byName(a, b)
    if (order === 'newest') return (b.newestAt ?? '').localeCompare(a.newestAt ?? '') || byName(a, b)
    return b.bytes - a.bytes || byName(a, b)
  })
}
