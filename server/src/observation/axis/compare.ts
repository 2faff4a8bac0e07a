import { type ComparedMeasure, type Deployment, Failure, type timeline } from '@wheelhouse/contract'
import { type CallContext, callerMay, type Handlers, visiblePlaces } from '../../dispatch/index.ts'
import { compared, type Measure, type Side, summaryOf } from './measures.ts'
import type { Span } from './event-marks.ts'
import type { AxisRoom } from './room.ts'
import { type Subject, subjectOf } from './subject.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs
const shortestMs = 60_000
const steps = 60
const iso = (ms: number): string => new Date(ms).toISOString()

/** Readings by the names they are kept under. */
const readings: readonly (Measure & { readonly metrics: readonly string[]; readonly across: 'sum' | 'avg' })[] = [
  { name: 'cpu', metrics: ['cpu.percent'], title: 'CPU', unit: 'percent', better: 'lower', least: 1, across: 'sum' },
  {
    name: 'memory',
    metrics: ['memory.bytes'],
    title: 'memory',
    unit: 'bytes',
    better: 'lower',
    least: 1024 * 1024,
    across: 'sum',
  },
  {
    name: 'response',
    // The first of these that it has: as its own log tells, then as its checks do.
    metrics: ['requests.response-ms', 'check.response-ms'],
    title: 'response time',
    unit: 'ms',
    better: 'lower',
    least: 1,
    across: 'avg',
  },
]
const errorLines: Measure = {
  name: 'errors',
  title: 'error lines a minute',
  unit: 'per-minute',
  better: 'lower',
  least: 0.1,
}
const crashes: Measure = { name: 'crashes', title: 'crashes', unit: 'count', better: 'lower', least: 1 }

interface Moment {
  readonly title: string
  /** When the change began and when it was done; the same for a moment. */
  readonly beganMs: number
  readonly atMs: number
  readonly run: Deployment | null
}

export const compare =
  (room: AxisRoom): Handlers<typeof timeline>['compare'] =>
  async (input, context) => {
    const against = input.against ?? 'before'
    const run = input.deployment === undefined ? null : await room.seenRun(input.deployment, context.caller)
    const isNamed = input.service !== undefined || input.stack !== undefined || input.target !== undefined
    const asked = isNamed || run === null ? input : ofRun(run)
    const subject = subjectOf(room, asked, context.caller)
    const moment = await momentOf(
      room,
      subject,
      run,
      input.at,
      { against, windowMs: input.windowMs ?? hourMs },
      context,
    )
    const untilMs = Math.min(Date.now(), moment.atMs + (input.windowMs ?? hourMs))
    const windowMs = Math.max(shortestMs, untilMs - moment.atMs)
    const after = { fromMs: moment.atMs, toMs: moment.atMs + windowMs }
    const before =
      against === 'last-week'
        ? { fromMs: after.fromMs - weekMs, toMs: after.toMs - weekMs }
        : { fromMs: moment.beganMs - windowMs, toMs: moment.beganMs }
    const stepMs = Math.max(10_000, Math.ceil(windowMs / steps / 10_000) * 10_000)
    const sides: Sides = { before, after, stepMs }
    const measures = (
      await Promise.all([
        ...readings.map((measure) => ofReadings(room, subject, measure, sides, context)),
        ofErrors(room, subject, sides, context),
        ofCrashes(room, subject, sides, context),
      ])
    ).filter((measure) => measure !== null)
    const shown = moment.run
    return {
      title: moment.title,
      at: iso(moment.atMs),
      against,
      before: { since: iso(before.fromMs), until: iso(before.toMs) },
      after: { since: iso(after.fromMs), until: iso(after.toMs) },
      deployment:
        shown === null
          ? null
          : { id: shown.id, number: shown.number, state: shown.state, release: shown.release?.number ?? null },
      services: namesOf(room, subject),
      measures,
      summary: summaryOf(measures),
      limits: limitsOf(room, windowMs, input.windowMs ?? hourMs, measures),
    }
  }

const ofRun = (run: Deployment) => {
  const [target] = run.targets
  return { stack: run.stack, ...(run.targets.length === 1 && target ? { target: target.id } : {}) }
}

interface Sides {
  readonly before: Span
  readonly after: Span
  readonly stepMs: number
}

async function momentOf(
  room: AxisRoom,
  subject: Subject,
  asked: Deployment | null,
  at: string | undefined,
  { against, windowMs }: { against: 'before' | 'last-week'; windowMs: number },
  context: CallContext,
): Promise<Moment> {
  if (asked !== null) return ofDeployment(asked)
  if (at !== undefined) return plain(Date.parse(at), `${subject.name} at ${at}`)
  // Beside last week, a change is not what is looked at: the time up to now is.
  if (against === 'last-week') return plain(Date.now() - windowMs, `${subject.name} now`)
  const { caller } = context
  if (subject.stack !== null && callerMay(caller, 'deployments.read', placeOf(subject))) {
    const { items } = await room.runs({ stack: subject.stack, limit: 50 }, context)
    const run = items.find(
      ({ finishedAt, targets }) =>
        finishedAt !== null && (subject.targetId === null || targets.some(({ id }) => id === subject.targetId)),
    )
    if (run) return ofDeployment(run)
  }
  const changes = { limit: 1, places: visiblePlaces(caller, 'timeline.read') }
  const [[applied], [replaced]] = await Promise.all([
    subject.stack === null
      ? []
      : room.recent({ ...changes, stack: subject.stack, types: ['stack.applied', 'stack.adopted'] }),
    room.recent({
      ...changes,
      serviceIds: subject.serviceIds.slice(0, 400),
      types: ['container.replaced', 'rollout.finished', 'rollout.rolled-back'],
    }),
  ])
  const [event] = [applied, replaced].filter((each) => each !== undefined).toSorted((a, b) => (a.at < b.at ? 1 : -1))
  if (event) return plain(Date.parse(event.at), event.message)
  throw new Failure(
    'STATE_CONFLICT',
    `No deployment of ${subject.name} is known. Tell a moment with at, or compare with last week.`,
  )
}

const placeOf = ({ targetId }: Subject) => (targetId === null ? {} : { targetId })
function plain(atMs: number, title: string): Moment {
  if (atMs > Date.now()) throw new Failure('VALIDATION_FAILED', 'at: it has not come yet.', { field: 'at' })
  return { title, beganMs: atMs, atMs, run: null }
}

function ofDeployment(run: Deployment): Moment {
  if (run.finishedAt === null)
    throw new Failure('STATE_CONFLICT', `Run ${run.number} of ${run.stack} has not ended. Compare when it has.`, {
      state: run.state,
    })
  const release = run.release === null ? '' : `, r${run.release.number}`
  return {
    title: `${run.stack} (${run.environment}), run ${run.number}${release}`,
    beganMs: Date.parse(run.startedAt ?? run.createdAt),
    atMs: Date.parse(run.finishedAt),
    run,
  }
}

async function ofReadings(
  room: AxisRoom,
  subject: Subject,
  { metrics, across, ...measure }: (typeof readings)[number],
  { before, after, stepMs }: Sides,
  context: CallContext,
): Promise<ComparedMeasure | null> {
  const { readings: ask } = room
  if (ask === null || !callerMay(context.caller, 'metrics.read', placeOf(subject))) return null
  const sideOf = async (metric: string, span: Span): Promise<Side> => {
    const query = { metric, ...subject.which, since: iso(span.fromMs), until: iso(span.toMs), stepMs }
    const { series } = await ask({ ...query, group: 'all', across }, context).catch(nothing)
    return { values: series.flatMap(({ values }) => values.filter((value) => value !== null)) }
  }
  for (const metric of metrics) {
    const [was, is] = await Promise.all([sideOf(metric, before), sideOf(metric, after)])
    if (was.values.length > 0 || is.values.length > 0) return compared(measure, was, is)
  }
  // What the services do not have at all, such as requests, is no line of the comparison.
  return measure.name === 'response' ? null : compared(measure, { values: [] }, { values: [] })
}

/** Nobody has kept it: that is told as too little, not as an error. */
const nothing = (error: unknown): { series: [] } => {
  if (error instanceof Failure && (error.code === 'NOT_FOUND' || error.code === 'VALIDATION_FAILED'))
    return { series: [] }
  throw error
}

async function ofErrors(room: AxisRoom, subject: Subject, { before, after }: Sides, context: CallContext) {
  if (subject.sources.length === 0) return null
  const sideOf = async ({ fromMs, toMs }: Span): Promise<Side> => {
    const { counts, levels, stepMs } = await room.histogram(
      { ...subject.which, since: iso(fromMs), until: iso(toMs), buckets: steps },
      context,
    )
    const columns = ['error', 'fatal'].map((level) => levels.indexOf(level)).filter((column) => column >= 0)
    const known = (await wasThere(room, subject, { fromMs, toMs })) ? counts : []
    return {
      values: known.map((row) => (columns.reduce((sum, column) => sum + (row[column] ?? 0), 0) * 60_000) / stepMs),
    }
  }
  const [was, is] = await Promise.all([sideOf(before), sideOf(after)])
  return compared(errorLines, was, is)
}

/** Where nobody saw it run, no errors are not few errors: they are unknown. */
async function wasThere({ past }: AxisRoom, { sources }: Subject, { fromMs, toMs }: Span): Promise<boolean> {
  const ids = sources.map(({ id }) => id)
  // Whoever ran in less than half of it tells too little of it.
  const middle = (fromMs + toMs) / 2
  const asked = { sources: ids, outcomes: null, endedFrom: middle, startedTo: middle, limit: 1 }
  return (await past.lives(asked)).length > 0
}

async function ofCrashes(room: AxisRoom, subject: Subject, { before, after }: Sides, context: CallContext) {
  if (subject.sources.length === 0) return null
  const sideOf = async (span: Span): Promise<Side> => {
    if (!(await wasThere(room, subject, span))) return { values: [] }
    const ends = await room.crashes(subject.sources, span, context.caller)
    const value = ends.reduce((sum, { count }) => sum + count, 0)
    return { values: Array.from({ length: steps }, () => value / steps), value }
  }
  const [was, is] = await Promise.all([sideOf(before), sideOf(after)])
  return compared(crashes, was, is)
}

function namesOf(room: AxisRoom, subject: Subject): string[] {
  const names = subject.serviceIds.map((id) => room.registry.service(id)?.name)
  return [...new Set([...names, ...subject.sources.map(({ name }) => name)])]
    .filter((name) => name !== undefined)
    .slice(0, 50)
}

function limitsOf(room: AxisRoom, windowMs: number, asked: number, measures: readonly ComparedMeasure[]): string[] {
  const minutes = Math.max(1, Math.round(windowMs / 60_000))
  return [
    windowMs < asked ? `Only ${minutes} min passed since; both sides are as long.` : '',
    room.readings === null ? 'No readings are kept, so CPU, memory and response time are not compared.' : '',
    measures.some(({ name }) => name === 'errors') ? '' : 'No lines are kept of it, so error lines are not compared.',
  ].filter(Boolean)
}
