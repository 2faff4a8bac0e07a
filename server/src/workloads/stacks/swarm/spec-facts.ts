import type { ServiceSpec, SwarmResources, UpdateConfig } from '@wheelhouse/driver'
import { portsOf, tasksOf } from './spec-words.ts'

type Fact = string | number | readonly string[] | null | undefined

const toMs = (nanoseconds: number | undefined): number | undefined =>
  nanoseconds === undefined ? undefined : nanoseconds / 1e6

const policy = (name: string, config: UpdateConfig | null | undefined): Record<string, Fact> => ({
  [`${name}.parallelism`]: config?.Parallelism,
  [`${name}.order`]: config?.Order,
  [`${name}.onFailure`]: config?.FailureAction,
  [`${name}.delayMs`]: toMs(config?.Delay),
  [`${name}.monitorMs`]: toMs(config?.Monitor),
  [`${name}.maxFailureRatio`]: config?.MaxFailureRatio,
})

const resources = (name: string, of: SwarmResources | null | undefined): Record<string, Fact> => ({
  [`${name}.cpus`]: of?.NanoCPUs === undefined ? undefined : of.NanoCPUs / 1e9,
  [`${name}.memoryBytes`]: of?.MemoryBytes,
  [`${name}.pids`]: of?.Pids,
})

/** Where a service finds its secrets and configs, and which version of each it reads there. */
function filesOf({ TaskTemplate: { ContainerSpec: container } }: ServiceSpec): Record<string, Fact> {
  const secrets = (container?.Secrets ?? []).map(({ SecretName: name, File }) => [
    `secrets.${File?.Name ?? name}`,
    name,
  ])
  const configs = (container?.Configs ?? []).map(({ ConfigName: name, File }) => [
    `configs.${File?.Name ?? name}`,
    name,
  ])
  return Object.fromEntries([...secrets, ...configs]) as Record<string, string>
}

const json = (value: unknown): string | undefined =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    ? undefined
    : JSON.stringify(value)

/**
 * What people compare of a service of a Swarm, by name, in the order they look for it. Without its environment and its labels; a command,
 * a health check or a mount may hold a secret, which is for the caller to hide. What the spec does not say is left out.
 */
export function swarmFacts(spec: ServiceSpec): Record<string, string> {
  const { TaskTemplate: template } = spec
  const { ContainerSpec: container, Placement: placement, RestartPolicy: restart } = template
  const facts: Record<string, Fact> = {
    tasks: tasksOf(spec),
    command: json(container?.Command),
    args: json(container?.Args),
    user: container?.User,
    hostname: container?.Hostname,
    ports: portsOf(spec),
    endpointMode: spec.EndpointSpec?.Mode,
    networks: (template.Networks ?? []).map(({ Target: name = '' }) => name).toSorted(),
    ...filesOf(spec),
    mounts: (container?.Mounts ?? []).map(
      ({ Type, Source, Target, ReadOnly }) => `${Type} ${Source ?? ''}:${Target}${ReadOnly ? ':ro' : ''}`,
    ),
    healthCheck: json(container?.Healthcheck),
    ...policy('update', spec.UpdateConfig),
    ...policy('rollback', spec.RollbackConfig),
    'restart.condition': restart?.Condition,
    'restart.delayMs': toMs(restart?.Delay),
    'restart.maxAttempts': restart?.MaxAttempts,
    'restart.windowMs': toMs(restart?.Window),
    'placement.constraints': placement?.Constraints,
    'placement.spread': (placement?.Preferences ?? []).flatMap(({ Spread }) => Spread?.SpreadDescriptor ?? []),
    'placement.maxPerNode': placement?.MaxReplicas,
    ...resources('limits', template.Resources?.Limits),
    ...resources('reservations', template.Resources?.Reservations),
    logging: template.LogDriver?.Name,
  }
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => {
      const text = Array.isArray(fact) ? fact.join(', ') : (fact ?? '')
      return text === '' ? [] : [[name, String(text)] as const]
    }),
  )
}
