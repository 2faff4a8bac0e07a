import { Failure, type MetricGroup, type MetricQuery } from '@wheelhouse/contract'
import type { Aggregate } from '@wheelhouse/platform/series'
import type { Catalogue } from './catalogue.ts'
import type { KeptMetric } from './given.ts'

/** Lengths of a step that people can read from an axis; each holds whole readings of every tier it is asked of. */
const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]
const usualSteps = 240
const mostSteps = 11_000
const mostMetrics = 20
const hourMs = 3_600_000

/** A metric that is asked for, and the labels of the one series that is meant; null for all of them. */
export interface Meant {
  readonly metric: KeptMetric
  readonly labels: string | null
}

/** Epoch ms. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  /** What the step is to be at least for. */
  readonly askedMs: number
}

const wrong = (field: string, message: string): Failure =>
  new Failure('VALIDATION_FAILED', `${field}: ${message}`, { field })

/** Names as they are listed: commas within the braces of labels belong to the name. */
export function namesIn(text: string): string[] {
  const names: string[] = []
  let isQuoted = false
  let name = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!
    if (letter === '\\' && isQuoted) name += letter + (text[++at] ?? '')
    else if (letter === ',' && !isQuoted && (!name.includes('{') || name.trimEnd().endsWith('}'))) {
      names.push(name.trim())
      name = ''
    } else {
      if (letter === '"') isQuoted = !isQuoted
      name += letter
    }
  }
  return [...names, name.trim()].filter((one) => one !== '')
}

/** Throws NOT_FOUND for a metric there is none of. */
export function meantBy(text: string, catalogue: Catalogue): Meant[] {
  const names = [...new Set(namesIn(text))]
  if (names.length === 0 || names.length > mostMetrics)
    throw wrong('metric', `name 1 to ${mostMetrics} metrics, not ${names.length}.`)
  return names.map((name) => {
    const brace = name.indexOf('{')
    const metric = catalogue.find(brace === -1 ? name : name.slice(0, brace))
    if (metric === null)
      throw new Failure('NOT_FOUND', `There is no metric "${name}". wh metrics list names those there are.`, {
        kind: 'metric',
        id: name,
      })
    return { metric, labels: brace === -1 ? null : name.slice(brace) }
  })
}

/** Throws VALIDATION_FAILED for a range that is none. */
export function rangeOf({ since, until, stepMs }: MetricQuery, now: number, leastMs: number): Range {
  const to = until === undefined ? now : Date.parse(until)
  const from = since === undefined ? to - hourMs : Date.parse(since)
  if (from >= to) throw wrong('since', 'it must lie before until.')
  const askedMs = stepMs ?? usualStep(to - from, leastMs)
  if ((to - from) / askedMs > mostSteps)
    throw wrong('stepMs', `${mostSteps} steps are answered at most. Take a wider step or a shorter time.`)
  return { from, to, stepMs: askedMs, askedMs }
}

const usualStep = (rangeMs: number, leastMs: number): number => {
  const least = Math.max(rangeMs / usualSteps, leastMs)
  return (steps.find((seconds) => seconds * 1000 >= least) ?? steps.at(-1)!) * 1000
}

const rises = new Set<Aggregate>(['rate', 'increase'])

/** Throws VALIDATION_FAILED where it cannot be of this metric. */
export function aggregateOf({ aggregate }: MetricQuery, metric: KeptMetric): Aggregate {
  if (aggregate === undefined) return metric.kind === 'counter' ? 'rate' : 'avg'
  if (metric.kind === 'gauge' && rises.has(aggregate))
    throw wrong('aggregate', `${aggregate} is of counters, and ${metric.name} is a gauge. Take avg, max or last.`)
  return aggregate
}

/** What a series of this metric stands for: metrics of targets have no services and no stacks. */
export function groupOf({ group }: MetricQuery, metric: KeptMetric): MetricGroup {
  if (metric.of === 'service') return group ?? 'service'
  return group === 'all' ? 'all' : 'target'
}

const rateUnits: Partial<Record<KeptMetric['unit'], KeptMetric['unit']>> = { count: 'count/s', bytes: 'bytes/s' }

export function unitOf(metric: KeptMetric, aggregate: Aggregate, across: MetricQuery['across']): KeptMetric['unit'] {
  if (across === 'count') return 'count'
  if (metric.kind === 'gauge' || aggregate === 'increase') return metric.unit
  return rateUnits[metric.unit] ?? (metric.unit === 's' ? 'ratio' : metric.unit)
}
