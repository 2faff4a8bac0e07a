import type { Metric } from '@wheelhouse/contract'

/** One value of an endpoint. `labels` are as it spells them, within braces; empty where there are none. */
export interface ScrapedSample {
  readonly name: string
  readonly labels: string
  readonly value: number
}
export interface ScrapedMetric {
  readonly name: string
  readonly kind: Metric['kind']
  readonly unit: Metric['unit']
  readonly summary: string
}
export interface ScrapedText {
  readonly samples: readonly ScrapedSample[]
  /** By the name of the samples. */
  readonly metrics: ReadonlyMap<string, ScrapedMetric>
  /** Samples that are not kept: beyond the limit, or with names too long. */
  readonly leftOut: number
}

const mostName = 390
const nameAtStart = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const commentLine = /^#\s*(HELP|TYPE)\s+(\S+)\s*(.*)$/
/** What histograms and summaries append to their names. */
const parts = /_(bucket|sum|count|total)$/

const units: readonly (readonly [RegExp, Metric['unit']])[] = [
  [/_bytes(_total|_sum|_created)?$/, 'bytes'],
  [/_(milliseconds|ms)(_total|_sum)?$/, 'ms'],
  [/_seconds(_total|_sum)?$/, 's'],
  [/_ratio$/, 'ratio'],
  [/_percent$/, 'percent'],
]

function unitOf(name: string, kind: Metric['kind']): Metric['unit'] {
  return units.find(([pattern]) => pattern.test(name))?.[1] ?? (kind === 'counter' ? 'count' : 'none')
}

function kindOf(name: string, types: ReadonlyMap<string, string>): Metric['kind'] {
  const own = types.get(name)
  if (own === 'counter') return 'counter'
  if (own !== undefined && own !== 'untyped' && own !== 'unknown') return 'gauge'
  const family = types.get(name.replace(parts, ''))
  if (family === 'histogram' || family === 'gaugehistogram' || family === 'summary' || family === 'counter')
    return parts.test(name) && family !== 'gaugehistogram' ? 'counter' : 'gauge'
  return name.endsWith('_total') ? 'counter' : 'gauge'
}

/** Null for what is none. */
function numberOf(text: string): number | null {
  if (/^[+]?inf(inity)?$/i.test(text)) return Infinity
  if (/^-inf(inity)?$/i.test(text)) return -Infinity
  if (/^nan$/i.test(text)) return Number.NaN
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}

/** Where the labels end that begin at `from`; -1 where they do not. */
function endOfLabels(line: string, from: number): number {
  let isQuoted = false
  for (let at = from; at < line.length; at++) {
    const letter = line[at]
    if (letter === '\\' && isQuoted) at++
    else if (letter === '"') isQuoted = !isQuoted
    else if (letter === '}' && !isQuoted) return at
  }
  return -1
}

/** Without room around them and without a comma at the end. */
function tidied(labels: string): string {
  const inner = labels.trim()
  const bare = inner.endsWith(',') ? inner.slice(0, -1).trimEnd() : inner
  return bare === '' ? '' : `{${bare}}`
}

/** What stands behind the value, a time or an exemplar, is not asked for. */
function sampleIn(line: string): ScrapedSample | null {
  const name = nameAtStart.exec(line)?.[0]
  if (name === undefined) return null
  let rest = line.slice(name.length).trimStart()
  let labels = ''
  if (rest.startsWith('{')) {
    const end = endOfLabels(rest, 1)
    if (end === -1) return null
    labels = tidied(rest.slice(1, end))
    rest = rest.slice(end + 1).trimStart()
  }
  const number = /^[^\s{}#]+/.exec(rest)?.[0]
  const value = number === undefined ? null : numberOf(number)
  return value === null ? null : { name, labels, value }
}

/** Reads the text format of Prometheus, and what OpenMetrics adds to it. Answers null for a text that is none: without one sample. */
export function readText(text: string, mostSamples: number): ScrapedText | null {
  const types = new Map<string, string>()
  const help = new Map<string, string>()
  const samples: ScrapedSample[] = []
  let leftOut = 0
  let found = 0
  for (const line of text.split('\n')) {
    if (line === '' || line === '\r') continue
    if (line.startsWith('#')) {
      const [, word, name, rest] = commentLine.exec(line) ?? []
      if (word === 'TYPE') types.set(name!, rest!.trim())
      else if (word === 'HELP') help.set(name!, rest!.trim())
      continue
    }
    const sample = sampleIn(line)
    if (sample === null) continue
    const { name, labels: told, value } = sample
    found++
    // What is no number now is a gap.
    if (!Number.isFinite(value)) continue
    if (samples.length >= mostSamples || name.length + told.length > mostName || name.endsWith('_created')) leftOut++
    else samples.push({ name, labels: told, value })
  }
  if (found === 0) return null
  const metrics = new Map<string, ScrapedMetric>()
  for (const { name } of samples) {
    if (metrics.has(name)) continue
    const kind = kindOf(name, types)
    const summary = (help.get(name) ?? help.get(name.replace(parts, '')) ?? '').slice(0, 300)
    metrics.set(name, { name, kind, unit: unitOf(name, kind), summary })
  }
  return { samples, metrics, leftOut }
}
