import { Problem } from '@wheelhouse/client'
import { moment } from '../../../../ui/format/age.ts'

/** How the text that was typed is meant: whole words, letters anywhere, or a JavaScript pattern. */
export const modes = [
  { value: 'words', label: 'Words' },
  { value: 'letters', label: 'Letters' },
  { value: 'pattern', label: 'Pattern' },
] as const
export type Mode = (typeof modes)[number]['value']

const hour = 3_600_000
export const ranges = [
  { value: '15m', label: 'last 15 min', ms: hour / 4 },
  { value: '1h', label: 'last hour', ms: hour },
  { value: '6h', label: 'last 6 h', ms: 6 * hour },
  { value: '24h', label: 'last 24 h', ms: 24 * hour },
  { value: '7d', label: 'last 7 days', ms: 168 * hour },
  { value: '30d', label: 'last 30 days', ms: 720 * hour },
  { value: 'all', label: 'all that is kept', ms: null },
] as const
export const usualRange = '24h'

/** All that is asked for, as the address holds it; empty means anything. */
export interface Ask {
  readonly q: string
  readonly mode: Mode
  /** References of services, comma-separated. */
  readonly service: string
  readonly stack: string
  readonly target: string
  readonly level: string
  readonly stream: string
  /** Conditions on fields: `status>=500,path~/api`. */
  readonly where: string
  /** One of `ranges`; without effect where `since` or `until` is told. */
  readonly range: string
  /** ISO 8601. */
  readonly since: string
  readonly until: string
  readonly order: 'newest' | 'oldest'
}

const isTime = (text: string): boolean => text !== '' && !Number.isNaN(Date.parse(text))

export function askOf(search: string): Ask {
  const params = new URLSearchParams(search)
  const read = (key: string): string => params.get(key) ?? ''
  const range = read('range')
  return {
    q: read('q'),
    mode: modes.find(({ value }) => value === read('mode'))?.value ?? 'words',
    service: read('service'),
    stack: read('stack'),
    target: read('target'),
    level: read('level'),
    stream: read('stream'),
    where: read('where'),
    range: ranges.some(({ value }) => value === range) ? range : usualRange,
    since: isTime(read('since')) ? new Date(read('since')).toISOString() : '',
    until: isTime(read('until')) ? new Date(read('until')).toISOString() : '',
    order: read('order') === 'oldest' ? 'oldest' : 'newest',
  }
}

/** The address of a search: what is usual is left out. */
export function queryOf(ask: Partial<Ask> & { readonly line?: string }): string {
  const params = new URLSearchParams()
  const usual: Record<string, string> = { mode: 'words', range: usualRange, order: 'newest' }
  for (const [key, value] of Object.entries(ask)) if (value !== '' && value !== usual[key]) params.set(key, value)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

export interface Span {
  readonly since: string | undefined
  readonly until: string | undefined
}

/** From when to when, seen from `now` (ms): what stays the same while pages of one search are read. */
export function spanOf(ask: Ask, now: number): Span {
  if (ask.since !== '' || ask.until !== '') return { since: ask.since || undefined, until: ask.until || undefined }
  const ms = ranges.find(({ value }) => value === ask.range)?.ms ?? null
  return {
    since: ms === null ? undefined : new Date(now - ms).toISOString(),
    until: new Date(now).toISOString(),
  }
}

/** Two moments on one day tell the day once. */
export function spanWords(ask: Ask): string {
  const { since, until } = ask
  if (since === '' && until === '') return ranges.find(({ value }) => value === ask.range)?.label ?? ''
  if (since === '') return `until ${moment(until)}`
  if (until === '') return `since ${moment(since)}`
  const [from, to] = [moment(since), moment(until)]
  const [day, time] = [from.slice(0, from.lastIndexOf(', ')), to.slice(to.lastIndexOf(', ') + 2)]
  return to.startsWith(`${day}, `) ? `${from} – ${time}` : `${from} – ${to}`
}

/** What narrows to services, levels and a time, for every question about kept lines. */
export function whichOf(ask: Ask, span: Span) {
  return {
    service: ask.service || undefined,
    stack: ask.stack || undefined,
    target: ask.target || undefined,
    level: ask.level || undefined,
    stream: ask.stream || undefined,
    where: ask.where.trim() || undefined,
    ...span,
  }
}

/** The text, under the name of its mode. */
export function saidOf({ q, mode }: Pick<Ask, 'q' | 'mode'>): { q?: string; contains?: string; regex?: string } {
  if (q.trim() === '') return {}
  return mode === 'words' ? { q } : mode === 'letters' ? { contains: q } : { regex: q }
}

/** Whether lines may be left out that belong to others: a trace is folded only where all of it is there. */
export const isWhole = ({ q, level, where }: Pick<Ask, 'q' | 'level' | 'where'>): boolean =>
  q.trim() === '' && level === '' && where.trim() === ''

const oneField = /^\s*[\w.@/-]+\s*(?:>=|<=|!=|!~|=|~|>|<)\s*(?:"[^"]*"|[^",]+)\s*$/

/** Whether what is typed of fields can be asked for, so that half of it is not. */
export const isWhere = (where: string): boolean =>
  (where.match(/(?:"[^"]*"|[^,"]|")+/g) ?? []).every((part) => part.trim() === '' || oneField.test(part))

/** A search that took too long is helped by a shorter time or fewer services; anything else is told as it is. */
export const isTimeout = (error: unknown): boolean => error instanceof Problem && error.code === 'TIMED_OUT'
