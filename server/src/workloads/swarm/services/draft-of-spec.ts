import type { SwarmServiceDraft } from '@wheelhouse/contract'
import type {
  ConfigReference,
  SecretReference,
  ServiceSpec,
  SwarmResources,
  TaskContainer,
  UpdateConfig,
} from '@wheelhouse/driver'
import { swarmLabels } from '@wheelhouse/driver'
import { maskEnvironment } from '../../services/index.ts'
import { imageName, type Names, specOfDraft } from './spec-of-draft.ts'

/** What is given, without empty texts, lists and records: those say the same as nothing. */
function told<T extends object>(fields: T): T {
  const says = (value: unknown): boolean =>
    value !== undefined &&
    value !== null &&
    value !== '' &&
    value !== false &&
    (typeof value !== 'object' || Object.keys(value).length > 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => says(value))) as T
}
const orNone = <T extends object>(fields: T): T | undefined => (Object.keys(fields).length > 0 ? fields : undefined)
const inMs = (nanos: number | undefined): number | undefined =>
  nanos === undefined ? undefined : Math.min(86_400_000, Math.round(nanos / 1e6))

function oneOf<T extends string>(text: string | undefined, words: readonly T[]): T | undefined {
  return words.find((word) => word === text)
}

function policyOf(config: UpdateConfig | null | undefined): SwarmServiceDraft['update'] {
  if (!config) return undefined
  return Object.fromEntries(
    Object.entries({
      parallelism: config.Parallelism ?? 0,
      delayMs: inMs(config.Delay),
      monitorMs: inMs(config.Monitor),
      maxFailureRatio: config.MaxFailureRatio,
      onFailure: oneOf(config.FailureAction, ['pause', 'continue', 'rollback']),
      order: oneOf(config.Order, ['stop-first', 'start-first']),
    }).filter(([, value]) => value !== undefined),
  )
}

function modeOf(mode: ServiceSpec['Mode']): SwarmServiceDraft['mode'] {
  if (mode?.Global) return { kind: 'global' }
  if (mode?.GlobalJob) return { kind: 'global-job' }
  if (mode?.ReplicatedJob) {
    const { TotalCompletions: completions = 1, MaxConcurrent: concurrent } = mode.ReplicatedJob
    return { kind: 'replicated-job', completions, ...(concurrent ? { concurrent } : {}) }
  }
  return { kind: 'replicated', replicas: mode?.Replicated?.Replicas ?? 1 }
}

/** Secret values are kept, not shown: null. So are those that hold a password inside an address. */
function environmentOf(container: TaskContainer): SwarmServiceDraft['environment'] {
  const pairs = (container.Env ?? []).flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=')
    return at < 1 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]]
  })
  const masked = new Set(maskEnvironment(Object.fromEntries(pairs)).flatMap((one) => (one.masked ? [one.name] : [])))
  return Object.fromEntries(pairs.map(([name, value]) => [name, masked.has(name) ? null : value]))
}

function fileOf(reference: SecretReference | ConfigReference, name: string, usual: string) {
  const file = reference.File
  return told({
    name,
    file: file?.Name === usual ? undefined : file?.Name,
    uid: file?.UID === '0' ? undefined : file?.UID,
    gid: file?.GID === '0' ? undefined : file?.GID,
    mode: file?.Mode === undefined || file.Mode === 0o444 ? undefined : file.Mode & 0o777,
  })
}

const resources = (amount: SwarmResources | null | undefined): SwarmServiceDraft['limits'] =>
  orNone(
    told({
      cpus: amount?.NanoCPUs ? amount.NanoCPUs / 1e9 : undefined,
      memoryBytes: amount?.MemoryBytes || undefined,
      pids: amount?.Pids || undefined,
    }),
  )

function containerFields(container: TaskContainer) {
  const check = container.Healthcheck
  return {
    image: imageName(container.Image ?? ''),
    command: [...(container.Command ?? [])],
    arguments: [...(container.Args ?? [])],
    environment: environmentOf(container),
    containerLabels: { ...container.Labels },
    mounts: (container.Mounts ?? []).flatMap((mount) => {
      const type = oneOf(mount.Type, ['bind', 'volume', 'tmpfs'])
      return type === undefined || !mount.Target
        ? []
        : [told({ type, source: mount.Source, destination: mount.Target, readOnly: mount.ReadOnly })]
    }),
    secrets: (container.Secrets ?? []).map((one) => fileOf(one, one.SecretName, one.SecretName)),
    configs: (container.Configs ?? [])
      .filter((one) => one.File)
      .map((one) => fileOf(one, one.ConfigName, `/${one.ConfigName}`)),
    healthCheck: check?.Test?.length
      ? told({
          test: [...check.Test],
          intervalMs: inMs(check.Interval),
          timeoutMs: inMs(check.Timeout),
          startPeriodMs: inMs(check.StartPeriod),
          retries: check.Retries,
        })
      : undefined,
    user: container.User,
    workingDirectory: container.Dir,
    hostname: container.Hostname,
    readOnly: container.ReadOnly,
    tty: container.TTY,
    capAdd: [...(container.CapabilityAdd ?? [])],
    capDrop: [...(container.CapabilityDrop ?? [])],
    stopSignal: container.StopSignal,
    stopGraceMs: inMs(container.StopGracePeriod),
  }
}

/** The form of a service that is there. */
export function draftOfSpec(spec: ServiceSpec, names: Names): SwarmServiceDraft {
  const { TaskTemplate: template, EndpointSpec: endpoint } = spec
  const { Placement: placement, RestartPolicy: restart, LogDriver: log } = template
  const container = template.ContainerSpec ?? {}
  const networks = template.Networks ?? spec.Networks ?? []
  const draft = told({
    ...containerFields(container),
    name: spec.Name,
    mode: modeOf(spec.Mode),
    labels: formLabels(spec.Labels),
    ports: (endpoint?.Ports ?? []).flatMap((port) =>
      port.TargetPort
        ? [
            told({
              port: port.TargetPort,
              published: port.PublishedPort || undefined,
              protocol: oneOf(port.Protocol, ['udp', 'sctp']),
              mode: oneOf(port.PublishMode, ['host']),
            }),
          ]
        : [],
    ),
    endpointMode: oneOf(endpoint?.Mode, ['vip', 'dnsrr']),
    networks: networks.map(({ Target: target = '', Aliases: aliases }) =>
      told({ name: names.networkName(target), aliases: [...(aliases ?? [])] }),
    ),
    limits: resources(template.Resources?.Limits),
    reservations: resources(template.Resources?.Reservations),
    constraints: [...(placement?.Constraints ?? [])],
    spread: (placement?.Preferences ?? []).flatMap((one) => one.Spread?.SpreadDescriptor ?? []),
    maxPerNode: placement?.MaxReplicas || undefined,
    update: policyOf(heldPolicy(spec)),
    rollback: policyOf(spec.RollbackConfig),
    logDriver: log?.Name ? told({ name: log.Name, options: { ...log.Options } }) : undefined,
  })
  return {
    ...draft,
    // Zero and false mean something here.
    ...(restart
      ? {
          restart: Object.fromEntries(
            Object.entries({
              condition: oneOf(restart.Condition, ['none', 'on-failure', 'any']),
              delayMs: inMs(restart.Delay),
              maxAttempts: restart.MaxAttempts,
              windowMs: inMs(restart.Window),
            }).filter(([, value]) => value !== undefined),
          ),
        }
      : {}),
    ...(typeof container.Init === 'boolean' ? { init: container.Init } : {}),
  }
}

const ours: ReadonlySet<string> = new Set(Object.values(swarmLabels))
/** Without those by which we remember how to put a service back. */
const formLabels = (labels: ServiceSpec['Labels']): Record<string, string> =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !ours.has(key)))

/** While we hold an update, its policy stands in a label. */
export function heldPolicy(spec: ServiceSpec): UpdateConfig | null | undefined {
  const held = spec.Labels?.[swarmLabels.held]
  if (held === undefined) return spec.UpdateConfig
  try {
    return JSON.parse(held) as UpdateConfig
  } catch {
    return spec.UpdateConfig
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  // The engine writes an object of nothing but empty ones where nothing was asked for.
  (typeof value === 'object' && Object.values(value).every(isEmpty))

/** Names of what stands in the one and not in the other. */
function missing(whole: unknown, part: unknown, path: readonly string[]): string[] {
  if (isEmpty(whole) || JSON.stringify(whole) === JSON.stringify(part)) return []
  if (Array.isArray(whole) && Array.isArray(part))
    return whole.flatMap((item, index) => missing(item, part[index], [...path, String(index)]))
  if (isRecord(whole) && isRecord(part))
    return Object.keys(whole).flatMap((key) => missing(whole[key], part[key], [...path, key]))
  return isEmpty(part) ? [path.join('.')] : []
}

/** What the service has and the form does not show. An edit keeps it; a service made anew of the form lacks it. */
export function beyondForm(spec: ServiceSpec, draft: SwarmServiceDraft, names: Names): string[] {
  const environment = Object.fromEntries(Object.keys(draft.environment ?? {}).map((name) => [name, '']))
  const made = specOfDraft({ ...draft, environment }, null, names.lenient)
  const { Platforms: _platforms, ...placement } = spec.TaskTemplate.Placement ?? {}
  const { ForceUpdate: _force, ...template } = spec.TaskTemplate as ServiceSpec['TaskTemplate'] & { Runtime?: string }
  delete (template as { Runtime?: string }).Runtime
  const { Isolation: _isolation, ...container } = (template.ContainerSpec ?? {}) as TaskContainer & {
    Isolation?: string
  }
  const shown = {
    ...spec,
    Labels: formLabels(spec.Labels),
    UpdateConfig: heldPolicy(spec),
    Networks: null,
    TaskTemplate: { ...template, ContainerSpec: container, Placement: placement },
  }
  return missing(shown, made, [])
}
