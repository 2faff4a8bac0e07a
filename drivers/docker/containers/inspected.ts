/** What of a container's inspect says how it was made (docs.docker.com/reference/api/engine, 1.41). */
export interface MadeContainer {
  readonly Id: string
  readonly Name: string
  readonly Image: string
  readonly Config: {
    readonly Image: string
    readonly Hostname?: string
    readonly Domainname?: string
    readonly User?: string
    readonly WorkingDir?: string
    readonly Tty?: boolean
    readonly OpenStdin?: boolean
    readonly StopSignal?: string
    readonly StopTimeout?: number
    readonly Env?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | null
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null
    readonly Healthcheck?: EngineCheck | null
    readonly MacAddress?: string
  }
  readonly HostConfig: HostConfig
  readonly Mounts: readonly MountPoint[] | null
  readonly NetworkSettings: { readonly Networks?: Readonly<Record<string, Endpoint>> | null }
}
export interface EngineCheck {
  readonly Test?: readonly string[] | null
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly Retries?: number
}
export interface MountPoint {
  readonly Type: string
  readonly Name?: string
  readonly Source: string
  readonly Destination: string
  readonly RW: boolean
}
export interface Endpoint {
  readonly Aliases?: readonly string[] | null
  readonly IPAMConfig?: { readonly IPv4Address?: string; readonly IPv6Address?: string } | null
}
export interface HostConfig {
  readonly NetworkMode?: string
  readonly PortBindings?: Readonly<Record<string, readonly { HostIp?: string; HostPort?: string }[] | null>> | null
  readonly Binds?: readonly string[] | null
  readonly Mounts?: readonly Readonly<Record<string, unknown>>[] | null
  readonly Tmpfs?: Readonly<Record<string, string>> | null
  readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null
  readonly Init?: boolean | null
  readonly ReadonlyRootfs?: boolean
  readonly Privileged?: boolean
  readonly AutoRemove?: boolean
  readonly CapAdd?: readonly string[] | null
  readonly CapDrop?: readonly string[] | null
  readonly Devices?: readonly { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null
  readonly SecurityOpt?: readonly string[] | null
  readonly PidMode?: string
  readonly IpcMode?: string
  readonly UsernsMode?: string
  readonly UTSMode?: string
  readonly CgroupParent?: string
  readonly ExtraHosts?: readonly string[] | null
  readonly Dns?: readonly string[] | null
  readonly Sysctls?: Readonly<Record<string, string>> | null
  readonly Ulimits?: readonly { Name: string; Soft: number; Hard: number }[] | null
  readonly ShmSize?: number
  readonly Memory?: number
  readonly MemoryReservation?: number
  readonly MemorySwap?: number
  readonly CpuShares?: number
  readonly CpusetCpus?: string
  readonly NanoCpus?: number
  readonly PidsLimit?: number | null
  readonly VolumesFrom?: readonly string[] | null
  readonly Links?: readonly string[] | null
  readonly LogConfig?: { readonly Type?: string; readonly Config?: Readonly<Record<string, string>> | null } | null
  readonly Runtime?: string
  readonly DeviceRequests?: readonly unknown[] | null
}

/** What an image brings by itself, so that it is left out of what was asked for. */
export interface MadeImage {
  readonly Config?: {
    readonly User?: string
    readonly WorkingDir?: string
    readonly StopSignal?: string
    readonly Env?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | null
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly Healthcheck?: EngineCheck | null
    readonly Volumes?: Readonly<Record<string, unknown>> | null
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null
  } | null
}
