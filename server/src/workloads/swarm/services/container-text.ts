import type { SwarmHealthcheck, SwarmMount, TaskContainer } from '@wheelhouse/driver'
import { durationText, sizeText } from '../../containers/index.ts'

export type Fields = Record<string, unknown>

/** Without what says nothing: null, false, empty texts, lists and records. */
export function only(fields: Fields): Fields {
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

const checkOf = (check: SwarmHealthcheck | null | undefined): Fields | null =>
  check?.Test?.length
    ? only({
        test: check.Test,
        interval: span(check.Interval),
        timeout: span(check.Timeout),
        start_period: span(check.StartPeriod),
        start_interval: span(check.StartInterval),
        retries: check.Retries,
      })
    : null

function mountOf({ Type, Source, Target, ReadOnly, BindOptions, VolumeOptions, TmpfsOptions }: SwarmMount): Fields {
  const { SizeBytes: size, Mode: mode } = (TmpfsOptions ?? {}) as { SizeBytes?: number; Mode?: number }
  return only({
    type: Type,
    source: Source,
    target: Target,
    read_only: ReadOnly,
    bind: only({ propagation: BindOptions?.Propagation }),
    volume: only({ nocopy: VolumeOptions?.NoCopy }),
    tmpfs: only({ size: size ? sizeText(size) : null, mode: mode || null }),
  })
}

const file = (source: string, one: { Name?: string; UID?: string; GID?: string; Mode?: number } | null | undefined) =>
  only({ source, target: one?.Name, uid: one?.UID, gid: one?.GID, mode: one?.Mode })

/** What a stack file says of the containers of a service. `kept` are variables whose values are not shown. */
export function containerText(container: TaskContainer, kept: ReadonlySet<string>): Fields {
  const { DNSConfig: dns } = container
  return only({
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
    volumes: (container.Mounts ?? []).map(mountOf),
    secrets: (container.Secrets ?? []).map((one) => file(one.SecretName, one.File)),
    configs: (container.Configs ?? []).filter((one) => one.File).map((one) => file(one.ConfigName, one.File)),
    healthcheck: checkOf(container.Healthcheck),
    user: container.User,
    group_add: container.Groups,
    working_dir: container.Dir,
    hostname: container.Hostname,
    // On the Swarm the address comes first, and may have several names.
    extra_hosts: (container.Hosts ?? []).flatMap((line) => {
      const [address = '', ...hosts] = line.split(/\s+/)
      return hosts.map((name) => `${name}=${address}`)
    }),
    dns: dns?.Nameservers,
    dns_search: dns?.Search,
    dns_opt: dns?.Options,
    read_only: container.ReadOnly,
    tty: container.TTY,
    stdin_open: container.OpenStdin,
    cap_add: container.CapabilityAdd,
    cap_drop: container.CapabilityDrop,
    sysctls: container.Sysctls,
    ulimits: Object.fromEntries(
      (container.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }]),
    ),
    stop_signal: container.StopSignal,
    stop_grace_period: span(container.StopGracePeriod),
  })
}
