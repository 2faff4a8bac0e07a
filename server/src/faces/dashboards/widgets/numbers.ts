import { Failure, type MetricQuery, type WidgetContent, type WidgetSpec } from '@wheelhouse/contract'
import type { CallContext } from '../../../dispatch/index.ts'
import { eachOnce } from '../../../workloads/services/index.ts'
import type { Shown, WidgetRoom } from '../room.ts'
import { type About, requireSight, seenServices } from './about.ts'

type Stat = Extract<WidgetSpec, { kind: 'stat' }>
type Chart = Extract<WidgetSpec, { kind: 'chart' }>
type Of<K extends WidgetContent['kind']> = Extract<WidgetContent, { kind: K }>

const weekMs = 7 * 86_400_000
const sparkSteps = 40
const chartSteps = 180
const iso = (ms: number): string => new Date(ms).toISOString()
const asAsked = ({ service, stack, target }: About) => ({
  ...(service === undefined ? {} : { service }),
  ...(stack === undefined ? {} : { stack }),
  ...(target === undefined ? {} : { target }),
})
/** Readings are kept in steps of ten seconds. */
const stepFor = (spanMs: number, steps: number): number =>
  Math.min(86_400_000, Math.max(10_000, Math.ceil(spanMs / steps / 10_000) * 10_000))

export async function stat(room: WidgetRoom, spec: Stat, shown: Shown, context: CallContext): Promise<Of<'stat'>> {
  const { source } = spec
  const { caller } = context
  switch (source.from) {
    case 'metric':
      return ofMetric(room, spec, source, shown, context)
    case 'services': {
      const states = source.state?.split(',').map((word) => word.trim()) ?? null
      const services = eachOnce(seenServices(room, source, 'services.read', caller))
      const value = services.filter(({ state }) => states === null || states.includes(state)).length
      return counted(value, states === null ? 'services' : states.join(' or '))
    }
    case 'alerts': {
      requireSight(caller, 'alerts.read')
      if (room.alerts === null) throw none('No alerts are kept.')
      const { severity } = source
      const { total } = await room.alerts(
        { ...asAsked(source), ...(severity === undefined ? {} : { severity }), limit: 1 },
        context,
      )
      return counted(total, severity === undefined ? 'open alerts' : `open alerts, ${severity}`)
    }
    case 'lines': {
      requireSight(caller, 'logs.read')
      const at = (back: number) => linesOf(room, source, shown, back, context)
      const [now, before] = await Promise.all([at(0), spec.lastWeek ? at(weekMs) : null])
      return {
        ...counted(sum(now), linesOfLevel(source.level)),
        spark: now,
        lastWeek: before === null ? null : sum(before),
      }
    }
    case 'crashes': {
      requireSight(caller, 'logs.read')
      const { items } = await room.crashes(
        { ...asAsked(source), since: iso(shown.fromMs), until: iso(shown.toMs), limit: 200 },
        context,
      )
      return counted(
        items.reduce((total, { count }) => total + count, 0),
        'crashes',
      )
    }
    default:
      return source satisfies never
  }
}

const none = (message: string): Failure => new Failure('CAPABILITY_MISSING', message)
const counted = (value: number, of: string): Of<'stat'> => ({
  kind: 'stat',
  value,
  unit: 'count',
  lastWeek: null,
  spark: [],
  of,
})
const linesOfLevel = (level: string | undefined): string =>
  level === undefined
    ? 'lines'
    : level === 'error,fatal'
      ? 'error lines'
      : `lines of level ${level.replaceAll(',', ', ')}`
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

async function linesOf(
  room: WidgetRoom,
  source: Extract<Stat['source'], { from: 'lines' }>,
  { fromMs, toMs }: Shown,
  backMs: number,
  context: CallContext,
): Promise<number[]> {
  const { counts, levels } = await room.histogram(
    { ...asAsked(source), since: iso(fromMs - backMs), until: iso(toMs - backMs), buckets: sparkSteps },
    context,
  )
  const wanted = source.level?.split(',').map((word) => word.trim()) ?? levels
  const columns = levels.flatMap((level, column) => (wanted.includes(level) ? [column] : []))
  return counts.map((row) => columns.reduce((total, column) => total + (row[column] ?? 0), 0))
}

async function ofMetric(
  room: WidgetRoom,
  spec: Stat,
  source: Extract<Stat['source'], { from: 'metric' }>,
  shown: Shown,
  context: CallContext,
): Promise<Of<'stat'>> {
  requireSight(context.caller, 'metrics.read')
  const at = (back: number) =>
    ask(
      room,
      { ...metricOf(source), group: 'all' },
      { fromMs: shown.fromMs - back, toMs: shown.toMs - back },
      sparkSteps,
      context,
    )
  const [now, before] = await Promise.all([at(0), spec.lastWeek ? at(weekMs) : null])
  const values = now.series[0]?.values ?? []
  const reduce = spec.reduce ?? 'last'
  return {
    kind: 'stat',
    value: reduced(values, reduce),
    unit: now.series[0]?.unit ?? 'none',
    lastWeek: before === null ? null : reduced(before.series[0]?.values ?? [], reduce === 'last' ? 'avg' : reduce),
    spark: values,
    of: source.metric,
  }
}

function reduced(values: readonly (number | null)[], how: NonNullable<Stat['reduce']>): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  if (how === 'last') return known.at(-1) ?? null
  if (how === 'min') return Math.min(...known)
  if (how === 'max') return Math.max(...known)
  return how === 'sum' ? sum(known) : sum(known) / known.length
}

type Asking = About & Pick<Chart, 'metric' | 'aggregate' | 'across'>
const metricOf = ({ metric, aggregate, across, ...about }: Asking): MetricQuery => ({
  metric,
  ...asAsked(about),
  ...(aggregate === undefined ? {} : { aggregate }),
  ...(across === undefined ? {} : { across }),
})

async function ask(room: WidgetRoom, query: MetricQuery, { fromMs, toMs }: Shown, steps: number, context: CallContext) {
  if (room.readings === null) throw none('No readings are kept.')
  const stepMs = stepFor(toMs - fromMs, steps)
  return room.readings({ ...query, since: iso(fromMs), until: iso(toMs), stepMs }, context)
}

export async function chart(room: WidgetRoom, spec: Chart, shown: Shown, context: CallContext): Promise<Of<'chart'>> {
  requireSight(context.caller, 'metrics.read')
  const { group, top } = spec
  const query = { ...metricOf(spec), ...(group === undefined ? {} : { group }), top: top ?? 6 }
  const [answer, marks] = await Promise.all([
    ask(room, query, shown, chartSteps, context),
    spec.marks === false ? [] : marksOf(room, spec, shown, context),
  ])
  return { kind: 'chart', answer, marks }
}

/** Pins that say why a line bends. Whoever may see none of them sees the line alone. */
async function marksOf(
  room: WidgetRoom,
  about: About,
  { fromMs, toMs }: Shown,
  context: CallContext,
): Promise<Of<'chart'>['marks']> {
  const span = { since: iso(fromMs), until: iso(toMs) }
  const isNarrow = about.service !== undefined || about.stack !== undefined || about.target !== undefined
  try {
    if (!isNarrow) {
      requireSight(context.caller, 'deployments.read')
      const { items } = await room.runs({ limit: 50 }, context)
      return items
        .filter(({ finishedAt }) => finishedAt !== null && finishedAt >= span.since && finishedAt <= span.until)
        .map((run) => ({
          at: run.finishedAt ?? run.createdAt,
          title: `${run.stack} (${run.environment}), run ${run.number}: ${run.state}`,
          severity: run.state === 'succeeded' ? 'info' : 'error',
        }))
    }
    requireSight(context.caller, 'timeline.read')
    const { marks } = await room.axis({ ...asAsked(about), ...span, kinds: 'deployment,crash' }, context)
    return marks.map(({ until, from, title, severity }) => ({ at: until ?? from, title, severity }))
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}
