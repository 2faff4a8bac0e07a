import {
  type AlertCondition,
  Failure,
  type MetricAggregate,
  type MetricAnswer,
  type MetricQuery,
  type MetricSeries,
} from '@wheelhouse/contract'
import { spanWords } from '../telling/figures.ts'
import type { World } from './ports.ts'
import { type Points, pointsWithin, together, trendOf } from './points.ts'
import type { Selection, Where } from './selection.ts'
import { serviceSubject, type Subject, targetSubject } from './subject.ts'
import { noTraces, type Span, type Trace, type Traces } from './trace.ts'

export type MetricCondition = Extract<AlertCondition, { kind: 'metric' | 'change' | 'forecast' }>

const finestMs = 10_000
const pointsOfWindow = 60
/** What one list of services may hold in a query. */
const longestList = 1_900

/** How fine a window is looked at. */
export function stepOf(windowMs: number): number {
  return Math.max(finestMs, Math.ceil(windowMs / pointsOfWindow / finestMs) * finestMs)
}

/** How far back from a moment its value reaches. */
const reachOf = (condition: MetricCondition): number =>
  (condition.kind === 'change' ? condition.windowMs + condition.beforeMs : condition.windowMs) +
  2 * stepOf(condition.windowMs)

/** Percentiles are taken of the steps, which are averages then. */
const asked = (condition: MetricCondition): MetricAggregate | undefined => {
  if (condition.kind === 'forecast' || condition.aggregate === undefined) return undefined
  return condition.aggregate === 'p95' ? 'avg' : condition.aggregate
}

/** Steps of one answer, and values that a look back holds at most. */
const stepsOfAnswer = 9_000
const mostValues = 4_000_000

/** How a metric went for everything that has it, by one query; a long look back takes one for each part of it. */
export async function metricTraces(
  condition: MetricCondition,
  where: Where,
  selection: Selection,
  world: World,
  span: Span,
): Promise<Traces> {
  if (!world.metrics)
    return noTraces('No readings are kept here, so no metric can be watched. Turn the history of metrics on.')
  const aggregate = asked(condition)
  const reachMs = reachOf(condition)
  let stepMs = stepOf(condition.windowMs)
  const limits: string[] = []
  const bySubject = new Map<string, { subject: Subject; parts: Part[] }>()
  let unit: Traces['unit'] = null
  let widest = stepMs
  let knownSince = Number.POSITIVE_INFINITY
  try {
    for (let from = span.sinceMs; from <= span.untilMs;) {
      const until = Math.min(span.untilMs, from + Math.max(stepsOfAnswer * stepMs - reachMs, stepMs))
      const query: MetricQuery = {
        metric: condition.metric,
        ...(where.service === undefined ? {} : { service: where.service }),
        ...(where.stack === undefined ? {} : { stack: where.stack }),
        ...(where.target === undefined ? {} : { target: where.target }),
        since: new Date(from - reachMs).toISOString(),
        until: new Date(until).toISOString(),
        stepMs,
        ...(aggregate === undefined ? {} : { aggregate }),
      }
      const answers = await everySeries(world, query)
      const count = answers.reduce((sum, { series }) => sum + series.length, 0)
      const tooMany = (count * (span.untilMs - span.sinceMs)) / stepMs / mostValues
      if (tooMany > 1 && from === span.sinceMs && stepMs === stepOf(condition.windowMs)) {
        stepMs = Math.ceil((stepMs * tooMany) / finestMs) * finestMs
        limits.push(`So many series over so long were looked at in steps of ${spanWords(stepMs)}.`)
        continue
      }
      for (const answer of answers) {
        widest = Math.max(widest, answer.stepMs)
        for (const one of answer.series) {
          const subject = subjectOf(one, world)
          if (subject === null || !isMeant(subject, selection, world)) continue
          unit ??= one.unit
          const points = { sinceMs: Date.parse(answer.since), stepMs: answer.stepMs, values: one.values }
          const known = one.values.findIndex((value) => value !== null)
          if (known !== -1) knownSince = Math.min(knownSince, points.sinceMs + known * points.stepMs)
          const entry = bySubject.get(subject.key) ?? { subject, parts: [] }
          entry.parts.push({ until, points })
          bySubject.set(subject.key, entry)
        }
      }
      from = until + 1
    }
  } catch (error) {
    if (error instanceof Failure) return noTraces(error.message)
    throw error
  }
  if (widest > stepMs)
    limits.push(`Older readings are kept in steps of ${spanWords(widest)}: short peaks are not seen in them.`)
  return {
    traces: [...bySubject.values()].map(({ subject, parts }) => traceOf(condition, subject, parts, world)),
    unit,
    problem: bySubject.size === 0 ? `Nothing that it looks at has the metric "${condition.metric}" yet.` : null,
    limits,
    ...(Number.isFinite(knownSince) ? { knownSince } : {}),
  }
}

/** What is known up to a moment. A subject that was made anew may have two for the same time. */
interface Part {
  readonly until: number
  readonly points: Points
}

function subjectOf(series: MetricSeries, world: World): Subject | null {
  const { serviceId, service, stack, targetId, target } = series
  if (targetId === null) return null
  if (service === null) return targetSubject({ id: targetId, name: target ?? targetId })
  const live = serviceId === null ? null : world.registry.service(serviceId)
  return serviceSubject(live ?? { id: serviceId ?? '', name: service, targetId, stack })
}

function isMeant(subject: Subject, selection: Selection, { registry }: World): boolean {
  if (subject.kind === 'target') return selection.target({ id: subject.targetId ?? '', name: subject.name })
  const live = subject.serviceId === null ? null : registry.service(subject.serviceId)
  if (live) return selection.service(live)
  return selection.subject(subject, (id) => registry.findTarget(id)?.name ?? null)
}

function traceOf(condition: MetricCondition, subject: Subject, parts: readonly Part[], world: World): Trace {
  const { windowMs } = condition
  const own = (points: Points, at: number): number | null => {
    if (condition.kind === 'forecast') {
      const trend = trendOf(points, windowMs, at)
      return trend === null ? null : trend.now + trend.perMs * condition.withinMs
    }
    const value = (to: number): number | null =>
      together(
        pointsWithin(points, windowMs, to).map((point) => point.value),
        condition.aggregate,
      )
    if (condition.kind === 'metric') return value(at)
    const [now, then] = [value(at), value(at - condition.beforeMs)]
    // Of nothing there is no percentage.
    return now === null || then === null || then === 0 ? null : ((now - then) / Math.abs(then)) * 100
  }
  /** The first part that reaches so far, and what stands beside it. */
  const meant = (at: number): readonly Part[] => {
    const first = parts.find(({ until }) => at <= until)
    return first ? parts.filter(({ until }) => until === first.until) : []
  }
  return {
    subject: subject.serviceId === '' ? { ...subject, serviceId: null } : subject,
    valueAt: (at) => {
      for (const { points } of meant(at)) {
        const value = own(points, at)
        if (value !== null) return value
      }
      return null
    },
    isFrozen: () => isUnheard(subject, world),
    ...(condition.kind === 'forecast'
      ? { detailAt: (at: number) => meant(at).map(({ points }) => forecastWords(condition, points, at))[0] ?? null }
      : {}),
  }
}

/** While its target is not heard nothing new is known of a service. */
function isUnheard({ targetId, serviceId }: Subject, { registry }: World): boolean {
  const service = serviceId === null ? null : registry.service(serviceId)
  if (service) return service.stale
  return registry.targets().some(({ id, state }) => id === targetId && state !== 'connected')
}

function forecastWords(
  condition: Extract<MetricCondition, { kind: 'forecast' }>,
  points: Points,
  at: number,
): string | null {
  const trend = trendOf(points, condition.windowMs, at)
  if (trend === null || trend.perMs === 0) return null
  const leftMs = (condition.threshold - trend.now) / trend.perMs
  return leftMs <= 0 ? 'it is there already' : `at this rate in ${spanWords(leftMs)}`
}

/** One query; where an answer cannot hold all series, one for each target, and then for some services at a time. */
async function everySeries(world: World, query: MetricQuery): Promise<MetricAnswer[]> {
  const { metrics, registry } = world
  if (!metrics) return []
  const whole = await metrics.query(query)
  if (whole.more === 0) return [whole]
  const answers: MetricAnswer[] = []
  const targets = registry
    .records()
    .filter(({ id, name }) => query.target === undefined || [id, name].includes(query.target))
  for (const { id } of targets) {
    const answer = await metrics.query({ ...query, target: id })
    if (answer.more === 0 || query.service !== undefined) {
      answers.push(answer)
      continue
    }
    for (const service of lists(
      [...registry.services()].filter(({ targetId }) => targetId === id).map((one) => one.id),
    ))
      answers.push(await metrics.query({ ...query, target: id, service }))
  }
  return answers
}

function lists(ids: readonly string[]): string[] {
  const made: string[] = []
  for (const id of ids) {
    const last = made.at(-1)
    if (last === undefined || last.length + id.length >= longestList) made.push(id)
    else made[made.length - 1] = `${last},${id}`
  }
  return made
}
