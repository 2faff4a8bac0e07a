import type { KeptLine, ServiceLife } from '@wheelhouse/contract'
import type { Line, LineStore } from '@wheelhouse/platform/lines'
import { queryOf, type Said } from './question.ts'
import type { Search } from './search.ts'
import type { Sources } from './sources.ts'
import type { HistoryStore, SourceRow } from './store.ts'

/** Of a service under its name on its target. */
export type NamedSource = Pick<SourceRow, 'targetId' | 'stack' | 'name'>

/** Kept lines as other domains ask for them. Times are epoch ms. */
export interface HistoryReader {
  /** When lines were said that match, each service's oldest first; of more than `most` lines the newest, and `isWhole` is false. */
  times(
    words: Said & { readonly level?: string | undefined },
    span: { readonly sinceMs: number; readonly untilMs: number },
    most: number,
    signal?: AbortSignal,
  ): Promise<{
    readonly said: readonly { readonly source: SourceRow; readonly times: readonly number[] }[]
    readonly isWhole: boolean
  }>
  /** When each service last said anything. */
  newest(): Promise<readonly { readonly source: SourceRow; readonly times: readonly number[] }[]>
  /** The last lines of a service under all its lives, oldest first. */
  last(
    of: NamedSource,
    ask: { readonly level?: string; readonly sinceMs: number; readonly untilMs: number; readonly limit: number },
  ): Promise<readonly KeptLine[]>
  /** From when to when services ran, newest first; of all where none is named. */
  lives(
    of: NamedSource | null,
    limit: number,
  ): Promise<readonly { readonly source: SourceRow; readonly life: ServiceLife }[]>
}

export interface ReaderParts {
  readonly store: LineStore
  readonly rows: HistoryStore
  readonly sources: Sources
  readonly search: Search
}

const pageLines = 5_000
const iso = (ms: number): string => new Date(ms).toISOString()

export function historyReader({ store, rows, sources, search }: ReaderParts): HistoryReader {
  const named = ({ targetId, stack, name }: NamedSource): number[] =>
    [...sources.all()]
      .filter((row) => row.targetId === targetId && row.stack === stack && row.name === name)
      .map(({ id }) => id)

  return {
    async times(words, { sinceMs, untilMs }, most, signal) {
      const streams = [...sources.all()].map(({ id }) => id)
      const found = new Map<number, number[]>()
      if (streams.length === 0) return { said: [], isWhole: true }
      let after: Line | null = null
      let count = 0
      let isWhole = true
      for (;;) {
        const limit: number = Math.min(pageLines, most - count)
        const input = { ...words, since: iso(sinceMs), until: iso(untilMs) }
        const { lines }: { lines: readonly Line[] } = await search.find(
          queryOf(input, streams, { order: 'newest', after, limit }),
          signal,
        )
        for (const { stream, at } of lines) {
          const times = found.get(stream)
          if (times) times.push(Math.floor(at / 1000))
          else found.set(stream, [Math.floor(at / 1000)])
        }
        count += lines.length
        after = lines.at(-1) ?? null
        if (lines.length < limit) break
        if (count >= most) {
          isWhole = false
          break
        }
      }
      const said = [...found].flatMap(([id, times]) => {
        const source = sources.byId(id)
        return source ? [{ source, times: times.toReversed() }] : []
      })
      return { said, isWhole }
    },

    async newest() {
      return [...(await store.watermarks())].flatMap(([id, at]) => {
        const source = sources.byId(id)
        return source ? [{ source, times: [Math.floor(at / 1000)] }] : []
      })
    },

    async last(of, { level, sinceMs, untilMs, limit }) {
      const streams = named(of)
      if (streams.length === 0) return []
      const input = { since: iso(sinceMs), until: iso(untilMs), ...(level === undefined ? {} : { level }) }
      const { lines } = await search.find(queryOf(input, streams, { order: 'newest', after: null, limit }))
      return lines.toReversed().map((line) => search.shown(line))
    },

    async lives(of, limit) {
      const ids = of === null ? [...sources.all()].map(({ id }) => id) : named(of)
      const found = await rows.lives({ sources: ids, outcomes: null, limit })
      return found.flatMap(({ sourceId, startedAt, endedAt, ...rest }) => {
        const source = sources.byId(sourceId)
        if (!source) return []
        const life = {
          ...rest,
          sourceId: String(sourceId),
          serviceId: source.serviceId,
          startedAt: iso(startedAt),
          endedAt: endedAt === null ? null : iso(endedAt),
        }
        return [{ source, life }]
      })
    },
  }
}
