import type { Rollout } from '@wheelhouse/contract'
import {
  isCurrentTask,
  progressOf,
  type ServiceProgress,
  type SwarmService,
  type SwarmTask,
  swarmLabels,
} from '@wheelhouse/driver'
import { firstLower, sentence, some } from '../plan-text.ts'
import { byNeed, type Engines, isPresent, taskViews } from '../tasks/view.ts'
import type { Followed } from '../store.ts'
import { heldPolicy } from './draft-of-spec.ts'
import type { SeenService } from './reach.ts'
import { imageName } from './spec-of-draft.ts'

type State = Rollout['state']

const time = (text: string | undefined): string | null =>
  text && Date.parse(text) > 0 ? new Date(Date.parse(text)).toISOString() : null

const isHeld = ({ Spec: spec }: SwarmService): boolean => spec.Labels?.[swarmLabels.held] !== undefined

function stateOf(service: SwarmService, progress: ServiceProgress, followed: Followed | null, now: number): State {
  const { update, outdated, updated, desired } = progress
  if (isHeld(service) && (update === 'updating' || outdated > 0)) return 'paused'
  const settled = outdated === 0 && updated >= desired
  const late =
    followed !== null &&
    (followed.state === 'stalled' || (followed.state === 'following' && followed.deadlineAt <= now))
  if (late && !settled && (update === 'updating' || update === 'none')) return 'stalled'
  switch (update) {
    case 'rollback_started':
      return 'rollback-started'
    case 'rollback_paused':
      return 'rollback-paused'
    case 'rollback_completed':
      return 'rollback-completed'
    default:
      return update
  }
}

/** When the next tasks are due: so long after the newest that was replaced, unless something is still on its way. */
function nextAt(
  service: SwarmService,
  tasks: readonly SwarmTask[],
  state: State,
  progress: ServiceProgress,
  delayMs: number,
): string | null {
  if (state !== 'updating' || progress.outdated === 0) return null
  const times = tasks
    .filter((task) => isCurrentTask(service, task) && task.Status.State === 'running')
    .map((task) => Date.parse(task.Status.Timestamp))
    .filter(Number.isFinite)
  return times.length === 0 ? null : new Date(Math.max(...times) + delayMs).toISOString()
}

/** How far it is, what it waits for, or why it went back. */
function messageOf(
  name: string,
  state: State,
  progress: ServiceProgress,
  held: boolean,
  followed: Followed | null,
): string {
  const { updated, desired, running, waiting, failure, update, outdated } = progress
  // One that was just made has no version before.
  const isFirst = update === 'none' && outdated === 0
  const far = `${updated} of ${some(desired, 'task')} ${isFirst ? (desired === 1 ? 'runs' : 'run') : desired === 1 ? 'is of the new version' : 'are of the new version'}`
  const why = waiting ?? failure
  const because = why === null ? '' : `: ${firstLower(why)}`
  switch (state) {
    case 'updating':
      return waiting === null ? `${name} is updated: ${far}.` : `${name} is updated: ${far}, and one waits${because}.`
    case 'paused':
      return held
        ? `The update of ${name} is held by hand: ${far}.`
        : `The update of ${name} is paused: ${far}${because}.`
    case 'completed':
      return updated >= desired
        ? `The update of ${name} is complete: ${desired === 1 ? 'its 1 task runs' : `all ${some(desired, 'task')} run`}.`
        : `The update of ${name} is complete, but only ${updated} of ${some(desired, 'task')} ${desired === 1 ? 'runs' : 'run'}${because}.`
    case 'rollback-started':
      return `${name} goes back to what it was before${because}.`
    case 'rollback-paused':
      return `${name} went back and did not come up: ${running} of ${some(desired, 'task')} ${desired === 1 ? 'runs' : 'run'}${because}.`
    case 'rollback-completed':
      return `${name} went back to what it was before${because}.`
    case 'stalled':
      return `${name} does not get on: ${far}${because || (followed?.reason ? `: ${firstLower(followed.reason)}` : '')}.`
    default:
      return updated >= desired
        ? `${name} runs as it was made: ${updated} of ${some(desired, 'task')}.`
        : `${updated} of ${some(desired, 'task')} of ${name} ${desired === 1 ? 'runs' : 'run'}${because}.`
  }
}

export function rolloutView(one: SeenService, followed: Followed | null, engines: Engines, now = Date.now()): Rollout {
  const { id, name, seen, service } = one
  const own = seen.sight.tasks.filter((task) => task.ServiceID === service.ID)
  const progress = progressOf(service, own)
  const state = stateOf(service, progress, followed, now)
  const status = service.UpdateStatus
  const began = time(status?.StartedAt) ?? time(service.PreviousSpec ? service.UpdatedAt : service.CreatedAt)
  const view = taskViews(seen, engines)
  const since = began === null ? 0 : Date.parse(began)
  const shown = own.filter(
    (task) =>
      isPresent(task) ||
      ((task.Status.State === 'failed' || task.Status.State === 'rejected') && Date.parse(task.CreatedAt) >= since),
  )
  const policy = heldPolicy(service.Spec)
  const delayMs = Math.round((policy?.Delay ?? 0) / 1e6)
  const image = (spec: SwarmService['Spec'] | null | undefined): string | null => {
    const full = spec?.TaskTemplate.ContainerSpec?.Image
    return full === undefined ? null : imageName(full)
  }
  const ended = state === 'completed' || state === 'rollback-completed'
  const troubled = state === 'paused' || state === 'stalled' || state.startsWith('rollback')
  const reason = progress.waiting ?? progress.failure ?? (state === 'stalled' ? (followed?.reason ?? null) : null)
  return {
    serviceId: id,
    serviceName: name,
    state,
    message: messageOf(name, state, progress, isHeld(service), followed),
    reason: troubled && reason !== null ? sentence(reason) : null,
    startedAt: began,
    finishedAt: ended ? time(status?.CompletedAt) : null,
    deadline: followed?.state === 'following' ? new Date(followed.deadlineAt).toISOString() : null,
    nextAt: nextAt(service, own, state, progress, delayMs),
    parallelism: policy?.Parallelism ?? 0,
    delayMs,
    desired: progress.desired,
    updated: progress.updated,
    running: progress.running,
    failing: progress.failing,
    tasks: shown.map(view).sort(byNeed),
    image: image(service.Spec) ?? '',
    previousImage: image(service.PreviousSpec),
  }
}
