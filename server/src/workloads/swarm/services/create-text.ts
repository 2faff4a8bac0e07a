import type { ServiceSpec, SwarmMount, SwarmPort, UpdateConfig } from '@wheelhouse/driver'
import { shellWord, sizeText } from '../../containers/index.ts'
import type { Names } from './spec-of-draft.ts'
import { span } from './container-text.ts'

type Flag = readonly [name: string, value?: string | number | null | undefined | false]

const each = <T>(name: string, list: readonly T[] | null | undefined, text: (item: T) => string): Flag[] =>
  (list ?? []).map((item) => [name, text(item)] as const)
const pairs = (name: string, record: Readonly<Record<string, string>> | null | undefined): Flag[] =>
  Object.entries(record ?? {}).map(([key, value]) => [name, `${key}=${value}`] as const)
const when = (condition: boolean | null | undefined, name: string): Flag[] => (condition ? [[name]] : [])
const joined = (parts: readonly (string | false | null | undefined)[]): string => parts.filter(Boolean).join(',')

const mountText = (mount: SwarmMount): string =>
  joined([
    `type=${mount.Type}`,
    mount.Source && `source=${mount.Source}`,
    `target=${mount.Target}`,
    mount.ReadOnly && 'readonly',
  ])
const portText = (port: SwarmPort): string =>
  joined([
    port.PublishedPort ? `published=${port.PublishedPort}` : null,
    `target=${port.TargetPort}`,
    port.Protocol && port.Protocol !== 'tcp' && `protocol=${port.Protocol}`,
    port.PublishMode === 'host' && 'mode=host',
  ])

interface FileOf {
  readonly Name?: string
  readonly UID?: string
  readonly GID?: string
  readonly Mode?: number
}
const fileText = (source: string, file: FileOf | null | undefined): string =>
  joined([
    `source=${source}`,
    file?.Name && `target=${file.Name}`,
    file?.UID && file.UID !== '0' && `uid=${file.UID}`,
    file?.GID && file.GID !== '0' && `gid=${file.GID}`,
    file?.Mode !== undefined && file.Mode !== 0o444 && `mode=0${file.Mode.toString(8)}`,
  ])

const policyFlags = (prefix: 'update' | 'rollback', config: UpdateConfig | null | undefined): Flag[] =>
  config
    ? [
        [`--${prefix}-parallelism`, String(config.Parallelism ?? 0)],
        [`--${prefix}-delay`, config.Delay ? span(config.Delay) : null],
        [`--${prefix}-monitor`, config.Monitor ? span(config.Monitor) : null],
        [`--${prefix}-max-failure-ratio`, config.MaxFailureRatio ? String(config.MaxFailureRatio) : null],
        [`--${prefix}-failure-action`, config.FailureAction],
        [`--${prefix}-order`, config.Order],
      ]
    : []

function flagsOf(spec: ServiceSpec, kept: ReadonlySet<string>, names: Names): Flag[] {
  const { TaskTemplate: template, Mode: mode, EndpointSpec: endpoint } = spec
  const container = template.ContainerSpec ?? {}
  const { Limits: limits, Reservations: reserved } = template.Resources ?? {}
  const { RestartPolicy: restart, Placement: placement } = template
  const job = mode?.ReplicatedJob
  const check = container.Healthcheck
  const [kind, ...words] = check?.Test ?? []
  return [
    ['--name', spec.Name],
    ['--mode', mode?.Global ? 'global' : mode?.GlobalJob ? 'global-job' : job ? 'replicated-job' : null],
    [
      '--replicas',
      mode?.Replicated ? String(mode.Replicated.Replicas ?? 1) : job ? String(job.TotalCompletions) : null,
    ],
    ['--max-concurrent', job?.MaxConcurrent ? String(job.MaxConcurrent) : null],
    // A bare name: docker takes the value from the shell, and none is shown here.
    ...each('--env', container.Env, (entry) => {
      const name = entry.split('=')[0] ?? ''
      return kept.has(name) ? name : entry
    }),
    ...pairs('--label', spec.Labels),
    ...pairs('--container-label', container.Labels),
    ...each('--publish', endpoint?.Ports, portText),
    ['--endpoint-mode', endpoint?.Mode === 'vip' ? null : endpoint?.Mode],
    ...each('--network', template.Networks, ({ Target: target = '', Aliases: aliases }) =>
      aliases?.length
        ? joined([`name=${names.networkName(target)}`, ...aliases.map((alias) => `alias=${alias}`)])
        : names.networkName(target),
    ),
    ...each('--mount', container.Mounts, mountText),
    ...each('--secret', container.Secrets, (one) => fileText(one.SecretName, one.File)),
    ...each(
      '--config',
      (container.Configs ?? []).filter((one) => one.File),
      (one) => fileText(one.ConfigName, one.File),
    ),
    ...when(kind === 'NONE', '--no-healthcheck'),
    ['--health-cmd', kind === 'CMD-SHELL' ? words[0] : kind === 'CMD' ? words.map(shellWord).join(' ') : null],
    ['--health-interval', span(check?.Interval)],
    ['--health-timeout', span(check?.Timeout)],
    ['--health-start-period', span(check?.StartPeriod)],
    ['--health-retries', check?.Retries ? String(check.Retries) : null],
    ['--limit-cpu', limits?.NanoCPUs ? String(limits.NanoCPUs / 1e9) : null],
    ['--limit-memory', limits?.MemoryBytes ? sizeText(limits.MemoryBytes) : null],
    ['--limit-pids', limits?.Pids ? String(limits.Pids) : null],
    ['--reserve-cpu', reserved?.NanoCPUs ? String(reserved.NanoCPUs / 1e9) : null],
    ['--reserve-memory', reserved?.MemoryBytes ? sizeText(reserved.MemoryBytes) : null],
    ...each('--constraint', placement?.Constraints, (text) => text.replace(/\s*(==|!=)\s*/, '$1')),
    ...each('--placement-pref', placement?.Preferences, (one) => `spread=${one.Spread?.SpreadDescriptor ?? ''}`),
    ['--replicas-max-per-node', placement?.MaxReplicas ? String(placement.MaxReplicas) : null],
    ['--restart-condition', restart?.Condition],
    ['--restart-delay', span(restart?.Delay)],
    ['--restart-max-attempts', restart?.MaxAttempts ? String(restart.MaxAttempts) : null],
    ['--restart-window', span(restart?.Window)],
    ...policyFlags('update', spec.UpdateConfig),
    ...policyFlags('rollback', spec.RollbackConfig),
    ['--user', container.User],
    ['--workdir', container.Dir],
    ['--hostname', container.Hostname],
    ...when(container.Init, '--init'),
    ...when(container.ReadOnly, '--read-only'),
    ...when(container.TTY, '--tty'),
    ...each('--cap-add', container.CapabilityAdd, String),
    ...each('--cap-drop', container.CapabilityDrop, String),
    ...pairs('--sysctl', container.Sysctls),
    ['--stop-signal', container.StopSignal],
    ['--stop-grace-period', span(container.StopGracePeriod)],
    ['--log-driver', template.LogDriver?.Name],
    ...pairs('--log-opt', template.LogDriver?.Options),
    ['--entrypoint', container.Command?.length ? container.Command.map(shellWord).join(' ') : null],
  ]
}

/** The `docker service create` that makes the same, quoted for a shell. `kept` are variables whose values are not shown. */
export function createText(spec: ServiceSpec, kept: ReadonlySet<string>, names: Names): string {
  const flags = flagsOf(spec, kept, names)
    .filter(([, ...value]) => value.length === 0 || (value[0] !== null && value[0] !== undefined && value[0] !== ''))
    .map(([name, value]) => (value ? `${name} ${shellWord(String(value))}` : name))
  const { Image: image = '', Args: words } = spec.TaskTemplate.ContainerSpec ?? {}
  return ['docker service create', ...flags, [image, ...(words ?? [])].map(shellWord).join(' ')].join(' \\\n  ')
}
