import { type AlertCondition, Failure } from '@wheelhouse/contract'
import type { LineSource, World } from './ports.ts'
import type { Selection } from './selection.ts'
import { serviceSubject, type Subject } from './subject.ts'
import { countWithin, noTraces, type Span, type Trace, type Traces } from './trace.ts'

export type LogCondition = Extract<AlertCondition, { kind: 'log' }>

/** What is counted at most, over all services. */
const mostLines = 50_000

export const subjectOfSource = (source: LineSource, { registry }: World): Subject =>
  serviceSubject(registry.service(source.serviceId) ?? { ...source, id: source.serviceId })

export function isSourceMeant(source: LineSource, selection: Selection, { registry }: World): boolean {
  const live = registry.service(source.serviceId)
  if (live) return selection.service(live)
  return selection.subject(
    serviceSubject({ ...source, id: source.serviceId }),
    (id) => registry.findTarget(id)?.name ?? null,
  )
}

/** How many lines matched, by one search over all services. It is counted anew each time, so none is counted twice. */
export async function logTraces(
  condition: LogCondition,
  selection: Selection,
  world: World,
  span: Span,
  signal?: AbortSignal,
): Promise<Traces> {
  if (!world.lines) return noTraces('No lines are kept here, so none can be counted. Turn the history of logs on.')
  const { windowMs, q, contains, regex, level } = condition
  const asked = { sinceMs: span.sinceMs - windowMs, untilMs: span.untilMs }
  try {
    const { said, isWhole } = await world.lines.times({ q, contains, regex, level }, asked, mostLines, signal)
    // A service that was made anew goes on where the one before it ended.
    const bySubject = new Map<string, { subject: Subject; times: number[] }>()
    for (const { source, times } of said) {
      if (!isSourceMeant(source, selection, world)) continue
      const subject = subjectOfSource(source, world)
      const before = bySubject.get(subject.key)
      const isHere = world.registry.service(source.serviceId) !== null
      bySubject.set(subject.key, {
        subject: before && !isHere ? before.subject : subject,
        times: before ? [...before.times, ...times].toSorted((a, b) => a - b) : [...times],
      })
    }
    const traces = [...bySubject.values()].map(({ subject, times }): Trace => ({
      subject,
      valueAt: (at) => countWithin(times, at - windowMs, at),
    }))
    const more = `More than ${mostLines} lines matched; only the newest were counted.`
    return { traces, unit: 'count', problem: null, limits: isWhole ? [] : [more] }
  } catch (error) {
    if (error instanceof Failure) return noTraces(error.message)
    throw error
  }
}
