import { Failure } from '@wheelhouse/contract'
import { type Condition, fieldOperators, type Position, type Query } from '@wheelhouse/platform/lines'
import { bitsOfLevels, bitsOfStreams, isLevel, isStream, levelColumns } from './columns.ts'

/** What a line must say. */
export interface Said {
  readonly q?: string | undefined
  readonly contains?: string | undefined
  readonly regex?: string | undefined
  readonly where?: string | undefined
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

const field = /^\s*([\w.@/-]{1,200})\s*(>=|<=|!=|!~|=|~|>|<)\s*(.*?)\s*$/
/** Fields whose values are made of what the line says and need not stand in it as they are. */
const made = new Set(['state', 'format', 'level', 'durationMs', 'upstreamMs'])

/** `status>=500,path~"/a,b"`: a condition each. Throws VALIDATION_FAILED for what is none. */
function fieldsOf(where: string): Condition[] {
  const parts = where.match(/(?:"[^"]*"|[^,"]|")+/g) ?? []
  return parts.flatMap((part): Condition[] => {
    if (part.trim() === '') return []
    const [, name, sign = '', raw = ''] = field.exec(part) ?? []
    const operator = fieldOperators.find((one) => one === sign)
    const value = /^"[^"]*"$/.test(raw) ? raw.slice(1, -1) : raw
    if (name === undefined || operator === undefined || value === '')
      throw refused('where', `"${part.trim()}" is no condition. Write status>=500 or path~/api.`)
    const orders = operator.startsWith('>') || operator.startsWith('<')
    if (orders && !Number.isFinite(Number(value)))
      throw refused('where', `${name}${operator} takes a number, not "${value}".`)
    const condition: Condition = { kind: 'field', value, field: { name, operator } }
    return [...hintOf(condition), condition]
  })
}

/** A text that must stand in every line whose field is so: reading fields takes much longer than finding it. */
function hintOf({ value, field: of }: Condition): Condition[] {
  if (of === undefined || (of.operator !== '=' && of.operator !== '~') || made.has(of.name)) return []
  if (of.name === 'status' && of.operator === '=' && /^\d{3}$/.test(value)) return [{ kind: 'words', value }]
  // Numbers may be written otherwise, and JSON may escape what is no letter.
  if (Number.isFinite(Number(value)) || ['true', 'false'].includes(value.toLowerCase())) return []
  const longest = (value.match(/[a-z0-9]{3,}/gi) ?? []).toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? [] : [{ kind: 'contains', value: longest }]
}

/** `timeout -retry "connection refused"`: each its own condition. */
export function conditionsOf({ q, contains, regex, where }: Said): Condition[] {
  const conditions: Condition[] = []
  for (const [, minus, phrase, word] of (q ?? '').matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)) {
    const value = (phrase ?? word ?? '').trim()
    if (value !== '') conditions.push({ kind: 'words', value, ...(minus === '-' ? { not: true } : {}) })
  }
  if (contains) conditions.push({ kind: 'contains', value: contains })
  if (where) conditions.push(...fieldsOf(where))
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

/** A bit for each level that is named, 0 for none. Throws VALIDATION_FAILED for a word that is no level. */
export function levelBits(text: string | undefined): number {
  const levels = wordsOf(text)
  const wrong = levels.find((word) => !isLevel(word))
  if (wrong !== undefined) throw refused('level', `"${wrong}" is none of ${levelColumns.join(', ')}.`)
  return bitsOfLevels(levels)
}

/** What is asked of the files. Throws VALIDATION_FAILED for a level, a stream or a pattern that is none. */
export function queryOf(
  input: Said & Marked,
  streams: readonly number[],
  rest: { readonly order: Query['order']; readonly after: Position | null; readonly limit: number },
): Query {
  const levels = levelBits(input.level)
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
    levels,
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
