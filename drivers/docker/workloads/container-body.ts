import { type ContainerSpec, type Mount, ownLabels } from '@wheelhouse/driver'
import type { ApiVersion } from '@wheelhouse/engine'

/** The body of POST /containers/create for a spec. Networks beyond the first are joined afterwards. */
export function containerBody(spec: ContainerSpec, version: ApiVersion): Record<string, unknown> {
  const [first] = spec.networks
  return {
    Image: spec.image,
    Cmd: spec.command,
    Entrypoint: spec.entrypoint,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(spec),
    ExposedPorts: Object.fromEntries(
      [...spec.ports, ...(spec.exposed ?? [])].map(({ port, protocol }) => [`${port}/${protocol}`, {}]),
    ),
    Healthcheck: healthCheck(spec.healthCheck, version),
    StopSignal: spec.stop.signal ?? undefined,
    StopTimeout: spec.stop.timeoutMs === null ? undefined : Math.ceil(spec.stop.timeoutMs / 1000),
    User: spec.user ?? undefined,
    WorkingDir: spec.workingDirectory ?? undefined,
    Hostname: spec.hostname ?? undefined,
    Domainname: spec.domainname ?? undefined,
    Tty: spec.tty,
    OpenStdin: spec.openStdin,
    HostConfig: hostConfig(spec, version),
    NetworkingConfig:
      spec.networkMode === null && first ? { EndpointsConfig: { [first.name]: endpoint(first) } } : undefined,
  }
}

export function endpoint(network: ContainerSpec['networks'][number]): Record<string, unknown> {
  const addressed = network.ipv4 !== null || network.ipv6 || network.linkLocal?.length
  return {
    Aliases: network.aliases,
    IPAMConfig: addressed
      ? {
          IPv4Address: network.ipv4 ?? undefined,
          IPv6Address: network.ipv6 ?? undefined,
          LinkLocalIPs: network.linkLocal,
        }
      : undefined,
    MacAddress: network.macAddress ?? undefined,
    DriverOpts: network.driverOptions,
  }
}

function hostConfig(spec: ContainerSpec, version: ApiVersion): Record<string, unknown> {
  const [binds, mounts] = splitMounts(spec.mounts, version)
  return {
    NetworkMode: spec.networkMode ?? spec.networks[0]?.name,
    PortBindings: portBindings(spec.ports),
    Binds: binds,
    Mounts: mounts,
    Tmpfs: Object.fromEntries(spec.tmpfs.map(splitTmpfs)),
    RestartPolicy: { Name: spec.restart.policy, MaximumRetryCount: retries(spec.restart) },
    Init: spec.init || undefined,
    ReadonlyRootfs: spec.readOnly,
    Privileged: spec.privileged,
    CapAdd: spec.capAdd,
    CapDrop: spec.capDrop,
    Devices: spec.devices.map((device) => ({
      PathOnHost: device.host,
      PathInContainer: device.container,
      CgroupPermissions: device.permissions,
    })),
    SecurityOpt: spec.securityOpt,
    PidMode: spec.pidMode ?? undefined,
    IpcMode: spec.ipcMode ?? undefined,
    UsernsMode: spec.usernsMode ?? undefined,
    CgroupParent: spec.cgroupParent ?? undefined,
    ExtraHosts: spec.extraHosts,
    Dns: spec.dns,
    Sysctls: spec.sysctls,
    Ulimits: spec.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ShmSize: spec.shmBytes ?? undefined,
    Memory: spec.memoryBytes ?? undefined,
    NanoCpus: spec.cpus === null ? undefined : Math.round(spec.cpus * 1e9),
    PidsLimit: spec.pidsLimit ?? undefined,
    ...tuning(spec),
  }
}

function tuning(spec: ContainerSpec): Record<string, unknown> {
  return {
    ...spec.blockIo,
    AutoRemove: spec.autoRemove,
    LogConfig: spec.logDriver ? { Type: spec.logDriver.name, Config: spec.logDriver.options } : undefined,
    MemoryReservation: spec.memoryReservationBytes ?? undefined,
    MemorySwap: spec.memorySwapBytes ?? undefined,
    MemorySwappiness: spec.memorySwappiness ?? undefined,
    CpuShares: spec.cpuShares ?? undefined,
    CpusetCpus: spec.cpuset ?? undefined,
    CpuPeriod: spec.cpuPeriod ?? undefined,
    CpuQuota: spec.cpuQuota ?? undefined,
    CpuRealtimePeriod: spec.cpuRealtimePeriod ?? undefined,
    CpuRealtimeRuntime: spec.cpuRealtimeRuntime ?? undefined,
    OomKillDisable: spec.oomKillDisable,
    OomScoreAdj: spec.oomScoreAdjust ?? undefined,
    GroupAdd: spec.groupAdd,
    DnsSearch: spec.dnsSearch,
    DnsOptions: spec.dnsOptions,
    UTSMode: spec.utsMode ?? undefined,
    CgroupnsMode: spec.cgroupNamespace ?? undefined,
    Runtime: spec.runtime ?? undefined,
    Isolation: spec.isolation ?? undefined,
    DeviceCgroupRules: spec.deviceRules,
    DeviceRequests: spec.deviceRequests?.map((request) => ({
      Driver: request.driver,
      Count: request.count,
      DeviceIDs: request.ids,
      Capabilities: request.capabilities,
      Options: request.options,
    })),
    VolumesFrom: spec.volumesFrom,
    Links: spec.links,
    StorageOpt: spec.storageOptions,
    Annotations: spec.annotations,
  }
}

/** The engine refuses a retry count with any other policy. */
const retries = (restart: ContainerSpec['restart']): number | undefined =>
  restart.policy === 'on-failure' ? (restart.maxRetries ?? 0) : undefined

/** A container of no stack carries no label of ours. */
function labelsOf(spec: ContainerSpec): Readonly<Record<string, string>> {
  if (spec.stack === '') return spec.labels
  return {
    ...spec.labels,
    [ownLabels.stack]: spec.stack,
    [ownLabels.service]: spec.service,
    [ownLabels.digest]: spec.digest,
    ...(spec.checks.length > 0 ? { [ownLabels.checks]: JSON.stringify(spec.checks) } : {}),
  }
}

function portBindings(ports: ContainerSpec['ports']): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const { host, hostPort, port, protocol } of ports) {
    const published = (bindings[`${port}/${protocol}`] ??= [])
    published.push({ HostIp: host ?? '', HostPort: hostPort === null ? '' : String(hostPort) })
  }
  return bindings
}

/** Before API 1.42 only the old `Binds` makes a missing folder on the host; `Mounts` refuses it there. */
function splitMounts(mounts: readonly Mount[], version: ApiVersion): [string[], Record<string, unknown>[]] {
  const binds: string[] = []
  const rest: Record<string, unknown>[] = []
  for (const mount of mounts) {
    const options = mount.options.BindOptions as { CreateMountpoint?: boolean; Propagation?: string } | undefined
    if (mount.type === 'bind' && options?.CreateMountpoint && !version.atLeast(42)) {
      const flags = [mount.readOnly ? 'ro' : 'rw', ...(options.Propagation ? [options.Propagation] : [])]
      binds.push(`${mount.source ?? ''}:${mount.destination}:${flags.join(',')}`)
    } else {
      rest.push({
        ...mount.options,
        Type: mount.type,
        Source: mount.source ?? undefined,
        Target: mount.destination,
        ReadOnly: mount.readOnly,
      })
    }
  }
  return [binds, rest]
}

/** `/run:size=64m,mode=755` as path and options. */
function splitTmpfs(entry: string): [string, string] {
  const colon = entry.indexOf(':')
  return colon === -1 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)]
}

function healthCheck(check: ContainerSpec['healthCheck'], version: ApiVersion): Record<string, unknown> | undefined {
  if (!check) return undefined
  const nano = (ms: number | null): number | undefined => (ms === null ? undefined : Math.round(ms * 1e6))
  return {
    Test: check.test,
    Interval: nano(check.intervalMs),
    Timeout: nano(check.timeoutMs),
    StartPeriod: nano(check.startPeriodMs),
    StartInterval: version.atLeast(44) ? nano(check.startIntervalMs ?? null) : undefined,
    Retries: check.retries ?? undefined,
  }
}
