import type { LogLine } from '@wheelhouse/contract'
import { type LineStore, sourceOf } from '@wheelhouse/platform/lines'
import { unpacked } from './columns.ts'

/** Clocks of a target and of ours differ a little, and lines of two streams come a little out of order. */
const overlapMs = 5_000
const mostLines = 5_000
const system = 2

export interface Resumption {
  /** From where on the source is to be asked; null for the beginning. */
  readonly since: string | null
  /** Lines from this moment on, in epoch microseconds, are new without being asked. */
  readonly newFromUs: number
  /** False for a line that is kept already. */
  isNew(line: LogLine): boolean
  /** Whether its source no longer has what was kept last, so that lines between may be missing; to be asked at its first new line. */
  isCut(): boolean
}

const keyOf = ({ at, stream, text }: LogLine): string => `${Date.parse(at)} ${stream} ${text}`

/**
 * Where the lines of a source are to be taken up: a little before the last one that is kept, and what is kept of that little is not taken
 * twice, as often as it is kept.
 */
export async function resumptionOf(store: LineStore, source: number, watermarkUs: number): Promise<Resumption> {
  if (watermarkUs === 0) return { since: null, newFromUs: 0, isNew: () => true, isCut: () => false }
  const { lines } = await store.search({
    streams: [source],
    from: watermarkUs - overlapMs * 1e3,
    to: Number.MAX_SAFE_INTEGER,
    levels: 0,
    sources: 0,
    conditions: [],
    order: 'newest',
    after: null,
    limit: mostLines,
  })
  const kept = new Map<string, number>()
  // Sentences of ours are not of the source, which does not tell them again.
  let isCut = lines.some(({ marks }) => sourceOf(marks) !== system)
  for (const line of lines) {
    const key = keyOf(unpacked(line))
    kept.set(key, (kept.get(key) ?? 0) + 1)
  }
  // With more lines than are looked at, it is the oldest of these from which on all are known.
  const fromUs = lines.length < mostLines ? watermarkUs - overlapMs * 1000 : (lines.at(-1)?.at ?? watermarkUs)
  const fromMs = Math.floor(fromUs / 1000)
  return {
    since: new Date(fromMs).toISOString(),
    newFromUs: watermarkUs + overlapMs * 1000,
    isNew(line) {
      const atMs = Date.parse(line.at)
      if (line.stream !== 'system' && atMs < fromMs) return false
      if (kept.size === 0) return true
      const key = keyOf(line)
      const left = kept.get(key) ?? 0
      if (left === 0) return true
      if (left === 1) kept.delete(key)
      else kept.set(key, left - 1)
      isCut = false
      return false
    },
    isCut: () => isCut,
  }
}
