import type { SwarmService, SwarmTask, TaskTemplate } from './swarm-native.ts'
import { wordsOf } from './swarm-words.ts'

/** How far the newest change of a Swarm service is, told from its tasks. */
export interface ServiceProgress {
  /** The engine's own word of the update, `none` where it says nothing. */
  readonly update:
    | 'none'
    | 'updating'
    | 'paused'
    | 'completed'
    | 'rollback_started'
    | 'rollback_paused'
    | 'rollback_completed'
  /** Tasks that are meant to run; of a job, completions. */
  readonly desired: number
  /** Those of the present spec that run, or of a job have completed. */
  readonly updated: number
  /** All that run, of whatever spec. */
  readonly running: number
  /** Present ones that wait, and those that ended badly since the change began. */
  readonly failing: number
  /** Tasks of another spec that still run. */
  readonly outdated: number
  /** The words of the newest task that ended badly since the change began. */
  readonly failure: string | null
  /** Its exit code, where it had one. */
  readonly exitCode: number | null
  /** Why a task does not get on, of the one that has waited longest. */
  readonly waiting: string | null
}

/** A task that was alive when its node was lost is `orphaned`, which is no failure of the change. */
const bad: ReadonlySet<string> = new Set(['failed', 'rejected'])
/** On its way to run. */
const coming: ReadonlySet<string> = new Set([
  'new',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
])
const living: ReadonlySet<string> = new Set(['running', 'ready'])
const words = ['updating', 'paused', 'completed', 'rollback_started', 'rollback_paused', 'rollback_completed'] as const

export function progressOf(service: SwarmService, tasks: readonly SwarmTask[]): ServiceProgress {
  const { Spec: spec, UpdateStatus: status } = service
  const wanted = templateKey(spec.TaskTemplate)
  const isCurrent = (task: SwarmTask): boolean => templateKey(task.Spec) === wanted
  const meant = tasks.filter((task) => living.has(task.DesiredState))
  const runs = (task: SwarmTask): boolean => task.Status.State === 'running' && task.DesiredState === 'running'
  const current = meant.filter(isCurrent)
  const since = beginningOf(service)
  const failed = tasks
    // By the managers' clock: a node's may be another.
    .filter((task) => bad.has(task.Status.State) && Date.parse(task.CreatedAt) >= since)
    .sort((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt))
  // Of a change that went back, those of the spec before are not what made it go back.
  const went = status?.State?.startsWith('rollback') === true
  const named = /of task (\w+)$/.exec(status?.Message ?? '')?.[1]
  const guilty =
    (went ? failed.find((task) => !isCurrent(task)) : undefined) ??
    failed[0] ??
    tasks.find((task) => task.ID === named && !runs(task))
  const waits = current
    .filter((task) => coming.has(task.Status.State) && Boolean(task.Status.Err))
    .sort((a, b) => Date.parse(a.CreatedAt) - Date.parse(b.CreatedAt))
  const job = jobProgress(service, tasks)
  return {
    update: words.find((word) => word === status?.State) ?? 'none',
    desired: job?.wanted ?? desiredOf(service, meant),
    updated: job?.done ?? current.filter(runs).length,
    running: meant.filter(runs).length,
    failing: failed.length + waits.length,
    outdated: meant.filter((task) => !isCurrent(task)).length,
    failure: guilty ? wordsOf(guilty) : null,
    exitCode: guilty ? exitCodeOf(guilty) : null,
    waiting: waits[0] ? wordsOf(waits[0]) : null,
  }
}

/** True where a task is of the present spec of its service. */
export function isCurrentTask(service: SwarmService, task: SwarmTask): boolean {
  return templateKey(task.Spec) === templateKey(service.Spec.TaskTemplate)
}

/** True where tasks of the one need not be replaced by tasks of the other. */
export const sameTemplate = (one: TaskTemplate, other: TaskTemplate): boolean => templateKey(one) === templateKey(other)

export function exitCodeOf(task: SwarmTask): number | null {
  const code = task.Status.ContainerStatus?.ExitCode
  return code === undefined || code === -1 || task.Status.State === 'running' ? null : code
}

/** When the newest change began: what failed before it is not its fault. */
function beginningOf({ UpdateStatus: status, UpdatedAt, CreatedAt, PreviousSpec: previous }: SwarmService): number {
  return Date.parse(status?.StartedAt ?? (previous ? UpdatedAt : CreatedAt))
}

function desiredOf({ Spec: { Mode: mode } }: SwarmService, meant: readonly SwarmTask[]): number {
  if (mode?.Replicated) return mode.Replicated.Replicas ?? 1
  return new Set(meant.map((task) => task.NodeID)).size
}

function jobProgress(service: SwarmService, tasks: readonly SwarmTask[]): { wanted: number; done: number } | null {
  const { ReplicatedJob: replicated, GlobalJob: global } = service.Spec.Mode ?? {}
  if (!replicated && !global) return null
  const round = service.JobStatus?.JobIteration?.Index ?? 0
  const own = tasks.filter((task) => (task.JobIteration?.Index ?? 0) === round)
  const done = own.filter((task) => task.Status.State === 'complete')
  const nodes = new Set(own.map((task) => task.NodeID))
  return { wanted: replicated ? (replicated.TotalCompletions ?? 1) : nodes.size, done: done.length }
}

const keys = new WeakMap<TaskTemplate, string>()

/** One text for equal templates. The engine adds `Runtime` to that of a service and not to that of a task, and defaults here and there. */
function templateKey(template: TaskTemplate): string {
  const known = keys.get(template)
  if (known !== undefined) return known
  const { Runtime: _runtime, ...rest } = template as TaskTemplate & { Runtime?: unknown }
  const key = JSON.stringify(rest, (_name, value: unknown) => (isRecord(value) ? sorted(value) : value))
  keys.set(template, key)
  return key
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Empty values say nothing: one side leaves them out, the other does not. */
function sorted(record: Record<string, unknown>): Record<string, unknown> {
  const told = Object.entries(record).filter(([, value]) => !isEmpty(value))
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (isRecord(value) && Object.keys(value).length === 0)
