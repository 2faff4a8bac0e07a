import type { PortBinding, ResourceSpec, WorkloadSpec } from '@wheelhouse/driver'
import { withoutComposeLabels } from '../compose/labels.ts'
import { specWords } from '../swarm/spec-words.ts'
import { canonicalJson } from './digest.ts'
import { environmentChanges } from './environment-changes.ts'

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

const showPort = (port: PortBinding | number): string =>
  typeof port === 'number'
    ? String(port)
    : `${port.host ? `${port.host}:` : ''}${port.hostPort ?? 'any'}:${port.port}${port.protocol === 'tcp' ? '' : `/${port.protocol}`}`

const portsOf = (spec: WorkloadSpec): readonly (PortBinding | number)[] =>
  spec.kind === 'swarm-service' ? [] : spec.ports

function portChanges(before: readonly (PortBinding | number)[], after: readonly (PortBinding | number)[]): string[] {
  const old = before.map(showPort)
  const now = after.map(showPort)
  const gone = old.filter((port) => !now.includes(port))
  const added = now.filter((port) => !old.includes(port))
  if (gone.length === 1 && added.length === 1) return [`port ${gone[0]} → ${added[0]}`]
  return [...gone.map((port) => `port ${port} removed`), ...added.map((port) => `port ${port} added`)]
}

/** Fields whose values are plain and short enough to be told. Commands and labels may hold secrets: they are only named. */
const shown = [
  'image',
  'directory',
  'user',
  'hostname',
  'workingDirectory',
  'networkMode',
  'pull',
  'memoryBytes',
  'cpus',
  'pidsLimit',
  'privileged',
  'readOnly',
]
const words: Readonly<Record<string, string>> = {
  argv: 'command',
  capAdd: 'added capabilities',
  capDrop: 'dropped capabilities',
  checks: 'health checks',
  cpus: 'CPU limit',
  healthCheck: 'health check',
  memoryBytes: 'memory limit',
  mounts: 'volumes',
  networkMode: 'network mode',
  pidsLimit: 'process limit',
  readOnly: 'read only',
  restart: 'restart policy',
  stop: 'stop settings',
  workingDirectory: 'working directory',
}
const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
const show = (value: unknown): string =>
  value === null ? 'unset' : typeof value === 'string' ? value : canonicalJson(value)

/** What differs between two specs of one service, in words, without a single secret value. Empty when nothing does. */
export function differences(before: WorkloadSpec, after: WorkloadSpec): string[] {
  if (before.kind === 'swarm-service' && after.kind === 'swarm-service') return specWords(before.native, after.native)
  const old = before as unknown as Record<string, unknown>
  const now = after as unknown as Record<string, unknown>
  // What a person looks for first comes first.
  const labelled = (spec: WorkloadSpec): unknown => withoutComposeLabels(spec.labels)
  const keys = [...new Set(['image', 'ports', ...Object.keys(old), ...Object.keys(now)])].filter(
    (key) =>
      key !== 'digest' && (key === 'labels' ? !same(labelled(before), labelled(after)) : !same(old[key], now[key])),
  )
  return keys.flatMap((key) => {
    if (key === 'environment') return environmentChanges(before.environment, after.environment)
    if (key === 'ports') return portChanges(portsOf(before), portsOf(after))
    const word = words[key] ?? spaced(key)
    return [shown.includes(key) ? `${word}: ${show(old[key])} → ${show(now[key])}` : `${word} changed`]
  })
}

/** Names of what differs between two specs of one network or volume. */
export function resourceDifferences(before: ResourceSpec, after: ResourceSpec): string[] {
  const old = before as unknown as Record<string, unknown>
  return Object.entries(after).flatMap(([key, value]) => {
    const isSame =
      key === 'labels'
        ? same(withoutComposeLabels(before.labels), withoutComposeLabels(after.labels))
        : same(old[key], value)
    return isSame ? [] : [spaced(key)]
  })
}
