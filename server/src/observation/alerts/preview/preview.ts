import { setImmediate } from 'node:timers/promises'
import { type AlertPreview, type AlertRuleSpec, Failure } from '@wheelhouse/contract'
import type { Hold } from '../evaluating/hold.ts'
import { everyMs, furtherOf, judge } from '../evaluating/judge.ts'
import { stepOn } from '../evaluating/look.ts'
import type { World } from '../sensing/ports.ts'
import type { Trace, Traces } from '../sensing/trace.ts'
import { tracesOf } from '../sensing/traces.ts'
import type { Episode } from './episode.ts'
import { suggestionOf } from './suggestion.ts'

export interface PreviewRoom {
  readonly world: World
  now(): number
}

const hourMs = 3_600_000
const weekMs = 7 * 86_400_000
/** More than one in two hours, day and night, is read by nobody. */
const readPerDay = 12
const mostEpisodes = 500
const deadlineMs = 20_000
/** Others get their turn in between. */
const turnMs = 20
const iso = (ms: number): string => new Date(ms).toISOString()

/** Holds a rule against what is kept, look by look as it would have been held live. Throws TIMED_OUT. */
export async function preview(
  room: PreviewRoom,
  rule: AlertRuleSpec,
  rangeMs: number | undefined,
  signal?: AbortSignal,
): Promise<AlertPreview> {
  const untilMs = room.now()
  const sinceMs = untilMs - (rangeMs ?? weekMs)
  const asked = { rule, ruleSinceMs: untilMs, endedAlone: new Set<string>(), ...(signal ? { signal } : {}) }
  const found = await tracesOf(asked, room.world, { sinceMs, untilMs, isPast: true })
  const now = await tracesOf(asked, room.world, { sinceMs: untilMs, untilMs, isPast: false })
  const walk = new Walk(rule, sinceMs, untilMs, signal)
  const episodes = await walk.all(found.traces)
  const { condition } = rule
  const days = Math.max(1, (untilMs - sinceMs) / 86_400_000)
  return {
    since: iso(sinceMs),
    until: iso(untilMs),
    fired: episodes.length,
    noisy: episodes.length / days > readPerDay,
    episodes: episodes
      .toSorted((a, b) => b.firedAt - a.firedAt)
      .slice(0, mostEpisodes)
      .map(({ trace: { subject }, firedAt, endedAt, value }) => ({
        subject: subject.name,
        serviceId: subject.serviceId,
        targetId: subject.targetId,
        firedAt: iso(firedAt),
        endedAt: endedAt === null ? null : iso(endedAt),
        value,
      })),
    now: now.traces
      .map((trace) => {
        const value = trace.valueAt(untilMs)
        return { subject: trace.subject.name, value, holds: judge(condition, value, false) ?? false }
      })
      .toSorted((a, b) => Number(b.holds) - Number(a.holds) || (b.value ?? 0) - (a.value ?? 0))
      .slice(0, 200),
    suggestion: await suggestionOf(rule, found, episodes, days * readPerDay, (other) =>
      walk.with(other).all(found.traces),
    ),
    limits: [
      ...(found.problem === null ? [] : [found.problem]),
      ...found.limits,
      ...(await beginning(room.world, rule, found, sinceMs)),
      ...(episodes.length > mostEpisodes ? [`Only the newest ${mostEpisodes} times are listed.`] : []),
    ],
  }
}

/** What lies before the first thing that is kept. */
async function beginning(
  world: World,
  { condition }: AlertRuleSpec,
  { knownSince }: Traces,
  sinceMs: number,
): Promise<string[]> {
  const isOfEvents = ['event', 'health', 'state', 'target'].includes(condition.kind)
  const since = isOfEvents ? await world.eventsSince() : (knownSince ?? null)
  if (since === null || since <= sinceMs + hourMs) return []
  return [`${isOfEvents ? 'Events' : 'Readings'} are kept since ${iso(since)}; nothing is known of the time before.`]
}

class Walk {
  readonly #rule: AlertRuleSpec
  readonly #sinceMs: number
  readonly #untilMs: number
  readonly #signal: AbortSignal | undefined
  readonly #end: number

  constructor(
    rule: AlertRuleSpec,
    sinceMs: number,
    untilMs: number,
    signal?: AbortSignal,
    end = performance.now() + deadlineMs,
  ) {
    this.#rule = rule
    this.#sinceMs = sinceMs
    this.#untilMs = untilMs
    this.#signal = signal
    this.#end = end
  }

  with(rule: AlertRuleSpec): Walk {
    return new Walk(rule, this.#sinceMs, this.#untilMs, this.#signal, this.#end)
  }

  async all(traces: readonly Trace[]): Promise<Episode[]> {
    const episodes: Episode[] = []
    let turn = performance.now()
    for (const trace of traces)
      for (const episode of this.#of(trace)) {
        if (episode !== null) episodes.push(episode)
        if (performance.now() - turn < turnMs) continue
        await setImmediate()
        turn = performance.now()
        this.#signal?.throwIfAborted()
        if (turn > this.#end)
          throw new Failure(
            'TIMED_OUT',
            'Looking back took too long and was ended. Look back over less time, or at fewer services.',
          )
      }
    return episodes
  }

  /** The episodes of one subject; null where nothing came of a look, so that its caller may rest. */
  *#of(trace: Trace): Generator<Episode | null> {
    const step = everyMs(this.#rule.condition)
    const isFurther = furtherOf(this.#rule.condition)
    let hold: Hold | null = null
    let open: Episode | null = null
    let looks = 0
    // The history knows no target that is not heard: it has gaps instead.
    for (let at = this.#sinceMs; at <= this.#untilMs; at += step) {
      const stepped = stepOn(this.#rule, trace, hold, at, { frozen: false })
      hold = stepped.hold
      const { turn, value } = stepped
      if (turn === 'fired') open = { trace, firedAt: at, endedAt: null, value: hold.furthest }
      else if (open && turn === 'cleared') {
        open.endedAt = at
        yield open
        open = null
      } else if (open && value !== null && (open.value === null || isFurther(value, open.value))) open.value = value
      if (++looks % 200 === 0) yield null
    }
    yield open
  }
}
