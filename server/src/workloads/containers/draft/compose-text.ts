import { type ContainerSpec, withoutOwnLabels } from '@wheelhouse/driver'
import { stringify } from 'yaml'
import { durationText, sizeText } from './quantities.ts'

const given = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  (typeof value !== 'object' || Object.keys(value).length > 0)

const only = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => given(value)))

function portOf({ host, hostPort, port, protocol }: ContainerSpec['ports'][number]): Record<string, unknown> {
  return only({
    target: port,
    published: hostPort === null ? null : String(hostPort),
    host_ip: host,
    protocol: protocol === 'tcp' ? null : protocol,
  })
}

function mountOf(mount: ContainerSpec['mounts'][number]): Record<string, unknown> {
  const { BindOptions, VolumeOptions, TmpfsOptions } = mount.options as {
    readonly BindOptions?: { readonly Propagation?: string }
    readonly VolumeOptions?: { readonly NoCopy?: boolean }
    readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number }
  }
  return only({
    type: mount.type,
    source: mount.source,
    target: mount.destination,
    read_only: mount.readOnly,
    bind: only({ propagation: BindOptions?.Propagation }),
    volume: only({ nocopy: VolumeOptions?.NoCopy }),
    tmpfs: only({ size: TmpfsOptions?.SizeBytes || null, mode: TmpfsOptions?.Mode || null }),
  })
}

function checkOf(check: ContainerSpec['healthCheck']): Record<string, unknown> | null {
  if (!check) return null
  if (check.test[0] === 'NONE') return { disable: true }
  const span = (ms: number | null): string | null => (ms === null ? null : durationText(ms))
  return only({
    test: check.test,
    interval: span(check.intervalMs),
    timeout: span(check.timeoutMs),
    start_period: span(check.startPeriodMs),
    retries: check.retries,
  })
}

/** A container as a service of a Compose file: what says nothing left out, values of `kept` variables null. */
export function serviceFields(spec: ContainerSpec, kept: ReadonlySet<string>): Record<string, unknown> {
  const size = (bytes: number | null | undefined): string | null =>
    bytes === null || bytes === undefined ? null : bytes < 0 ? '-1' : sizeText(bytes)
  const { restart } = spec
  return only({
    container_name: spec.name,
    image: spec.image,
    pull_policy: spec.pull === 'missing' ? null : spec.pull,
    platform: spec.platform,
    command: spec.command,
    entrypoint: spec.entrypoint,
    // null takes the value from where Compose is run: none is shown here.
    environment: Object.fromEntries(
      Object.entries(spec.environment).map(([name, value]) => [name, kept.has(name) ? null : value]),
    ),
    labels: withoutOwnLabels(spec.labels),
    ports: spec.ports.map(portOf),
    expose: (spec.exposed ?? []).map(({ port, protocol }) => `${port}/${protocol}`),
    volumes: spec.mounts.map(mountOf),
    tmpfs: spec.tmpfs,
    network_mode: spec.networkMode,
    networks: Object.fromEntries(
      spec.networks.map(({ name, aliases, ipv4, ipv6 }) => {
        const how = only({ aliases, ipv4_address: ipv4, ipv6_address: ipv6 })
        return [name, Object.keys(how).length > 0 ? how : null]
      }),
    ),
    restart: restart.policy === 'no' ? null : `${restart.policy}${restart.maxRetries ? `:${restart.maxRetries}` : ''}`,
    healthcheck: checkOf(spec.healthCheck),
    mem_limit: size(spec.memoryBytes),
    mem_reservation: size(spec.memoryReservationBytes),
    memswap_limit: size(spec.memorySwapBytes),
    cpus: spec.cpus,
    cpu_shares: spec.cpuShares,
    cpuset: spec.cpuset,
    pids_limit: spec.pidsLimit,
    shm_size: size(spec.shmBytes),
    user: spec.user,
    working_dir: spec.workingDirectory,
    hostname: spec.hostname,
    domainname: spec.domainname,
    extra_hosts: spec.extraHosts,
    dns: spec.dns,
    tty: spec.tty,
    stdin_open: spec.openStdin,
    init: spec.init,
    read_only: spec.readOnly,
    privileged: spec.privileged,
    cap_add: spec.capAdd,
    cap_drop: spec.capDrop,
    devices: spec.devices.map((device) => `${device.host}:${device.container}:${device.permissions}`),
    security_opt: spec.securityOpt,
    sysctls: spec.sysctls,
    ulimits: Object.fromEntries(spec.ulimits.map(({ name, soft, hard }) => [name, { soft, hard }])),
    pid: spec.pidMode,
    ipc: spec.ipcMode,
    userns_mode: spec.usernsMode,
    logging: spec.logDriver ? only({ driver: spec.logDriver.name, options: spec.logDriver.options }) : null,
    stop_signal: spec.stop.signal,
    stop_grace_period: spec.stop.timeoutMs === null ? null : durationText(spec.stop.timeoutMs),
  })
}

/** The Compose file that makes the same container. Networks and volumes with a name are those that are there: external. */
export function composeText(spec: ContainerSpec, kept: ReadonlySet<string>): string {
  const named = spec.mounts
    .filter((mount) => mount.type === 'volume' && mount.source)
    .map((mount) => mount.source ?? '')
  const there = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, { external: true }]))
  return stringify(
    only({
      services: { [spec.service.replace(/[^\w.-]/g, '-')]: serviceFields(spec, kept) },
      networks: there(spec.networks.map(({ name }) => name).filter((name) => name !== 'bridge')),
      volumes: there([...new Set(named)]),
    }),
    { lineWidth: 0 },
  )
}
