import { HealthCheckSpec, type HealthState, type Port, type ServiceState } from '@wheelhouse/contract'
import {
  exitCodeOf,
  type ObservedService,
  ownLabels,
  progressOf,
  type SwarmService,
  type SwarmTask,
} from '@wheelhouse/driver'

const stackLabel = 'com.docker.stack.namespace'

/** A Swarm service as a row like any other. `before` is its row until now. */
export function rowOf(
  service: SwarmService,
  tasks: readonly SwarmTask[],
  before: ObservedService | undefined,
): ObservedService {
  const { Spec: spec } = service
  const labels = spec.Labels ?? {}
  const container = spec.TaskTemplate.ContainerSpec ?? {}
  const judged = verdict(service, tasks)
  const running = tasks.filter((task) => task.Status.State === 'running' && task.DesiredState === 'running')
  const failed = tasks.filter((task) => task.Status.State === 'failed')
  const stack = labels[ownLabels.stack] ?? labels[stackLabel] ?? null
  const inStack = stack !== null && spec.Name.startsWith(`${stack}_`) ? spec.Name.slice(stack.length + 1) : null
  const newest = failed.sort((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt))[0]
  return {
    nativeId: service.ID,
    name: spec.Name,
    kind: 'swarm-service',
    stack,
    stackService: labels[ownLabels.service] ?? inStack,
    ...judged,
    health: healthOf(service, tasks),
    image: container.Image?.replace(/@sha256:[0-9a-f]{64}$/, '') ?? null,
    command: [...(container.Command ?? []), ...(container.Args ?? [])].map(quoted).join(' ') || null,
    ports: portsOf(service),
    labels,
    restarts: failed.length,
    exitCode: judged.state === 'running' ? null : newest ? exitCodeOf(newest) : null,
    pid: null,
    tty: container.TTY ?? false,
    checks: checksOf(labels),
    createdAt: instant(service.CreatedAt),
    startedAt: earliest(running),
    changedAt: before?.state === judged.state ? before.changedAt : latest(service, tasks),
  }
}

/** The state a person is shown, and the evidence where it is not running. */
export function verdict(
  service: SwarmService,
  tasks: readonly SwarmTask[],
): { readonly state: ServiceState; readonly nativeState: string; readonly reason: string | null } {
  const progress = progressOf(service, tasks)
  const { desired, running, updated, outdated, update, waiting, failure } = progress
  const isJob = Boolean(service.Spec.Mode?.ReplicatedJob ?? service.Spec.Mode?.GlobalJob)
  const count = `${isJob ? updated : running}/${desired}`
  const nativeState = update === 'none' || update === 'completed' ? count : `${count} ${update.replace('_', ' ')}`
  const why = waiting ?? failure
  const tasksOf = `${running} of ${desired} ${desired === 1 ? 'task runs' : 'tasks run'}`
  const because = why === null ? '' : `: ${why}`
  const tell = (state: ServiceState, reason: string | null) => ({ state, nativeState, reason })
  if (isJob) {
    if (updated >= desired) return tell('stopped', null)
    return running > 0
      ? tell('running', null)
      : tell(failure ? 'failed' : 'starting', `${updated} of ${desired} have completed${because}`)
  }
  if (desired === 0) return tell('stopped', running > 0 ? `${running} tasks still end` : null)
  if (update === 'paused') return tell('degraded', `Its update is paused, ${tasksOf}${because}`)
  if (update === 'rollback_paused') return tell('degraded', `It did not come back, ${tasksOf}${because}`)
  if (update === 'rollback_started') return tell('degraded', `It goes back to what it was before${because}`)
  if (running >= desired) {
    if (update === 'updating' || outdated > 0) return tell('running', `${updated} of ${desired} tasks are updated`)
    return tell(
      'running',
      update === 'rollback_completed' && why !== null ? `It went back to what it was before${because}` : null,
    )
  }
  if (running > 0)
    return tell(
      why === null && update === 'updating' ? 'running' : why === null ? 'starting' : 'degraded',
      tasksOf + because,
    )
  return tell(why === null ? 'starting' : 'failed', tasksOf + because)
}

/** The engine counts a task as running only when its check has passed, and ends it when that fails. */
function healthOf({ Spec: spec }: SwarmService, tasks: readonly SwarmTask[]): HealthState {
  const test = spec.TaskTemplate.ContainerSpec?.Healthcheck?.Test
  if (!test || test.length === 0 || test[0] === 'NONE') return 'none'
  const meant = tasks.filter((task) => task.DesiredState === 'running')
  if (meant.length > 0 && meant.every((task) => task.Status.State === 'running')) return 'healthy'
  return tasks.some((task) => /unhealthy/i.test(task.Status.Err ?? '')) ? 'unhealthy' : 'starting'
}

function portsOf({ Endpoint: endpoint }: SwarmService): Port[] {
  const ports = (endpoint?.Ports ?? []).map(
    ({ Protocol: protocol, TargetPort: port, PublishedPort: published }): Port => ({
      host: published ? '0.0.0.0' : null,
      hostPort: published || null,
      port: port ?? 0,
      protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
    }),
  )
  return ports.sort((a, b) => a.port - b.port || (a.hostPort ?? 0) - (b.hostPort ?? 0))
}

/** A label is written by anyone: what does not fit is no check. */
function checksOf(labels: Readonly<Record<string, string>>): ObservedService['checks'] {
  try {
    return HealthCheckSpec.array().safeParse(JSON.parse(labels[ownLabels.checks] ?? '[]')).data ?? []
  } catch {
    return []
  }
}

const instant = (text: string): string => new Date(Date.parse(text) || 0).toISOString()

function earliest(tasks: readonly SwarmTask[]): string | null {
  const times = tasks.map((task) => Date.parse(task.Status.Timestamp)).filter(Number.isFinite)
  return times.length === 0 ? null : new Date(Math.min(...times)).toISOString()
}

function latest(service: SwarmService, tasks: readonly SwarmTask[]): string {
  const times = [service.UpdatedAt, ...tasks.map((task) => task.Status.Timestamp)].map((text) => Date.parse(text))
  return new Date(Math.max(0, ...times.filter(Number.isFinite))).toISOString()
}

const quoted = (word: string): string =>
  /[\s'"]/.test(word) || word === '' ? `'${word.replaceAll("'", "'\\''")}'` : word
