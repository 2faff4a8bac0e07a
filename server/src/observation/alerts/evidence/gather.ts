import type { AlertCondition, AlertEvidence, Event, KeptLine, MetricAnswer } from '@wheelhouse/contract'
import { maskText } from '@wheelhouse/platform/log'
import type { AlertRecord } from '../incidents/store.ts'
import type { RuleRecord } from '../rules/store.ts'
import { stepOf } from '../sensing/metric-traces.ts'
import type { World } from '../sensing/ports.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
const mostLines = 20
const mostEvents = 10
const mostConsumers = 3
const iso = (ms: number): string => new Date(ms).toISOString()

/** Each piece is looked for by itself: what cannot be had leaves the others. */
const orElse = <T>(work: Promise<T>, otherwise: T): Promise<T> => work.catch(() => otherwise)

/** How a service has just ended; null while it runs. To be asked at once: the next try may begin any moment. */
export function exitNow({ serviceId }: AlertRecord, { registry }: World): AlertEvidence['exit'] {
  const service = serviceId === null ? null : registry.service(serviceId)
  if (service?.state !== 'failed' && service?.state !== 'stopped') return null
  const { changedAt, exitCode, reason } = service
  return { at: changedAt, exitCode, reason: reason === null ? null : maskText(reason) }
}

/** What is known when an alert fires, with secrets masked. */
export async function gatherEvidence(
  alert: AlertRecord,
  rule: RuleRecord,
  world: World,
  ended: AlertEvidence['exit'],
): Promise<AlertEvidence> {
  const [lines, chart, deployment, exit, events] = await Promise.all([
    orElse(linesOf(alert, rule.spec.condition, world), []),
    orElse(chartOf(alert, rule.spec.condition, world), null),
    orElse(deploymentOf(alert, world), null),
    ended ?? orElse(exitOf(alert, world), null),
    orElse(eventsOf(alert, world), []),
  ])
  return {
    summary: rule.spec.summary ?? null,
    lines,
    chart,
    consumers: consumersOf(alert, world),
    deployment,
    exit,
    events,
  }
}

async function linesOf(alert: AlertRecord, condition: AlertCondition, { lines }: World): Promise<KeptLine[]> {
  if (!lines || alert.serviceId === null || alert.targetId === null) return []
  const source = { targetId: alert.targetId, stack: alert.stack, name: alert.subject }
  const span = { sinceMs: alert.firedAt - hourMs, untilMs: alert.firedAt + minuteMs, limit: mostLines }
  const level = condition.kind === 'log' && condition.level !== undefined ? condition.level : 'error,fatal'
  const errors = await lines.last(source, { ...span, level })
  // Many say what is wrong without a word for how bad it is.
  const found = errors.length > 0 ? errors : await lines.last(source, span)
  return found.map((line) => ({ ...line, text: maskText(line.text) }))
}

async function chartOf(
  alert: AlertRecord,
  condition: AlertCondition,
  { metrics }: World,
): Promise<AlertEvidence['chart']> {
  if (!metrics || (alert.serviceId === null && alert.targetId === null)) return null
  const isMetric = condition.kind === 'metric' || condition.kind === 'change' || condition.kind === 'forecast'
  const windowMs = isMetric ? condition.windowMs : 10 * minuteMs
  const backMs = Math.max(hourMs, Math.min(windowMs * 4, 14 * 24 * hourMs))
  const whose = alert.serviceId === null ? { target: alert.targetId ?? '' } : { service: alert.serviceId }
  const ask = (metric: string): Promise<MetricAnswer> =>
    metrics.query({
      metric,
      ...whose,
      since: iso(alert.firedAt - backMs),
      until: iso(alert.firedAt + minuteMs),
      stepMs: Math.max(stepOf(windowMs), Math.ceil(backMs / 240 / 10_000) * 10_000),
    })
  const usual = alert.serviceId === null ? 'target.cpu-percent' : 'cpu.percent,memory.bytes'
  const { since, stepMs, series } = await ask(isMetric ? condition.metric : usual)
  if (series.length === 0) return null
  const threshold = condition.kind === 'metric' || condition.kind === 'forecast' ? condition.threshold : null
  return { since, stepMs, threshold, series: series.slice(0, 4) }
}

/** Who uses most where it happened. */
function consumersOf({ targetId }: AlertRecord, { registry }: World): AlertEvidence['consumers'] {
  if (targetId === null) return []
  const there = [...registry.services()].filter(
    (service) => service.targetId === targetId && service.taskOf === undefined,
  )
  const top = (metric: string, read: (service: (typeof there)[number]) => number | null) =>
    there
      .flatMap((service) => {
        const value = read(service)
        return value === null || value <= 0 ? [] : [{ metric, service: service.name, serviceId: service.id, value }]
      })
      .toSorted((a, b) => b.value - a.value)
      .slice(0, mostConsumers)
  return [
    ...top('cpu.percent', ({ usage }) => usage?.cpuPercent ?? null),
    ...top('memory.bytes', ({ usage }) => usage?.memoryBytes ?? null),
  ]
}

const word = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

async function deploymentOf({ stack, firedAt }: AlertRecord, { events }: World): Promise<AlertEvidence['deployment']> {
  if (stack === null) return null
  const types = ['deployment.finished', 'deployment.started', 'stack.applied', 'stack.failed', 'rollout.finished']
  const found = await events({ types, sinceMs: firedAt - 30 * 24 * hourMs, stack, limit: 20 })
  const last = found.find(({ at }) => Date.parse(at) <= firedAt)
  if (!last) return null
  const runId = word(last.data.deploymentId)
  const jobId = word(last.data.jobId)
  const number = typeof last.data.number === 'number' ? `run ${last.data.number}` : null
  return {
    id: runId ?? jobId ?? last.id,
    kind: runId !== null ? 'deployment' : jobId !== null ? 'job' : 'event',
    title: number === null ? last.message.replace(/\.$/, '') : `${stack}, ${number}`,
    state: word(last.data.state) ?? stateOf(last),
    at: last.at,
  }
}

function stateOf({ type }: Event): string {
  if (type === 'deployment.started') return 'running'
  return type === 'stack.failed' ? 'failed' : 'succeeded'
}

async function exitOf(alert: AlertRecord, world: World): Promise<AlertEvidence['exit']> {
  const { targetId, stack, subject, serviceId } = alert
  if (serviceId === null || targetId === null) return null
  const now = exitNow(alert, world)
  if (now) return now
  const lives = (await world.lines?.lives({ targetId, stack, name: subject }, 5)) ?? []
  const ended = lives.find(
    ({ life }) => life.endedAt !== null && Date.parse(life.endedAt) <= alert.firedAt + minuteMs,
  )?.life
  return ended ? { at: ended.endedAt ?? iso(alert.firedAt), exitCode: ended.exitCode, reason: ended.reason } : null
}

async function eventsOf(alert: AlertRecord, { events }: World): Promise<AlertEvidence['events']> {
  const { serviceId, targetId, stack, firedAt } = alert
  const about = serviceId !== null ? { serviceId } : stack !== null ? { stack } : targetId !== null ? { targetId } : {}
  const found = await events({ types: null, sinceMs: firedAt - 24 * hourMs, ...about, limit: mostEvents * 3 })
  return found
    .filter(({ type, at }) => !type.startsWith('alert') && Date.parse(at) <= firedAt + minuteMs)
    .slice(0, mostEvents)
    .map(({ at, message }) => ({ at, message: maskText(message) }))
    .toReversed()
}
