import { Failure } from '@wheelhouse/contract'
import type { Condition, Position, Query } from '@wheelhouse/platform/lines'
import { bitsOfLevels, bitsOfStreams, isLevel, isStream, levelColumns } from './columns.ts'

/** What a line must say. */
export interface Said {
  readonly q?: string | undefined
  readonly contains?: string | undefined
  readonly regex?: string | undefined
}
/** What a line must be. */
export interface Marked {
  readonly level?: string | undefined
  readonly stream?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

const wordsOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

const refused = (field: string, why: string): Failure => new Failure('VALIDATION_FAILED', `${field}: ${why}`, { field })

/** `timeout -retry "connection refused"`: each its own condition. */
function conditionsOf({ q, contains, regex }: Said): Condition[] {
  const conditions: Condition[] = []
  for (const [, minus, phrase, word] of (q ?? '').matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)) {
    const value = (phrase ?? word ?? '').trim()
    if (value !== '') conditions.push({ kind: 'words', value, ...(minus === '-' ? { not: true } : {}) })
  }
  if (contains) conditions.push({ kind: 'contains', value: contains })
  if (regex) {
    try {
      void new RegExp(regex)
    } catch (error) {
      throw refused('regex', `${(error as Error).message.replace(/^Invalid regular expression: /, '')}.`)
    }
    conditions.push({ kind: 'regex', value: regex })
  }
  return conditions
}

/** The last microsecond of a moment that is told in ms. */
const upTo = (iso: string): number => Date.parse(iso) * 1000 + 999

/** What is asked of the files. Throws VALIDATION_FAILED for a level, a stream or a pattern that is none. */
export function queryOf(
  input: Said & Marked,
  streams: readonly number[],
  rest: { readonly order: Query['order']; readonly after: Position | null; readonly limit: number },
): Query {
  const levels = wordsOf(input.level)
  const wrongLevel = levels.find((word) => !isLevel(word))
  if (wrongLevel !== undefined) throw refused('level', `"${wrongLevel}" is none of ${levelColumns.join(', ')}.`)
  const names = wordsOf(input.stream)
  const wrongStream = names.find((word) => !isStream(word))
  if (wrongStream !== undefined) throw refused('stream', `"${wrongStream}" is none of stdout, stderr, system.`)
  const from = input.since === undefined ? 0 : Date.parse(input.since) * 1000
  const to = input.until === undefined ? Number.MAX_SAFE_INTEGER : upTo(input.until)
  if (from > to) throw refused('until', 'it lies before since.')
  return {
    streams,
    from,
    to,
    levels: bitsOfLevels(levels),
    sources: bitsOfStreams(names),
    conditions: conditionsOf(input),
    ...rest,
  }
}

/** Throws VALIDATION_FAILED for words that could never be searched for. */
export function requireWords(input: Said & Marked): void {
  queryOf(input, [], { order: 'newest', after: null, limit: 1 })
}

/** `at.stream.seq`, as links to a line have it. */
export const positionText = ({ at, stream, seq }: Position): string => `${at}.${stream}.${seq}`

/** Throws VALIDATION_FAILED for what is no position. */
export function positionOf(text: string, field: string): Position {
  const [, at, stream, seq] = /^(\d{1,16})\.(\d{1,9})\.(\d{1,15})$/.exec(text) ?? []
  if (at === undefined) throw refused(field, 'it is not one of ours. Start again without it.')
  return { at: Number(at), stream: Number(stream), seq: Number(seq) }
}
