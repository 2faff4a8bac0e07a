import { moment } from '../../../ui/format/age.ts'

const hour = 3_600_000
export const ranges = [
  { value: '1h', label: '1 h', ms: hour },
  { value: '6h', label: '6 h', ms: 6 * hour },
  { value: '24h', label: '24 h', ms: 24 * hour },
  { value: '7d', label: '7 d', ms: 168 * hour },
  { value: '30d', label: '30 d', ms: 720 * hour },
] as const
export const usualRange = '1h'

/** A time that is looked at: one that ends now, or exact times, ISO 8601. */
export interface Time {
  /** One of `ranges`; without effect where exact times are told. */
  readonly range: string
  readonly since: string
  readonly until: string
}

const isTime = (text: string): boolean => text !== '' && !Number.isNaN(Date.parse(text))

export function timeOf(read: (key: string) => string, usual: string = usualRange): Time {
  const [since, until] = [read('since'), read('until')]
  const isExact = isTime(since) && isTime(until) && since < until
  const range = read('range')
  return {
    range: ranges.some(({ value }) => value === range) ? range : usual,
    since: isExact ? new Date(since).toISOString() : '',
    until: isExact ? new Date(until).toISOString() : '',
  }
}

export const isExact = ({ since }: Time): boolean => since !== ''

/** From when to when, seen from `now`, epoch ms. */
export function spanOf({ range, since, until }: Time, now: number): { readonly from: number; readonly to: number } {
  if (since !== '') return { from: Date.parse(since), to: Date.parse(until) }
  const ms = ranges.find(({ value }) => value === range)?.ms ?? hour
  return { from: now - ms, to: now }
}

/** Two moments on one day tell the day once. */
export function timeWords(time: Time): string {
  if (!isExact(time)) return `last ${ranges.find(({ value }) => value === time.range)?.label ?? ''}`
  const [from, to] = [moment(time.since), moment(time.until)]
  const day = from.slice(0, from.lastIndexOf(', '))
  return to.startsWith(`${day}, `) ? `${from} – ${to.slice(to.lastIndexOf(', ') + 2)}` : `${from} – ${to}`
}

/** Three times the time, no further than now. */
export function widened(time: Time, now: number): Time {
  const { from, to } = spanOf(time, now)
  const until = Math.min(now, to + (to - from))
  return { ...time, since: new Date(from - (to - from)).toISOString(), until: new Date(until).toISOString() }
}

/** What the page of metrics is asked for, as its address holds it; empty means what is usual. */
export interface Ask extends Time {
  /** Names, a chart each. */
  readonly metrics: readonly string[]
  /** References of services, comma-separated. */
  readonly service: string
  readonly stack: string
  readonly target: string
  readonly group: string
  readonly aggregate: string
  readonly across: string
  readonly top: string
  readonly view: string
}

export const usualMetrics = ['cpu.percent', 'memory.bytes']
export const groups = ['', 'stack', 'target', 'all', 'labels']
export const aggregates = ['', 'avg', 'max', 'min', 'p95', 'last']
export const acrosses = ['', 'avg', 'max', 'min', 'count']
export const tops = ['6', '3', '10', '20', '50']

/** Commas within the braces of labels belong to the name. */
export const namesIn = (text: string): string[] =>
  (text.match(/(?:[^,{]|\{(?:[^"}]|"(?:\\.|[^"\\])*")*\})+/g) ?? []).map((name) => name.trim()).filter(Boolean)

export function askOf(search: string): Ask {
  const params = new URLSearchParams(search)
  const read = (key: string): string => params.get(key) ?? ''
  const oneOf = (key: string, all: readonly string[]): string => (all.includes(read(key)) ? read(key) : (all[0] ?? ''))
  const metrics = namesIn(read('metric'))
  return {
    metrics: metrics.length === 0 ? usualMetrics : metrics.slice(0, 12),
    service: read('service'),
    stack: read('stack'),
    target: read('target'),
    group: oneOf('group', groups),
    aggregate: oneOf('aggregate', aggregates),
    across: oneOf('across', acrosses),
    top: oneOf('top', tops),
    view: read('view') === 'table' ? 'table' : 'charts',
    ...timeOf(read),
  }
}

/** The address of what is asked: what is usual is left out. */
export function queryOf({ metrics, ...rest }: Ask): string {
  const params = new URLSearchParams()
  const metric = metrics.join(',')
  const usual: Record<string, string> = {
    range: usualRange,
    top: tops[0]!,
    view: 'charts',
    metric: usualMetrics.join(','),
  }
  for (const [key, value] of Object.entries({ metric, ...rest }))
    if (value !== '' && value !== usual[key]) params.set(key, value)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
