import type { ServiceSpec, SwarmPlacement, SwarmResources, TaskTemplate, UpdateConfig } from '@wheelhouse/driver'
import type { Path } from '../../file/problems.ts'
import type { Fields, Reader } from '../../file/reader.ts'
import { notApplied } from '../not-applied.ts'

export const nanos = (ms: number | null): number | undefined => (ms === null ? undefined : Math.round(ms * 1e6))

/** Without what is absent: the manager has its own default for that. */
export function told<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], null | undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], null | undefined> }
}

const modes = ['replicated', 'global', 'replicated-job', 'global-job'] as const
export type Mode = (typeof modes)[number]

/** How many tasks, and where: `scale` and `deploy.replicas` say the same. */
export function readMode(
  reader: Reader,
  fields: Fields,
  path: Path,
): { readonly kind: Mode; readonly mode: ServiceSpec['Mode'] } {
  const at = [...path, 'deploy']
  const deploy = reader.map(fields.deploy, at) ?? {}
  const kind = reader.choice(deploy.mode ?? 'replicated', [...at, 'mode'], modes) ?? 'replicated'
  const replicas = reader.integer(deploy.replicas, [...at, 'replicas'])
  const scale = reader.integer(fields.scale, [...path, 'scale'])
  if (replicas !== null && scale !== null && replicas !== scale)
    reader.problems.error([...path, 'scale'], `scale is ${scale} and deploy.replicas ${replicas}. Keep one.`)
  const count = scale ?? replicas
  if (kind.startsWith('global')) {
    if (count !== null && count !== 1)
      reader.problems.error(
        replicas === null ? [...path, 'scale'] : [...at, 'replicas'],
        `A ${kind} service has one task on each node, so it takes no number.`,
      )
    return { kind, mode: kind === 'global' ? { Global: {} } : { GlobalJob: {} } }
  }
  if (kind === 'replicated') return { kind, mode: { Replicated: { Replicas: count ?? 1 } } }
  return { kind, mode: { ReplicatedJob: { MaxConcurrent: count ?? 1, TotalCompletions: count ?? 1 } } }
}

export function readUpdate(
  reader: Reader,
  value: unknown,
  path: Path,
  actions: readonly string[],
): UpdateConfig | undefined {
  const fields = reader.map(value, path)
  if (!fields) return undefined
  const at = (key: string): Path => [...path, key]
  return told({
    // The engine takes none for all at once; Compose means one.
    Parallelism: reader.integer(fields.parallelism, at('parallelism')) ?? 1,
    Delay: nanos(reader.durationMs(fields.delay, at('delay'))),
    FailureAction:
      fields.failure_action === undefined
        ? undefined
        : reader.choice(fields.failure_action, at('failure_action'), actions),
    Monitor: nanos(reader.durationMs(fields.monitor, at('monitor'))),
    MaxFailureRatio: reader.number(fields.max_failure_ratio, at('max_failure_ratio')) || undefined,
    Order:
      fields.order === undefined ? undefined : reader.choice(fields.order, at('order'), ['start-first', 'stop-first']),
  })
}

/** deploy.restart_policy, or restart where there is none. */
export function readRestartPolicy(reader: Reader, fields: Fields, path: Path): TaskTemplate['RestartPolicy'] {
  const at = [...path, 'deploy', 'restart_policy']
  const given = reader.map((fields.deploy as Fields | null | undefined)?.restart_policy, at)
  if (!given) return readPlainRestart(reader, fields, path)
  const condition = reader.choice(given.condition ?? 'any', [...at, 'condition'], ['none', 'on-failure', 'any'])
  if (fields.restart !== undefined)
    reader.problems.warnAtKey([...path, 'restart'], notApplied('restart', 'deploy.restart_policy says it'))
  return told({
    Condition: condition ?? 'any',
    Delay: nanos(reader.durationMs(given.delay, [...at, 'delay'])),
    MaxAttempts: reader.integer(given.max_attempts, [...at, 'max_attempts']),
    Window: nanos(reader.durationMs(given.window, [...at, 'window'])),
  })
}

function readPlainRestart(reader: Reader, fields: Fields, path: Path): TaskTemplate['RestartPolicy'] {
  const at = [...path, 'restart']
  if (fields.restart === undefined || fields.restart === null) return undefined
  const text = fields.restart === false ? 'no' : reader.string(fields.restart, at)
  const [name, retries] = (text ?? 'no').split(/:(.*)/s)
  const policy = reader.choice(name, at, ['no', 'always', 'on-failure', 'unless-stopped'])
  if (policy === 'no') {
    const instead = 'tasks are started again unless deploy.restart_policy.condition is none'
    reader.problems.warnAtKey(at, notApplied('restart: no', instead))
    return undefined
  }
  if (policy !== 'on-failure') {
    if (retries !== undefined) reader.problems.error(at, 'Only on-failure takes a number of retries.')
    return { Condition: 'any' }
  }
  const most = retries === undefined ? null : reader.integer(retries, at)
  return told({ Condition: 'on-failure', MaxAttempts: most })
}

/** deploy.resources; cpus, mem_limit, pids_limit and mem_reservation where those say nothing. */
export function readResources(reader: Reader, fields: Fields, path: Path): TaskTemplate['Resources'] {
  const deploy = reader.map(fields.deploy, [...path, 'deploy']) ?? {}
  const at = [...path, 'deploy', 'resources']
  const resources = reader.map(deploy.resources, at) ?? {}
  const limits = reader.map(resources.limits, [...at, 'limits']) ?? {}
  const reserved = reader.map(resources.reservations, [...at, 'reservations']) ?? {}
  const cpus = (part: Fields, where: string, own?: unknown): number | undefined => {
    const count = reader.number(part.cpus ?? own, part.cpus === undefined ? [...path, 'cpus'] : [...at, where, 'cpus'])
    return count ? Math.round(count * 1e9) : undefined
  }
  const memory = (part: Fields, where: string, key: string): number | undefined =>
    (reader.sizeBytes(part.memory, [...at, where, 'memory']) ?? reader.sizeBytes(fields[key], [...path, key])) ||
    undefined
  const pids = limits.pids ?? fields.pids_limit
  const most = reader.integer(pids, limits.pids === undefined ? [...path, 'pids_limit'] : [...at, 'limits', 'pids'], -1)
  for (const [part, where] of [
    [limits, 'limits'],
    [reserved, 'reservations'],
  ] as const)
    if (part.devices !== undefined)
      reader.problems.warnAtKey(
        [...at, where, 'devices'],
        notApplied('devices', 'name what nodes offer with reservations.generic_resources'),
      )
  const generic = readGeneric(reader, reserved.generic_resources, [...at, 'reservations', 'generic_resources'])
  const Limits: SwarmResources = told({
    NanoCPUs: cpus(limits, 'limits', fields.cpus),
    MemoryBytes: memory(limits, 'limits', 'mem_limit'),
    Pids: most !== null && most > 0 ? most : undefined,
  })
  const Reservations: SwarmResources = told({
    NanoCPUs: cpus(reserved, 'reservations'),
    MemoryBytes: memory(reserved, 'reservations', 'mem_reservation'),
    GenericResources: generic.length > 0 ? generic : undefined,
  })
  // To the engine nothing told and nothing asked for are two things, and tasks of the one are replaced by tasks of the other.
  const isTold = (part: object, own: unknown): boolean => Object.keys(part).length > 0 || (own ?? null) !== null
  return told({
    Limits: isTold(Limits, resources.limits) ? Limits : undefined,
    Reservations: isTold(Reservations, resources.reservations) ? Reservations : undefined,
  })
}

function readGeneric(reader: Reader, value: unknown, path: Path): object[] {
  return (reader.list(value, path) ?? []).flatMap((item, index) => {
    const at = [...path, index, 'discrete_resource_spec']
    const spec = reader.map(reader.map(item, [...path, index])?.discrete_resource_spec, at)
    if (!spec) return []
    const Kind = reader.string(spec.kind, [...at, 'kind'])
    const Value = reader.integer(spec.value, [...at, 'value'])
    return Kind === null || Value === null ? [] : [{ DiscreteResourceSpec: { Kind, Value } }]
  })
}

export function readPlacement(reader: Reader, value: unknown, path: Path): SwarmPlacement {
  const fields = reader.map(value, path) ?? {}
  const preferences = (reader.list(fields.preferences, [...path, 'preferences']) ?? []).flatMap((item, index) => {
    const at = [...path, 'preferences', index]
    const spread = reader.string(reader.map(item, at)?.spread, [...at, 'spread'])
    return spread === null ? [] : [{ Spread: { SpreadDescriptor: spread } }]
  })
  const constraints = reader.strings(fields.constraints, [...path, 'constraints'])
  for (const [index, constraint] of constraints.entries())
    if (!/^[^=!]+(?:==|!=).+$/.test(constraint))
      reader.problems.error(
        [...path, 'constraints', index],
        `"${constraint}" is no constraint such as node.role == worker.`,
      )
  return told({
    Constraints: constraints.length > 0 ? constraints : undefined,
    Preferences: preferences.length > 0 ? preferences : undefined,
    MaxReplicas: reader.integer(fields.max_replicas_per_node, [...path, 'max_replicas_per_node']) || undefined,
  })
}
