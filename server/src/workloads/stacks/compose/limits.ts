import type { ContainerSpec } from '@wheelhouse/driver'
import type { Path } from '../file/problems.ts'
import type { Fields, Reader } from '../file/reader.ts'
import { deployKeys } from './keys.ts'
import { tellNotApplied } from './not-applied.ts'

export type Limits = Pick<ContainerSpec, 'memoryBytes' | 'cpus' | 'pidsLimit' | 'shmBytes' | 'ulimits'>

/** What a service may use: its own keys, or deploy.resources.limits. */
export function readLimits(reader: Reader, fields: Fields, path: Path): Limits {
  const deploy = reader.map(fields.deploy, [...path, 'deploy']) ?? {}
  const resources = reader.map(deploy.resources, [...path, 'deploy', 'resources']) ?? {}
  const at = [...path, 'deploy', 'resources', 'limits']
  const limits = reader.map(resources.limits, at) ?? {}
  const pids = reader.integer(
    limits.pids ?? fields.pids_limit,
    limits.pids === undefined ? [...path, 'pids_limit'] : [...at, 'pids'],
    -1,
  )
  return {
    memoryBytes:
      reader.sizeBytes(limits.memory, [...at, 'memory']) ?? reader.sizeBytes(fields.mem_limit, [...path, 'mem_limit']),
    cpus: reader.number(limits.cpus, [...at, 'cpus']) ?? reader.number(fields.cpus, [...path, 'cpus']),
    pidsLimit: pids,
    shmBytes: reader.sizeBytes(fields.shm_size, [...path, 'shm_size']),
    ulimits: readUlimits(reader, fields.ulimits, [...path, 'ulimits']),
  }
}

export function readUlimits(reader: Reader, value: unknown, path: Path): ContainerSpec['ulimits'] {
  return Object.entries(reader.map(value, path) ?? {}).flatMap(([name, item]) => {
    const at = [...path, name]
    if (typeof item !== 'object' || item === null) {
      const both = reader.integer(item, at, -1)
      return both === null ? [] : [{ name, soft: both, hard: both }]
    }
    const fields = reader.map(item, at) ?? {}
    const soft = reader.integer(fields.soft, [...at, 'soft'], -1)
    const hard = reader.integer(fields.hard, [...at, 'hard'], -1)
    if (soft === null || hard === null) reader.problems.error(at, `${name} needs both soft and hard.`)
    return soft === null || hard === null ? [] : [{ name, soft, hard }]
  })
}

/** How many containers of a service: scale, or deploy.replicas. */
export function readReplicas(reader: Reader, fields: Fields, path: Path): number {
  const at = [...path, 'deploy']
  const deploy = reader.map(fields.deploy, at) ?? {}
  tellNotApplied(reader, deploy, at, deployKeys)
  if (deploy.mode !== undefined && deploy.mode !== 'replicated') {
    reader.problems.error([...at, 'mode'], 'Only the mode replicated is supported: one engine has no other machines.')
  }
  const replicas = reader.integer(deploy.replicas, [...at, 'replicas'])
  const scale = reader.integer(fields.scale, [...path, 'scale'])
  if (replicas !== null && scale !== null && replicas !== scale) {
    reader.problems.error([...path, 'scale'], `scale is ${scale} and deploy.replicas ${replicas}. Keep one.`)
  }
  const count = scale ?? replicas ?? 1
  if (count <= 100) return count
  reader.problems.error(
    scale === null ? [...at, 'replicas'] : [...path, 'scale'],
    'A service can have 100 containers at most.',
  )
  return 1
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const

export function readRestart(reader: Reader, fields: Fields, path: Path): ContainerSpec['restart'] {
  const at = [...path, 'restart']
  if (fields.restart === undefined || fields.restart === null) return readDeployRestart(reader, fields, path)
  // Older YAML reads a bare no as false.
  const text = fields.restart === false ? 'no' : reader.string(fields.restart, at)
  const [name, retries] = (text ?? 'no').split(/:(.*)/s)
  const policy = reader.choice(name, at, policies) ?? 'no'
  if (retries === undefined) return { policy, maxRetries: null }
  const maxRetries = reader.integer(retries, at)
  if (policy !== 'on-failure') reader.problems.error(at, 'Only on-failure takes a number of retries.')
  return { policy, maxRetries }
}

function readDeployRestart(reader: Reader, fields: Fields, path: Path): ContainerSpec['restart'] {
  const at = [...path, 'deploy', 'restart_policy']
  const given = reader.map((fields.deploy as Fields | null | undefined)?.restart_policy, at)
  if (!given) return { policy: 'no', maxRetries: null }
  for (const key of ['delay', 'window']) {
    if (given[key] !== undefined)
      reader.problems.warnAtKey([...at, key], `not applied: ${key}: the engine sets the pace.`)
  }
  const condition = reader.choice(given.condition ?? 'any', [...at, 'condition'], ['none', 'on-failure', 'any'])
  const maxRetries = reader.integer(given.max_attempts, [...at, 'max_attempts'])
  if (condition === 'on-failure') return { policy: 'on-failure', maxRetries }
  if (maxRetries !== null)
    reader.problems.warnAtKey([...at, 'max_attempts'], 'not applied: max_attempts: it goes only with on-failure.')
  return { policy: condition === 'any' ? 'unless-stopped' : 'no', maxRetries: null }
}
