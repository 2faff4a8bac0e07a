import type { ServiceSpec, SwarmResources, UpdateConfig } from '@wheelhouse/driver'
import { stringify } from 'yaml'
import { durationText, sizeText } from '../../containers/index.ts'
import type { Names } from './spec-of-draft.ts'

type Fields = Record<string, unknown>

function only(fields: Fields): Fields {
  const given = (value: unknown): boolean =>
    value !== null &&
    value !== undefined &&
    value !== false &&
    value !== '' &&
    (typeof value !== 'object' || Object.keys(value).length > 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => given(value)))
}

/** Of nanoseconds. */
export const span = (nanos: number | undefined | null): string | null =>
  nanos === undefined || nanos === null ? null : durationText(Math.round(nanos / 1e6))

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

const amount = (resources: SwarmResources | null | undefined): Fields =>
  only({
    cpus: resources?.NanoCPUs ? String(resources.NanoCPUs / 1e9) : null,
    memory: resources?.MemoryBytes ? sizeText(resources.MemoryBytes) : null,
    pids: resources?.Pids || null,
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
    resources: only({
      limits: amount(template.Resources?.Limits),
      reservations: amount(template.Resources?.Reservations),
    }),
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
  const networks = (template.Networks ?? []).map((one) => ({ ...one, name: names.networkName(one.Target ?? '') }))
  const check = container.Healthcheck
  const file = (source: string, one: { Name?: string; UID?: string; GID?: string; Mode?: number } | null | undefined) =>
    only({ source, target: one?.Name, uid: one?.UID, gid: one?.GID, mode: one?.Mode })
  const service = only({
    image: container.Image,
    entrypoint: container.Command,
    command: container.Args,
    environment: Object.fromEntries(
      (container.Env ?? []).map((entry) => {
        const at = entry.indexOf('=')
        const name = at === -1 ? entry : entry.slice(0, at)
        return [name, kept.has(name) || at === -1 ? null : entry.slice(at + 1)]
      }),
    ),
    labels: container.Labels,
    ports: (spec.EndpointSpec?.Ports ?? []).map((port) =>
      only({
        target: port.TargetPort,
        published: port.PublishedPort ? String(port.PublishedPort) : null,
        protocol: port.Protocol === 'tcp' ? null : port.Protocol,
        mode: port.PublishMode,
      }),
    ),
    networks: Object.fromEntries(
      networks.map(({ name, Aliases: aliases }) => [name, aliases?.length ? { aliases } : null]),
    ),
    volumes: (container.Mounts ?? []).map((mount) =>
      only({ type: mount.Type, source: mount.Source, target: mount.Target, read_only: mount.ReadOnly }),
    ),
    secrets: (container.Secrets ?? []).map((one) => file(one.SecretName, one.File)),
    configs: (container.Configs ?? []).filter((one) => one.File).map((one) => file(one.ConfigName, one.File)),
    healthcheck: check?.Test?.length
      ? only({
          test: check.Test,
          interval: span(check.Interval),
          timeout: span(check.Timeout),
          start_period: span(check.StartPeriod),
          retries: check.Retries,
        })
      : null,
    user: container.User,
    working_dir: container.Dir,
    hostname: container.Hostname,
    init: container.Init ?? null,
    read_only: container.ReadOnly,
    tty: container.TTY,
    cap_add: container.CapabilityAdd,
    cap_drop: container.CapabilityDrop,
    sysctls: container.Sysctls,
    stop_signal: container.StopSignal,
    stop_grace_period: span(container.StopGracePeriod),
    logging: template.LogDriver?.Name
      ? only({ driver: template.LogDriver.Name, options: template.LogDriver.Options })
      : null,
    deploy: deployOf(spec),
  })
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
