import { swarmLabels, type ServiceSpec, type SwarmPort, type UpdateConfig } from './swarm-native.ts'

type Plain = Readonly<Record<string, unknown>>

/** Of a tag and a digest only the tag; a name alone means `latest`. */
export function taggedImage(image: string): string {
  const [name = ''] = image.split('@')
  return /:[^/]+$/.test(name) ? name : `${name}:latest`
}

/** A spec with its networks by name, as it stands in `SwarmServiceSpec.native`. `nameOf` answers the name of a network by its id. */
export function namedSpec(spec: ServiceSpec, nameOf: (id: string) => string): ServiceSpec {
  const { TaskTemplate: template, Networks: older, ...rest } = spec
  // Older clients put them beside the template.
  const networks = [...(template.Networks ?? []), ...(older ?? [])]
  return {
    ...rest,
    TaskTemplate: {
      ...template,
      Networks: networks.map((one) => ({ ...one, Target: nameOf(one.Target ?? '') })),
    },
  }
}

/** Where two specs with names for networks differ, as in `TaskTemplate.ContainerSpec.Image`; what the engine fills in is no difference. */
export function specFields(before: ServiceSpec, after: ServiceSpec): string[] {
  return [...differing(comparable(before), comparable(after), '')]
}

/** True where tasks of the one are replaced when it becomes the other. */
export const replacesTasks = (fields: readonly string[]): boolean =>
  fields.some((field) => field.startsWith('TaskTemplate') || field.startsWith('EndpointSpec'))

/**
 * The spec to send: what is the same in both is taken as it is on the Swarm, to the letter, since another order of variables would
 * replace every task. Both have names for networks, or both have ids.
 */
export function overSpec(current: ServiceSpec, wanted: ServiceSpec): ServiceSpec {
  const [old, fresh] = [comparable(current), comparable(wanted)]
  const kept = over(current as unknown as Plain, wanted as unknown as Plain, old, fresh) as unknown as ServiceSpec
  const force = current.TaskTemplate.ForceUpdate
  return force ? { ...kept, TaskTemplate: { ...kept.TaskTemplate, ForceUpdate: force } } : kept
}

function over(current: Plain, wanted: Plain, old: Plain, fresh: Plain): Plain {
  const found: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(current), ...Object.keys(wanted)])) {
    if (text(old[key]) === text(fresh[key])) found[key] = key in current ? current[key] : wanted[key]
    else if ([current[key], wanted[key], old[key], fresh[key]].every(isRecord))
      found[key] = over(...([current[key], wanted[key], old[key], fresh[key]] as [Plain, Plain, Plain, Plain]))
    else if (key in wanted) found[key] = wanted[key]
  }
  return found
}

function* differing(before: unknown, after: unknown, at: string): Generator<string> {
  if (text(before) === text(after)) return
  const [old, fresh] = [before ?? {}, after ?? {}]
  // Names of labels may hold dots, and are no fields.
  if (!isRecord(old) || !isRecord(fresh) || chosen.has(at.slice(at.lastIndexOf('.') + 1))) {
    yield at
    return
  }
  for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)]))
    yield* differing(old[key], fresh[key], at === '' ? key : `${at}.${key}`)
}

const isRecord = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => JSON.stringify(value) ?? ''
const byText = (a: unknown, b: unknown): number => (text(a) < text(b) ? -1 : 1)
const list = (value: unknown): readonly Plain[] => (Array.isArray(value) ? (value as Plain[]) : [])
const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted(byText) : value)

const ours: ReadonlySet<string> = new Set(Object.values(swarmLabels))

/** What a spec means: defaults written out, order where none is meant taken away, what only the engine needs left out. */
function comparable({ Networks: _older, ...spec }: ServiceSpec): Plain {
  const { ForceUpdate: _force, Runtime: _runtime, Networks, Placement, ...template } = spec.TaskTemplate as Plain
  const { Platforms: _platforms, ...place } = (Placement ?? {}) as Plain
  const container = (template.ContainerSpec ?? {}) as Plain
  const { Mode: endpoint, Ports: ports } = spec.EndpointSpec ?? {}
  const restart = spec.TaskTemplate.RestartPolicy ?? {}
  const labels = Object.entries(spec.Labels ?? {}).filter(([name]) => !ours.has(name))
  const whole: Plain = {
    ...spec,
    Labels: Object.fromEntries(labels),
    Mode: modeOf(spec.Mode),
    UpdateConfig: policyOf(spec.UpdateConfig),
    RollbackConfig: policyOf(spec.RollbackConfig),
    EndpointSpec: { Mode: endpoint || 'vip', Ports: (ports ?? []).map(portOf).toSorted(byText) },
    TaskTemplate: {
      ...template,
      Placement: place,
      RestartPolicy: {
        Condition: restart.Condition || 'any',
        Delay: String(restart.Delay ?? 5e9),
        MaxAttempts: restart.MaxAttempts,
        Window: restart.Window,
      },
      Networks: list(Networks)
        .map((one) => ({ ...one, Aliases: sorted(one.Aliases) }))
        .map(pruned)
        .toSorted(byText),
      ContainerSpec: {
        ...container,
        Image: typeof container.Image === 'string' ? taggedImage(container.Image) : undefined,
        Env: sorted(container.Env),
        Isolation: container.Isolation === 'default' ? undefined : container.Isolation,
        // Absent leaves it to the engine, which false does not.
        Init: typeof container.Init === 'boolean' ? String(container.Init) : undefined,
        Hosts: sorted(container.Hosts),
        CapabilityAdd: sorted(container.CapabilityAdd),
        CapabilityDrop: sorted(container.CapabilityDrop),
        Ulimits: list(container.Ulimits).toSorted(byText),
        Mounts: list(container.Mounts).map(pruned).toSorted(byText),
        Secrets: list(container.Secrets)
          .map(({ SecretID: _id, ...one }) => pruned(one))
          .toSorted(byText),
        Configs: list(container.Configs)
          .map(({ ConfigID: _id, ...one }) => pruned(one))
          .toSorted(byText),
      },
    },
  }
  return (pruned(whole) ?? {}) as Plain
}

function modeOf(mode: ServiceSpec['Mode']): readonly unknown[] {
  const { Global: global, GlobalJob: globalJob, ReplicatedJob: job, Replicated: replicated } = mode ?? {}
  if (global) return ['global']
  if (globalJob) return ['global-job']
  if (job) return ['replicated-job', job.TotalCompletions ?? 1, job.MaxConcurrent ?? 1]
  return ['replicated', replicated?.Replicas ?? 1]
}

function policyOf(policy: UpdateConfig | null | undefined): Plain {
  return {
    Parallelism: String(policy ? (policy.Parallelism ?? 0) : 1),
    Delay: policy?.Delay,
    Monitor: policy?.Monitor || 5e9,
    FailureAction: policy?.FailureAction || 'pause',
    MaxFailureRatio: policy?.MaxFailureRatio,
    Order: policy?.Order || 'stop-first',
  }
}

const portOf = (port: SwarmPort): Plain => ({
  TargetPort: port.TargetPort,
  PublishedPort: port.PublishedPort,
  Protocol: port.Protocol || 'tcp',
  PublishMode: port.PublishMode || 'ingress',
})

/** Maps whose keys and values are people's own: an empty value is one. */
const chosen: ReadonlySet<string> = new Set(['Labels', 'Options', 'Sysctls', 'DriverOpts'])

/** Keys in order; what says nothing (null, false, 0, empty) is left out: one side writes it and the other does not. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => pruned(item) ?? null)
  if (!isRecord(value)) return value === null || value === false || value === 0 || value === '' ? undefined : value
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const kept = chosen.has(key) && isRecord(inner) ? ordered(inner) : pruned(inner)
    return kept === undefined ? [] : [[key, kept]]
  })
  return ordered(Object.fromEntries(entries))
}

function ordered(record: Plain): Plain | undefined {
  const entries = Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
