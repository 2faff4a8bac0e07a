import type { AlertCondition } from '@wheelhouse/contract'
import { isOfType, keptTypes } from './event-traces.ts'
import { isSourceMeant, subjectOfSource } from './log-traces.ts'
import type { World } from './ports.ts'
import type { Selection, Where } from './selection.ts'
import { houseSubject, serviceSubject, stackSubject, type Subject, targetSubject } from './subject.ts'
import { firstAfter, noTraces, type Span, type Trace, type Traces } from './trace.ts'

export type AbsenceCondition = Extract<AlertCondition, { kind: 'absence' }>

interface Run {
  readonly from: number
  readonly to: number
}
const mostLines = 200_000
const mostLives = 2_000

/** What ran and was silent. `isPast` asks the history rather than how things are now. */
export async function absenceTraces(
  condition: AbsenceCondition,
  where: Where,
  selection: Selection,
  world: World,
  span: Span & { readonly isPast: boolean; readonly ruleSinceMs: number },
): Promise<Traces> {
  if (condition.of === 'event') return absentEvents(condition, where, selection, world, span)
  return condition.of === 'lines'
    ? silentServices(condition, selection, world, span)
    : unreadServices(condition, selection, world, span)
}

/** Silent for the window, of a run that has gone on for so long. */
function silence(
  subject: Subject,
  windowMs: number,
  runs: readonly Run[],
  times: readonly number[],
  isFrozen: () => boolean,
): Trace {
  const lastAt = (at: number): number => times[firstAfter(times, at) - 1] ?? Number.NEGATIVE_INFINITY
  return {
    subject,
    valueAt: (at) => {
      const run = runs.find(({ from, to }) => from <= at && at < to)
      return run && at - Math.max(run.from, lastAt(at)) >= windowMs ? 1 : 0
    },
    isFrozen,
  }
}

/** Runs of everything that the rule looks at, as they are now. What was not watched says nothing, so none begins before we did. */
function runsNow(selection: Selection, { registry, bornAt }: World): { subject: Subject; run: Run; id: string }[] {
  return [...registry.services()]
    .filter(({ state }) => state === 'running' || state === 'degraded' || state === 'unknown')
    .filter((service) => service.taskOf === undefined && selection.service(service))
    .map((service) => ({
      subject: serviceSubject(service),
      id: service.id,
      run: { from: Math.max(bornAt, Date.parse(service.startedAt ?? service.createdAt)), to: Number.POSITIVE_INFINITY },
    }))
}

async function runsBefore(selection: Selection, world: World): Promise<Map<string, { subject: Subject; runs: Run[] }>> {
  const found = new Map<string, { subject: Subject; runs: Run[] }>()
  for (const { source, life } of (await world.lines?.lives(null, mostLives)) ?? []) {
    if (!isSourceMeant(source, selection, world)) continue
    const subject = subjectOfSource(source, world)
    const entry = found.get(subject.key) ?? { subject, runs: [] }
    entry.runs.push({
      from: Date.parse(life.startedAt),
      to: life.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(life.endedAt),
    })
    found.set(subject.key, entry)
  }
  return found
}

async function silentServices(
  { windowMs }: AbsenceCondition,
  selection: Selection,
  world: World,
  span: Span & { readonly isPast: boolean },
): Promise<Traces> {
  if (!world.lines)
    return noTraces('No lines are kept here, so their absence cannot be seen. Turn the history of logs on.')
  const isStale = (id: string) => (): boolean => world.registry.service(id)?.stale ?? false
  const times = new Map<string, number[]>()
  const said = span.isPast
    ? await world.lines.times({}, { sinceMs: span.sinceMs - windowMs, untilMs: span.untilMs }, mostLines)
    : { said: await world.lines.newest(), isWhole: true }
  for (const one of said.said) {
    const { key } = subjectOfSource(one.source, world)
    times.set(
      key,
      [...(times.get(key) ?? []), ...one.times].toSorted((a, b) => a - b),
    )
  }
  if (!span.isPast) {
    const traces = runsNow(selection, world).map(({ subject, run, id }) =>
      silence(subject, windowMs, [run], times.get(subject.key) ?? [], isStale(id)),
    )
    return { traces, unit: null, problem: null, limits: [] }
  }
  const before = await runsBefore(selection, world)
  return {
    traces: [...before.values()].map(({ subject, runs }) =>
      silence(subject, windowMs, runs, times.get(subject.key) ?? [], () => false),
    ),
    unit: null,
    problem: null,
    limits: said.isWhole ? [] : [`Only the newest ${mostLines} lines were looked at: silence before them is not told.`],
  }
}

async function unreadServices(
  { windowMs }: AbsenceCondition,
  selection: Selection,
  world: World,
  span: Span & { readonly isPast: boolean },
): Promise<Traces> {
  if (!span.isPast) {
    const traces = runsNow(selection, world).map(({ subject, run, id }) => {
      const usage = world.registry.service(id)?.usage ?? null
      const times = usage === null ? [] : [Date.parse(usage.at)]
      return silence(subject, windowMs, [run], times, () => world.registry.service(id)?.stale ?? false)
    })
    return { traces, unit: null, problem: null, limits: [] }
  }
  return {
    traces: [],
    unit: null,
    problem: null,
    limits: [
      'The history does not tell when a service ran without readings: a gap may be one of the control plane itself.',
    ],
  }
}

/** One thing that was to happen, where the rule says: of its stack, target or service, or anywhere. */
async function absentEvents(
  condition: AbsenceCondition,
  where: Where,
  selection: Selection,
  world: World,
  span: Span & { readonly isPast: boolean; readonly ruleSinceMs: number },
): Promise<Traces> {
  const types = condition.types ?? []
  if (types.length === 0) return noTraces('It does not say which event is missed. Name its types.')
  const { registry } = world
  const { windowMs } = condition
  const events = await world.events({ types: keptTypes(types), sinceMs: span.sinceMs - windowMs, limit: 20_000 })
  const mine = events.filter((event) => types.some((type) => isOfType(event, type)))
  const target = where.target === undefined ? null : registry.findTarget(where.target)
  const from = span.isPast ? span.sinceMs - windowMs : span.ruleSinceMs
  const traceOf = (subject: Subject, isHere: (event: (typeof mine)[number]) => boolean): Trace =>
    silence(
      subject,
      windowMs,
      [{ from, to: Number.POSITIVE_INFINITY }],
      mine
        .filter(isHere)
        .map(({ at }) => Date.parse(at))
        .toSorted((a, b) => a - b),
      () => false,
    )
  const traces =
    where.service !== undefined || where.label !== undefined
      ? [...registry.services()]
          .filter((service) => selection.service(service))
          .map((service) => traceOf(serviceSubject(service), ({ serviceId }) => serviceId === service.id))
      : where.stack !== undefined
        ? [traceOf(stackSubject(where.stack, null), ({ stack }) => stack === where.stack)]
        : target !== null
          ? [traceOf(targetSubject(target), ({ targetId }) => targetId === target.id)]
          : [traceOf(houseSubject(), () => true)]
  return { traces, unit: null, problem: null, limits: [] }
}
