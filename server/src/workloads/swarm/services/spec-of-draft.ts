import { Failure, type SwarmServiceDraft } from '@wheelhouse/contract'
import {
  type ServiceSpec,
  swarmLabels,
  type SwarmMount,
  type SwarmResources,
  type TaskContainer,
  type UpdateConfig,
} from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'

const nano = 1e9
const nanoMs = 1e6

/** Without what is absent: the engine has its own default for that. */
function only<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

const has = (value: object): boolean => Object.keys(value).length > 0
const orNone = <T extends object>(fields: T): T | undefined => (has(fields) ? fields : undefined)
const inNanos = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms * nanoMs))

function resourcesOf(limits: SwarmServiceDraft['limits'], before: SwarmResources | null | undefined) {
  // What a form does not show (generic resources) is kept.
  const { NanoCPUs: _cpus, MemoryBytes: _memory, Pids: _pids, ...kept } = before ?? {}
  return orNone(
    only({
      ...kept,
      NanoCPUs: limits?.cpus === undefined ? undefined : Math.round(limits.cpus * nano),
      MemoryBytes: limits?.memoryBytes,
      Pids: limits?.pids,
    }),
  )
}

function policyOf(policy: SwarmServiceDraft['update']): UpdateConfig | undefined {
  if (policy === undefined) return undefined
  const { parallelism, delayMs, monitorMs, maxFailureRatio, onFailure, order } = policy
  return only({
    // The engine takes an absent one for none, which is all at once.
    Parallelism: parallelism ?? 1,
    Delay: inNanos(delayMs),
    Monitor: inNanos(monitorMs),
    MaxFailureRatio: maxFailureRatio,
    FailureAction: onFailure,
    Order: order,
  })
}

function modeOf(mode: SwarmServiceDraft['mode']): ServiceSpec['Mode'] {
  switch (mode.kind) {
    case 'replicated':
      return { Replicated: { Replicas: mode.replicas } }
    case 'global':
      return { Global: {} }
    case 'replicated-job':
      return {
        ReplicatedJob: { TotalCompletions: mode.completions, MaxConcurrent: mode.concurrent ?? mode.completions },
      }
    default:
      return { GlobalJob: {} }
  }
}

function environmentOf(draft: SwarmServiceDraft, before: TaskContainer | null): string[] {
  const old = new Map((before?.Env ?? []).map((entry): [string, string] => [entry.split('=')[0] ?? '', entry]))
  return Object.entries(draft.environment ?? {}).map(([name, value]) => {
    if (value !== null) return `${name}=${value}`
    const kept = old.get(name)
    if (kept !== undefined) return kept
    throw new Failure('VALIDATION_FAILED', `draft.environment: ${name} has no value to keep. Give it one.`, {
      field: `draft.environment.${name}`,
    })
  })
}

function mountsOf(draft: SwarmServiceDraft, before: TaskContainer | null): SwarmMount[] {
  const formless = (before?.Mounts ?? []).filter((mount) => !['bind', 'volume', 'tmpfs'].includes(mount.Type ?? ''))
  const mounts = (draft.mounts ?? []).map(({ type, source, destination, readOnly }) => {
    const same = before?.Mounts?.find(
      (one) => one.Type === type && one.Target === destination && (one.Source ?? '') === (source ?? ''),
    )
    return only({ ...same, Type: type, Source: source, Target: destination, ReadOnly: readOnly ?? false })
  })
  return [...mounts, ...formless] as SwarmMount[]
}

/** What a Swarm has by name, to be named by id in a spec. Throws VALIDATION_FAILED where it has none. */
export class Names {
  readonly #sight: Pick<Sight, 'networks' | 'secrets' | 'configs'>
  readonly #lenient: boolean

  /** A lenient one lets through what there is none of, to compare with a service that has it. */
  constructor(sight: Pick<Sight, 'networks' | 'secrets' | 'configs'>, lenient = false) {
    this.#sight = sight
    this.#lenient = lenient
  }

  get lenient(): Names {
    return new Names(this.#sight, true)
  }

  network(name: string): string {
    // That of the nodes themselves is none of the Swarm's, and goes by its name.
    if (name === 'host') return name
    const found = this.#sight.networks.find(({ Id, Name }) => Id === name || Name === name)
    return found?.Id ?? this.#missing('network', 'networks', name)
  }
  secret(name: string): { id: string; name: string } {
    const found = this.#sight.secrets.find(({ ID, Spec }) => ID === name || Spec.Name === name)
    if (found) return { id: found.ID, name: found.Spec.Name }
    return { id: this.#missing('secret', 'secrets', name), name }
  }
  config(name: string): { id: string; name: string } {
    const found = this.#sight.configs.find(({ ID, Spec }) => ID === name || Spec.Name === name)
    if (found) return { id: found.ID, name: found.Spec.Name }
    return { id: this.#missing('config', 'configs', name), name }
  }
  /** For a form. */
  networkName(id: string): string {
    return this.#sight.networks.find(({ Id }) => Id === id)?.Name ?? id
  }

  #missing(kind: string, field: string, name: string): string {
    if (this.#lenient) return name
    throw new Failure('VALIDATION_FAILED', `draft.${field}: the Swarm has no ${kind} "${name}". Make it first.`, {
      field: `draft.${field}`,
      name,
    })
  }
}

interface WantedFile {
  readonly name: string
  readonly file?: string | undefined
  readonly uid?: string | undefined
  readonly gid?: string | undefined
  readonly mode?: number | undefined
}
const fileOf = ({ name, file, uid, gid, mode }: WantedFile) => ({
  Name: file ?? name,
  UID: uid ?? '0',
  GID: gid ?? '0',
  Mode: mode ?? 0o444,
})

function containerOf(draft: SwarmServiceDraft, before: TaskContainer | null, names: Names): TaskContainer {
  const { healthCheck: check } = draft
  const credentials = (before?.Configs ?? []).filter((config) => config.Runtime && !config.File)
  const secrets = (draft.secrets ?? []).map((secret) => {
    const { id, name } = names.secret(secret.name)
    return { SecretID: id, SecretName: name, File: fileOf(secret) }
  })
  const configs = (draft.configs ?? []).map((config) => {
    const { id, name } = names.config(config.name)
    // A config goes to the root unless it is told where.
    return { ConfigID: id, ConfigName: name, File: fileOf({ ...config, file: config.file ?? `/${name}` }) }
  })
  const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value)
  const list = <T>(items: readonly T[] | undefined): readonly T[] | undefined =>
    items === undefined || items.length === 0 ? undefined : items
  return only({
    ...before,
    Image: draft.image,
    Labels: orNone(draft.containerLabels ?? {}),
    Command: list(draft.command),
    Args: list(draft.arguments),
    Env: list(environmentOf(draft, before)),
    Dir: text(draft.workingDirectory),
    User: text(draft.user),
    Hostname: text(draft.hostname),
    TTY: draft.tty || undefined,
    ReadOnly: draft.readOnly || undefined,
    Init: draft.init,
    StopSignal: text(draft.stopSignal),
    StopGracePeriod: inNanos(draft.stopGraceMs),
    Healthcheck:
      check === undefined
        ? undefined
        : only({
            ...before?.Healthcheck,
            Test: check.test,
            Interval: inNanos(check.intervalMs),
            Timeout: inNanos(check.timeoutMs),
            StartPeriod: inNanos(check.startPeriodMs),
            Retries: check.retries,
          }),
    CapabilityAdd: list((draft.capAdd ?? []).map(capability)),
    CapabilityDrop: list((draft.capDrop ?? []).map(capability)),
    Mounts: list(mountsOf(draft, before)),
    Secrets: list(secrets),
    Configs: list([...configs, ...credentials]),
  })
}

const capability = (name: string): string => {
  const upper = name.toUpperCase()
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`
}

/** One that is stopped and stays so can still be started with as many tasks as it had. */
function replicasToReturnTo({ mode }: SwarmServiceDraft, before: ServiceSpec | null): Record<string, string> {
  const kept = before?.Labels?.[swarmLabels.replicas]
  return kept !== undefined && mode.kind === 'replicated' && mode.replicas === 0 ? { [swarmLabels.replicas]: kept } : {}
}

/** The image without the digest it was bound to, as a form shows it. */
export const imageName = (image: string): string => image.replace(/@sha256:[0-9a-f]{64}$/, '')

/**
 * The Engine API's spec of a form. Over an existing service (`before`) the form's fields are put in place, and what it does not show
 * stays as it is.
 */
export function specOfDraft(draft: SwarmServiceDraft, before: ServiceSpec | null, names: Names): ServiceSpec {
  const template = before?.TaskTemplate
  const { restart } = draft
  const container = containerOf(draft, template?.ContainerSpec ?? null, names)
  const { Constraints: _c, Preferences: _p, MaxReplicas: _m, Platforms: platforms, ...rest } = template?.Placement ?? {}
  const sameImage = imageName(template?.ContainerSpec?.Image ?? '') === draft.image
  const placement = only({
    ...rest,
    Constraints: draft.constraints?.length ? draft.constraints : undefined,
    Preferences: draft.spread?.length
      ? draft.spread.map((label) => ({ Spread: { SpreadDescriptor: label } }))
      : undefined,
    MaxReplicas: draft.maxPerNode || undefined,
    // Another image may be made for others.
    Platforms: sameImage ? (platforms ?? undefined) : undefined,
  })
  const limits = resourcesOf(draft.limits, template?.Resources?.Limits)
  const reservations = resourcesOf(draft.reservations, template?.Resources?.Reservations)
  const networks = (draft.networks ?? []).map(({ name, aliases }) => {
    const target = names.network(name)
    const same = template?.Networks?.find((one) => one.Target === target)
    return only({ ...same, Target: target, Aliases: aliases?.length ? aliases : undefined })
  })
  const ports = (draft.ports ?? []).map(({ port, published, protocol, mode }) =>
    only({
      Protocol: protocol ?? 'tcp',
      TargetPort: port,
      PublishedPort: published || undefined,
      PublishMode: mode ?? 'ingress',
    }),
  )
  return only({
    ...before,
    Name: draft.name,
    Labels: { ...draft.labels, ...replicasToReturnTo(draft, before) },
    TaskTemplate: only({
      ...template,
      ContainerSpec: container,
      Resources: orNone(only({ Limits: limits, Reservations: reservations })),
      RestartPolicy:
        restart === undefined
          ? undefined
          : only({
              Condition: restart.condition ?? 'any',
              Delay: inNanos(restart.delayMs),
              MaxAttempts: restart.maxAttempts,
              Window: inNanos(restart.windowMs),
            }),
      Placement: orNone(placement),
      Networks: networks.length > 0 ? networks : undefined,
      LogDriver:
        draft.logDriver === undefined
          ? undefined
          : { Name: draft.logDriver.name, Options: draft.logDriver.options ?? {} },
    }),
    Mode: modeOf(draft.mode),
    UpdateConfig: policyOf(draft.update),
    RollbackConfig: policyOf(draft.rollback),
    Networks: undefined,
    EndpointSpec: orNone(only({ Mode: draft.endpointMode, Ports: ports.length > 0 ? ports : undefined })),
  })
}
