import {
  namedSpec,
  type ServiceSpec,
  specFields,
  stackLabels,
  taggedImage,
  type UpdateConfig,
} from '@wheelhouse/driver'
import { canonicalJson } from '../reconcile/digest.ts'
import { environmentChanges } from '../reconcile/environment-changes.ts'

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null)
const show = (value: unknown): string =>
  value === undefined || value === null || value === ''
    ? 'unset'
    : typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? value.join(', ') || 'none'
        : canonicalJson(value)

/** Fields whose values are short, and no secrets. */
const shown: Readonly<Record<string, string>> = {
  User: 'user',
  Dir: 'working directory',
  Hostname: 'hostname',
  StopSignal: 'stop signal',
  Constraints: 'placement constraints',
  MaxReplicas: 'most tasks on a node',
  CapabilityAdd: 'added capabilities',
  CapabilityDrop: 'dropped capabilities',
  ReadOnly: 'read only',
}
/** Fields that are only named: commands and labels may hold secrets, the others are long. */
const named: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/ContainerSpec\.(?:Command|Args)$/, 'command'],
  [/ContainerSpec\.Labels$/, 'labels of its containers'],
  [/ContainerSpec\.Healthcheck/, 'health check'],
  [/ContainerSpec\.Mounts/, 'volumes'],
  [/ContainerSpec\.Privileges/, 'security options'],
  [/\.Resources\.Reservations/, 'reservations'],
  [/\.RestartPolicy/, 'restart policy'],
  [/\.LogDriver/, 'logging'],
  [/\.Placement\.Preferences/, 'placement preferences'],
  [/\.DNSConfig/, 'DNS'],
]

function variables(spec: ServiceSpec): Record<string, string> {
  const pairs = (spec.TaskTemplate.ContainerSpec?.Env ?? []).map((entry): [string, string] => {
    const at = entry.indexOf('=')
    return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
  })
  return Object.fromEntries(pairs)
}

/** How many tasks, as in "3 tasks", "a task on each node". */
export function tasksOf({ Mode: mode }: ServiceSpec): string {
  if (mode?.Global) return 'a task on each node'
  if (mode?.GlobalJob) return 'a job on each node'
  const count = mode?.ReplicatedJob?.TotalCompletions ?? mode?.Replicated?.Replicas ?? 1
  const one = mode?.ReplicatedJob ? 'completion' : 'task'
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/** The kind of its mode, which a service keeps for good. */
export function modeKind({ Mode: mode }: ServiceSpec): string {
  if (mode?.Global) return 'global'
  if (mode?.GlobalJob) return 'global-job'
  return mode?.ReplicatedJob ? 'replicated-job' : 'replicated'
}

interface MountedFile {
  readonly at: string
  readonly name: string
}
const filesOf = (spec: ServiceSpec, kind: 'secret' | 'config'): MountedFile[] => {
  const { Secrets: secrets, Configs: configs } = spec.TaskTemplate.ContainerSpec ?? {}
  return kind === 'secret'
    ? (secrets ?? []).map((one) => ({ at: one.File?.Name ?? one.SecretName, name: one.SecretName }))
    : (configs ?? []).map((one) => ({ at: one.File?.Name ?? one.ConfigName, name: one.ConfigName }))
}

function fileChanges(before: ServiceSpec, after: ServiceSpec, kind: 'secret' | 'config'): string[] {
  const [old, fresh] = [filesOf(before, kind), filesOf(after, kind)]
  const lines = [...new Set([...old, ...fresh].map(({ at }) => at))].flatMap((at) => {
    const [was, is] = [old.find((one) => one.at === at), fresh.find((one) => one.at === at)]
    if (!was) return [`${kind} ${at} added`]
    if (!is) return [`${kind} ${at} removed`]
    return was.name === is.name ? [] : [`${kind} ${at}: ${was.name} → ${is.name}`]
  })
  return lines.length > 0 ? lines : [`${kind}s changed`]
}

function listChanges(what: string, before: readonly string[], after: readonly string[]): string[] {
  const gone = before.filter((one) => !after.includes(one))
  const added = after.filter((one) => !before.includes(one))
  if (gone.length === 1 && added.length === 1) return [`${what} ${gone[0]} → ${added[0]}`]
  const lines = [...gone.map((one) => `${what} ${one} removed`), ...added.map((one) => `${what} ${one} added`)]
  return lines.length > 0 ? lines : [`${what}s changed`]
}

/** As in `8080:80 on its node`. */
export const portsOf = ({ EndpointSpec: endpoint }: ServiceSpec): string[] =>
  (endpoint?.Ports ?? []).map((port) => {
    const protocol = port.Protocol && port.Protocol !== 'tcp' ? `/${port.Protocol}` : ''
    return `${port.PublishedPort || 'any'}:${port.TargetPort}${protocol}${port.PublishMode === 'host' ? ' on its node' : ''}`
  })

const limitsOf = (spec: ServiceSpec, key: string): unknown =>
  (spec.TaskTemplate.Resources?.Limits as Readonly<Record<string, unknown>> | undefined | null)?.[key]

function policyWords(what: string, before: UpdateConfig | null | undefined, after: UpdateConfig | null | undefined) {
  const keys = [
    ['Parallelism', 'at once'],
    ['Order', 'order'],
    ['FailureAction', 'on failure'],
  ] as const
  const lines = keys.flatMap(([key, words]) =>
    same(before?.[key], after?.[key]) ? [] : [`${what} ${words}: ${show(before?.[key])} → ${show(after?.[key])}`],
  )
  return lines.length > 0 ? lines : [`${what} changed`]
}

function wordsFor(field: string, before: ServiceSpec, after: ServiceSpec): string[] {
  const last = field.slice(field.lastIndexOf('.') + 1)
  const [old, fresh] = [before.TaskTemplate, after.TaskTemplate]
  const [was, is] = [old.ContainerSpec ?? {}, fresh.ContainerSpec ?? {}]
  if (field.endsWith('ContainerSpec.Image'))
    return [`image: ${taggedImage(was.Image ?? '')} → ${taggedImage(is.Image ?? '')}`]
  if (field.endsWith('ContainerSpec.Env')) return environmentChanges(variables(before), variables(after))
  if (field.endsWith('ContainerSpec.Secrets')) return fileChanges(before, after, 'secret')
  if (field.endsWith('ContainerSpec.Configs')) return fileChanges(before, after, 'config')
  if (field === 'Labels') {
    // That label goes with the image, which is told by itself.
    const plain = ({ Labels: labels }: ServiceSpec): object => ({ ...labels, [stackLabels.image]: '' })
    return same(plain(before), plain(after)) ? [] : ['labels changed']
  }
  if (field === 'Mode') return [`tasks: ${tasksOf(before)} → ${tasksOf(after)}`]
  if (field === 'EndpointSpec.Ports') return listChanges('port', portsOf(before), portsOf(after))
  if (field === 'EndpointSpec.Mode')
    return [`endpoint mode: ${before.EndpointSpec?.Mode || 'vip'} → ${after.EndpointSpec?.Mode || 'vip'}`]
  if (field.endsWith('TaskTemplate.Networks')) {
    const names = (template: typeof old): string[] => (template.Networks ?? []).map(({ Target: name }) => name ?? '')
    return listChanges('network', names(old), names(fresh))
  }
  if (field.endsWith('.Limits.NanoCPUs')) {
    const cpus = (spec: ServiceSpec): string => show(Number(limitsOf(spec, 'NanoCPUs') ?? 0) / 1e9 || undefined)
    return [`CPU limit: ${cpus(before)} → ${cpus(after)}`]
  }
  if (field.endsWith('.Limits.MemoryBytes'))
    return [`memory limit: ${show(limitsOf(before, last))} → ${show(limitsOf(after, last))}`]
  if (/\.Limits/.test(field)) return ['limits changed']
  if (field.startsWith('UpdateConfig')) return policyWords('update policy', before.UpdateConfig, after.UpdateConfig)
  if (field.startsWith('RollbackConfig'))
    return policyWords('rollback policy', before.RollbackConfig, after.RollbackConfig)
  const known = named.find(([pattern]) => pattern.test(field))
  if (known) return [`${known[1]} changed`]
  const word = Object.hasOwn(shown, last) ? shown[last] : undefined
  if (word === undefined) return [`${last.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} changed`]
  const part = (field.includes('.Placement.') ? [old.Placement ?? {}, fresh.Placement ?? {}] : [was, is]) as Readonly<
    Record<string, unknown>
  >[]
  return [`${word}: ${show(part[0]?.[last])} → ${show(part[1]?.[last])}`]
}

/** What differs between two specs with names, in words and without a single secret value. Empty when nothing does. */
export function specWords(before: ServiceSpec, after: ServiceSpec): string[] {
  return [...new Set(specFields(before, after).flatMap((field) => wordsFor(field, before, after)))]
}

/** As it stands on the Swarm, by names. */
export function specByName(spec: ServiceSpec, networks: readonly { readonly Id: string; readonly Name: string }[]) {
  return namedSpec(spec, (id) => networks.find(({ Id }) => Id === id)?.Name ?? id)
}
