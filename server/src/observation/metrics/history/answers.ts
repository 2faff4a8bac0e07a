import { Failure, type MetricAnswer, type MetricGroup, type MetricQuery, type MetricSeries } from '@wheelhouse/contract'
import type { Aggregate, Answer, SeriesQuery } from '@wheelhouse/platform/series'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { Entities } from './entities.ts'
import type { Keeping } from './keeping.ts'
import { aggregateOf, groupOf, meantBy, type Meant, type Range, rangeOf, unitOf } from './question.ts'
import { reduced } from './reduced.ts'
import type { EntityRow } from './store.ts'

export interface AnswersParts {
  readonly registry: Registry
  readonly entities: Entities
  readonly catalogue: Catalogue
  readonly keeping: Keeping
  readonly intervalMs: number
}

const mostSeries = 200
/** Of how many parts a step is looked at where it is about the rates within it. */
const partsOfStep = 20
const tickMs = 10_000
const gone = new Set(['AnswerTooLarge', 'ThreadTimeout'])

/** One question of one metric, ready to be asked. */
interface Asked {
  readonly meant: Meant
  readonly aggregate: Aggregate
  readonly group: MetricGroup
  readonly rows: readonly EntityRow[]
  /** A number for each group of rows, and one of the rows it stands for. */
  readonly groups: ReadonlyMap<number, number>
  readonly ofGroup: readonly EntityRow[]
}

interface Found {
  readonly asked: Asked
  readonly from: number
  readonly stepMs: number
  readonly series: readonly { readonly row: EntityRow; readonly values: Float64Array }[]
}

/** Answers questions about kept readings, of what `visible` lets through. */
export class Answers {
  readonly #parts: AnswersParts

  constructor(parts: AnswersParts) {
    this.#parts = parts
  }

  /** Throws NOT_FOUND, VALIDATION_FAILED, or TIMED_OUT. */
  async answer(query: MetricQuery, visible: (row: EntityRow) => boolean, signal?: AbortSignal): Promise<MetricAnswer> {
    const { catalogue, intervalMs } = this.#parts
    const range = rangeOf(query, Date.now(), intervalMs)
    const questions = meantBy(query.metric, catalogue).map((meant) => this.#asked(meant, query, visible))
    let found = await this.#all(questions, query, range, signal)
    // What is kept of one in seconds may be there of another in coarser steps alone: one answer has one step.
    const widest = Math.max(...found.map(({ stepMs }) => stepMs))
    if (found.some(({ stepMs }) => stepMs !== widest))
      found = await this.#all(questions, query, { ...range, stepMs: widest }, signal)
    const [first] = found
    const series = found.flatMap((one) => this.#shown(one, query))
    return {
      since: new Date(first!.from).toISOString(),
      stepMs: first!.stepMs,
      asked: { stepMs: range.askedMs },
      series: series.slice(0, mostSeries),
      more: Math.max(0, series.length - mostSeries),
    }
  }

  #asked(meant: Meant, query: MetricQuery, visible: (row: EntityRow) => boolean): Asked {
    const { entities, registry } = this.#parts
    const { metric, labels } = meant
    const target = query.target === undefined ? undefined : (registry.findTarget(query.target)?.id ?? query.target)
    const isMeant = (row: EntityRow): boolean =>
      metric.origin === 'scrape' ? labels === null || row.labels === labels : row.labels === null
    const rows = entities.select(metric.of, { ...query, target }, visible).filter(isMeant)
    const group = groupOf(query, metric)
    const numbers = new Map<string, number>()
    const ofGroup: EntityRow[] = []
    const groups = new Map<number, number>()
    for (const row of rows) {
      const key = groupKey(row, group)
      let number = numbers.get(key)
      if (number === undefined) numbers.set(key, (number = ofGroup.push(row) - 1))
      groups.set(row.id, number)
    }
    return { meant, aggregate: aggregateOf(query, metric), group, rows, groups, ofGroup }
  }

  #all(questions: readonly Asked[], query: MetricQuery, range: Range, signal?: AbortSignal): Promise<Found[]> {
    return Promise.all(questions.map((asked) => this.#ask(asked, query, range, signal)))
  }

  async #ask(asked: Asked, query: MetricQuery, range: Range, signal?: AbortSignal): Promise<Found> {
    const { aggregate, meant, rows, groups, ofGroup } = asked
    const { from, to, stepMs } = range
    const empty = { asked, from: Math.floor(from / stepMs) * stepMs, stepMs, series: [] }
    if (rows.length === 0) return empty
    // A counter's own values tell nothing: what is asked of it beside rate and increase is asked of its rate.
    const isOfRates = meant.metric.kind === 'counter' && aggregate !== 'rate' && aggregate !== 'increase'
    const fineMs = isOfRates ? fineStep(stepMs) : stepMs
    const isAlone = ofGroup.length === rows.length
    const top = query.top === undefined ? null : ({ count: query.top, by: 'avg', order: 'highest' } as const)
    const answer = await this.#read(
      {
        metric: meant.metric.id,
        entities: rows.map(({ id }) => id),
        from,
        to,
        stepMs: fineMs,
        aggregate: isOfRates ? 'rate' : aggregate,
        group: isAlone && query.across !== 'count' ? null : { of: groups, across: query.across ?? 'sum' },
        top,
      },
      signal,
    )
    if (answer === null) return empty
    const rowOf =
      isAlone && query.across !== 'count'
        ? this.#parts.entities.byId.bind(this.#parts.entities)
        : (id: number) => ofGroup[id] ?? null
    const wideMs = Math.max(stepMs, answer.stepMs)
    const series = answer.series.flatMap(({ id, values }) => {
      const row = rowOf(id)
      return row === null ? [] : [{ row, values }]
    })
    if (!isOfRates || wideMs === answer.stepMs) return { asked, from: answer.from, stepMs: answer.stepMs, series }
    const wide = { from: Math.floor(from / wideMs) * wideMs, stepMs: wideMs, to }
    return {
      asked,
      from: wide.from,
      stepMs: wideMs,
      series: series.map(({ row, values }) => ({ row, values: reduced(values, answer, wide, aggregate) })),
    }
  }

  async #read(query: SeriesQuery, signal?: AbortSignal): Promise<Answer | null> {
    try {
      return await this.#parts.keeping.query(query, signal)
    } catch (error) {
      const { name } = error as Error
      if (name === 'AbortError' || signal?.aborted) throw error
      if (gone.has(name))
        throw new Failure(
          'TIMED_OUT',
          'Too much was asked for at once. Ask for a wider step, a shorter time, fewer services or the top few.',
        )
      throw new Failure(
        'STORAGE_UNREACHABLE',
        `Kept readings cannot be read: ${(error as Error).message}. wh metrics storage tells more.`,
      )
    }
  }

  #shown({ asked, series }: Found, query: MetricQuery): MetricSeries[] {
    const { meant, aggregate, group } = asked
    const unit = unitOf(meant.metric, aggregate, query.across)
    const metric = meant.metric.name + (meant.labels ?? '')
    return series
      .filter(({ values }) => values.some((value) => value === value))
      .map(({ row, values }) => ({ metric, unit, ...this.#named(row, group), values: numbersOf(values) }))
  }

  #named(row: EntityRow, group: MetricGroup): Omit<MetricSeries, 'metric' | 'unit' | 'values'> {
    const { registry } = this.#parts
    const nobody = { serviceId: null, service: null, stack: null, targetId: null, target: null }
    if (group === 'all') return nobody
    const place = { targetId: row.targetId, target: registry.findTarget(row.targetId)?.name ?? row.targetName }
    if (group === 'target' || row.subject === 'target') return { ...nobody, ...place }
    if (group === 'stack') return { ...nobody, stack: row.stack, ...place }
    const isHere = row.serviceId !== null && registry.service(row.serviceId) !== null
    const labels = group === 'labels' && row.labels !== null ? { labels: row.labels } : {}
    return { serviceId: isHere ? row.serviceId : null, service: row.name, stack: row.stack, ...place, ...labels }
  }
}

function groupKey({ id, subject, targetId, stack, name }: EntityRow, group: MetricGroup): string {
  if (group === 'all') return ''
  if (group === 'labels') return String(id)
  if (group === 'target' || subject === 'target') return targetId
  return JSON.stringify(group === 'stack' ? [targetId, stack] : [targetId, stack, name])
}

/** A part of a step in which a rate can be told. */
const fineStep = (stepMs: number): number =>
  stepMs <= tickMs ? stepMs : Math.max(tickMs, Math.ceil(stepMs / partsOfStep / tickMs) * tickMs)

/** JSON knows no gap but null, and nobody reads more than nine digits. */
const numbersOf = (values: Float64Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(9)) : null))
