import type { Rollout, Task } from '@wheelhouse/contract'
import { span } from '../../../../ui/format/span.ts'
import { plural } from '../../../../ui/format/number.ts'
import type { GlyphState } from '../../../../ui/state/glyph.tsx'

const glyphs: Record<Rollout['state'], GlyphState> = {
  none: 'running',
  updating: 'starting',
  paused: 'paused',
  completed: 'succeeded',
  'rollback-started': 'rolling-back',
  'rollback-paused': 'failed',
  'rollback-completed': 'rolled-back',
  stalled: 'failed',
}
export const rolloutGlyph = (rollout: Pick<Rollout, 'state' | 'running' | 'desired'>): GlyphState =>
  rollout.state === 'none' && rollout.running < rollout.desired ? 'degraded' : glyphs[rollout.state]

const words: Record<Rollout['state'], string> = {
  none: 'as it was made',
  updating: 'updating',
  paused: 'paused',
  completed: 'updated',
  'rollback-started': 'rolling back',
  'rollback-paused': 'did not come back',
  'rollback-completed': 'rolled back',
  stalled: 'stalled',
}
export const rolloutWord = (state: Rollout['state']): string => words[state]

/** It changes by itself, or waits for a word to go on. */
export const underWay = (state: Rollout['state']): boolean =>
  state === 'updating' || state === 'rollback-started' || state === 'stalled'

export interface Clock {
  /** What the hand runs towards. */
  readonly title: string
  readonly about: string
  /** 0 to 1 of the time until then; null where nothing can be counted. */
  readonly part: number | null
}

const left = (iso: string, now: number): number => Date.parse(iso) - now

/** What is waited for now: the next tasks, those on their way, or the deadline; null where nothing is. */
export function clockOf(rollout: Rollout, now: number): Clock | null {
  const { state, nextAt, deadline, parallelism, delayMs, desired, updated } = rollout
  const ours =
    deadline === null
      ? 'It is not followed, so nothing undoes it by itself.'
      : left(deadline, now) > 0
        ? `Unless it gets on, it is undone in ${span(left(deadline, now))}.`
        : 'Its time is over: it is being undone.'
  if (state === 'paused') return { title: 'It is held', about: 'No deadline runs until it goes on.', part: null }
  if (state === 'stalled') return { title: 'It does not get on', about: ours, part: 1 }
  if (state === 'rollback-started')
    return { title: 'It goes back', about: 'Tasks are replaced by what was there before.', part: null }
  if (state !== 'updating') return null
  const waiting = Math.max(0, desired - updated)
  const homeless = rollout.tasks.find((task) => task.current && task.state === 'pending')
  if (homeless) return { title: 'No node takes the next task', about: ours, part: partOf(rollout, now) }
  const batch = parallelism === 0 ? waiting : Math.min(parallelism, waiting)
  if (nextAt !== null && left(nextAt, now) > 0)
    return {
      title: `The next ${plural(batch, 'task')} in ${span(left(nextAt, now))}`,
      about: ours,
      part: delayMs > 0 ? 1 - Math.min(1, left(nextAt, now) / delayMs) : null,
    }
  return {
    title:
      waiting === 0 ? 'The last ones are watched' : `${plural(batch, 'task')} on ${batch === 1 ? 'its' : 'their'} way`,
    about: ours,
    part: partOf(rollout, now),
  }
}

/** Of the time until the deadline. */
function partOf({ deadline, startedAt }: Rollout, now: number): number | null {
  if (deadline === null || startedAt === null) return null
  const [from, to] = [Date.parse(startedAt), Date.parse(deadline)]
  return Math.min(1, Math.max(0, (now - from) / Math.max(1, to - from)))
}

/** When the server is worth asking again although nothing has happened: a moment that it judges by passes. */
export function nextLook(rollout: Rollout, now: number): number | null {
  const moments = [rollout.nextAt, rollout.deadline]
    .flatMap((iso) => (iso === null ? [] : [Date.parse(iso) - now]))
    .filter((ms) => ms > 0)
  return moments.length === 0 ? null : Math.min(...moments) + 250
}

/** One box a place: the newest task of each slot or node, in the order of their names. */
export function slotsOf(tasks: readonly Task[]): Task[] {
  const places = new Map<string, Task>()
  for (const task of tasks) {
    const place = task.slot === null ? (task.nodeId ?? task.id) : String(task.slot).padStart(6, '0')
    const there = places.get(place)
    if (!there || (there.createdAt < task.createdAt && task.state !== 'shutdown')) places.set(place, task)
  }
  return [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, task]) => task)
}
