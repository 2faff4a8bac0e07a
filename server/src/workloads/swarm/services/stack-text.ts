import type { ServiceSpec, SwarmResources, UpdateConfig } from '@wheelhouse/driver'
import { stringify } from 'yaml'
import { sizeText } from '../../containers/index.ts'
import { containerText, type Fields, only, span } from './container-text.ts'
import type { Names } from './spec-of-draft.ts'

const policy = (config: UpdateConfig | null | undefined): Fields | null =>
  config
    ? only({
        parallelism: config.Parallelism ?? 0,
        delay: config.Delay ? span(config.Delay) : null,
        monitor: config.Monitor ? span(config.Monitor) : null,
        max_failure_ratio: config.MaxFailureRatio || null,
        failure_action: config.FailureAction,
        order: config.Order,
      })
    : null

const amount = (resources: SwarmResources): Fields =>
  only({
    cpus: resources.NanoCPUs ? String(resources.NanoCPUs / 1e9) : null,
    memory: resources.MemoryBytes ? sizeText(resources.MemoryBytes) : null,
    pids: resources.Pids || null,
    generic_resources: (resources.GenericResources ?? []).flatMap((one) => {
      const { DiscreteResourceSpec: spec } = one as { DiscreteResourceSpec?: { Kind?: string; Value?: number } }
      return spec ? [{ discrete_resource_spec: { kind: spec.Kind, value: spec.Value } }] : []
    }),
  })

/** To the engine nothing told and nothing asked for are two things, so one that is empty stands there. */
const resourcesOf = (resources: ServiceSpec['TaskTemplate']['Resources']): Fields => ({
  ...(resources?.Limits && { limits: amount(resources.Limits) }),
  ...(resources?.Reservations && { reservations: amount(resources.Reservations) }),
})

function deployOf(spec: ServiceSpec): Fields {
  const { TaskTemplate: template, Mode: mode } = spec
  const { Placement: placement, RestartPolicy: restart } = template
  const job = mode?.ReplicatedJob
  return only({
    mode: mode?.Global ? 'global' : mode?.GlobalJob ? 'global-job' : job ? 'replicated-job' : null,
    replicas: mode?.Replicated?.Replicas ?? job?.TotalCompletions,
    endpoint_mode: spec.EndpointSpec?.Mode,
    labels: spec.Labels,
    resources: resourcesOf(template.Resources),
    placement: only({
      constraints: placement?.Constraints,
      preferences: (placement?.Preferences ?? []).map((one) => ({ spread: one.Spread?.SpreadDescriptor })),
      max_replicas_per_node: placement?.MaxReplicas || null,
    }),
    restart_policy: restart
      ? only({
          condition: restart.Condition,
          delay: span(restart.Delay),
          max_attempts: restart.MaxAttempts,
          window: span(restart.Window),
        })
      : null,
    update_config: policy(spec.UpdateConfig),
    rollback_config: policy(spec.RollbackConfig),
  })
}

/** The stack file that makes the same service. What it uses is there already: external. `kept` are variables whose values are not shown. */
export function stackText(spec: ServiceSpec, kept: ReadonlySet<string>, names: Names): string {
  const { TaskTemplate: template } = spec
  const container = template.ContainerSpec ?? {}
  const networks = (template.Networks ?? spec.Networks ?? []).map((one) => ({
    ...one,
    name: names.networkName(one.Target ?? ''),
  }))
  const service = {
    ...containerText(container, kept),
    // Absent leaves it to the engine, which false does not.
    ...(typeof container.Init === 'boolean' && { init: container.Init }),
    ...only({
      ports: (spec.EndpointSpec?.Ports ?? []).map((port) =>
        only({
          target: port.TargetPort,
          published: port.PublishedPort ? String(port.PublishedPort) : null,
          protocol: port.Protocol === 'tcp' ? null : port.Protocol,
          mode: port.PublishMode,
        }),
      ),
      networks: Object.fromEntries(
        networks.map(({ name, Aliases, DriverOpts }) => {
          const how = only({ aliases: Aliases, driver_opts: DriverOpts })
          return [name, Object.keys(how).length > 0 ? how : null]
        }),
      ),
      logging: template.LogDriver?.Name
        ? only({ driver: template.LogDriver.Name, options: template.LogDriver.Options })
        : null,
      deploy: deployOf(spec),
    }),
  }
  const there = (list: readonly string[]): Fields => Object.fromEntries(list.map((name) => [name, { external: true }]))
  const volumes = (container.Mounts ?? []).flatMap((mount) =>
    mount.Type === 'volume' && mount.Source ? mount.Source : [],
  )
  return stringify(
    only({
      services: { [spec.Name]: service },
      networks: there(networks.map(({ name }) => name)),
      volumes: there([...new Set(volumes)]),
      secrets: there((container.Secrets ?? []).map((one) => one.SecretName)),
      configs: there((container.Configs ?? []).filter((one) => one.File).map((one) => one.ConfigName)),
    }),
    { lineWidth: 0 },
  )
}
