import type { HealthCheckSpec } from '@wheelhouse/contract'
import type { ServiceSpec } from './swarm-native.ts'

/** Labels that mark what Wheelhouse made. Container engines keep them as labels, the process driver in its record. */
export const ownLabels = {
  stack: 'wheelhouse.stack',
  service: 'wheelhouse.service',
  /** Digest of the rendered spec, to tell what changed. */
  digest: 'wheelhouse.spec-digest',
  /** JSON of HealthCheckSpec[] that the control plane runs. */
  checks: 'wheelhouse.checks',
  /** On a container that took the place of another by hand: the job that did so. */
  replaces: 'wheelhouse.replaces',
} as const

const ownersPrefixes = ['wheelhouse.', 'com.docker.compose.', 'com.docker.stack.']

/** The prefix by which a label says who owns what, null for any other label. Set by hand it would pass one's thing off as another's. */
export const ownersPrefix = (label: string): string | null =>
  ownersPrefixes.find((prefix) => label.startsWith(prefix)) ?? null

/** Whether Wheelhouse writes a label of this name: no form shows it, and no file may set it. */
export const isOwnLabel = (name: string): boolean => name.startsWith('wheelhouse.')

export const withoutOwnLabels = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !isOwnLabel(name)))

interface CommonSpec {
  /** Name on the target, unique there. */
  readonly name: string
  readonly stack: string
  /** Its name in the stack file. */
  readonly service: string
  readonly digest: string
  readonly environment: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly checks: readonly HealthCheckSpec[]
}

export type RestartPolicy = 'no' | 'always' | 'on-failure' | 'unless-stopped'

export interface ProcessSpec extends CommonSpec {
  readonly kind: 'process'
  readonly argv: readonly string[]
  /** Absolute folder. */
  readonly directory: string
  readonly ports: readonly number[]
  readonly restart: {
    readonly policy: RestartPolicy
    readonly delayMs: number
    readonly maxDelayMs: number
    readonly maxRetries: number | null
  }
  readonly stop: { readonly signal: string; readonly timeoutMs: number }
  /** Each log file is at most `maxBytes`; `files` old ones are kept beside the current one. */
  readonly log: { readonly maxBytes: number; readonly files: number }
}

export interface PortBinding {
  readonly host: string | null
  readonly hostPort: number | null
  readonly port: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
}
export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  readonly source: string | null
  readonly destination: string
  readonly readOnly: boolean
  /** The rest of the Compose long form, as the engine spells it (BindOptions, VolumeOptions, TmpfsOptions). */
  readonly options: Readonly<Record<string, unknown>>
}
export interface NetworkAttachment {
  readonly name: string
  readonly aliases: readonly string[]
  readonly ipv4: string | null
  readonly ipv6?: string | null
  readonly macAddress?: string | null
  readonly linkLocal?: readonly string[]
  readonly driverOptions?: Readonly<Record<string, string>>
}
/** The engine's own health check; durations in milliseconds. `test` as the engine spells it: ['CMD', …], ['CMD-SHELL', …] or ['NONE']. */
export interface EngineHealthCheck {
  readonly test: readonly string[]
  readonly intervalMs: number | null
  readonly timeoutMs: number | null
  readonly startPeriodMs: number | null
  /** Between checks while it starts; engines before 25 do not know it. */
  readonly startIntervalMs?: number | null
  readonly retries: number | null
}

/** What a container may be told beyond the usual. Absent is the engine's own default. */
export interface ContainerTuning {
  /** `linux/arm64`. */
  readonly platform?: string | null
  readonly domainname?: string | null
  /** Ports that its networks reach and the host does not. */
  readonly exposed?: readonly Pick<PortBinding, 'port' | 'protocol'>[]
  readonly logDriver?: { readonly name: string; readonly options: Readonly<Record<string, string>> } | null
  readonly autoRemove?: boolean
  readonly memoryReservationBytes?: number | null
  /** Memory and swap together; -1 is no bound. */
  readonly memorySwapBytes?: number | null
  readonly memorySwappiness?: number | null
  readonly cpuShares?: number | null
  /** `0-2,5`. */
  readonly cpuset?: string | null
  /** In microseconds; not together with `cpus`. */
  readonly cpuPeriod?: number | null
  readonly cpuQuota?: number | null
  readonly cpuRealtimePeriod?: number | null
  readonly cpuRealtimeRuntime?: number | null
  readonly oomKillDisable?: boolean
  readonly oomScoreAdjust?: number | null
  readonly groupAdd?: readonly string[]
  readonly dnsSearch?: readonly string[]
  readonly dnsOptions?: readonly string[]
  readonly utsMode?: string | null
  readonly cgroupNamespace?: string | null
  readonly runtime?: string | null
  readonly isolation?: string | null
  readonly deviceRules?: readonly string[]
  /** GPUs and the like, as the engine spells them. */
  readonly deviceRequests?: readonly {
    readonly driver: string
    readonly count: number
    readonly ids: readonly string[]
    readonly capabilities: readonly (readonly string[])[]
    readonly options: Readonly<Record<string, string>>
  }[]
  readonly volumesFrom?: readonly string[]
  readonly links?: readonly string[]
  readonly storageOptions?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** Weights and rates of block devices, as the engine spells them (BlkioWeight, BlkioDeviceReadBps, …). */
  readonly blockIo?: Readonly<Record<string, unknown>>
}

export interface ContainerSpec extends CommonSpec, ContainerTuning {
  readonly kind: 'container'
  readonly image: string
  readonly pull: 'missing' | 'always' | 'never'
  readonly command: readonly string[] | null
  readonly entrypoint: readonly string[] | null
  readonly ports: readonly PortBinding[]
  readonly mounts: readonly Mount[]
  readonly networks: readonly NetworkAttachment[]
  /** `bridge`, `host`, `none` or `container:<id>`; null where `networks` says it. */
  readonly networkMode: string | null
  readonly restart: { readonly policy: RestartPolicy; readonly maxRetries: number | null }
  readonly healthCheck: EngineHealthCheck | null
  readonly stop: { readonly signal: string | null; readonly timeoutMs: number | null }
  readonly user: string | null
  readonly workingDirectory: string | null
  readonly hostname: string | null
  readonly tty: boolean
  readonly openStdin: boolean
  readonly init: boolean
  readonly readOnly: boolean
  readonly privileged: boolean
  readonly capAdd: readonly string[]
  readonly capDrop: readonly string[]
  readonly devices: readonly { readonly host: string; readonly container: string; readonly permissions: string }[]
  readonly securityOpt: readonly string[]
  readonly pidMode: string | null
  readonly ipcMode: string | null
  readonly usernsMode: string | null
  readonly cgroupParent: string | null
  readonly extraHosts: readonly string[]
  readonly dns: readonly string[]
  readonly tmpfs: readonly string[]
  readonly sysctls: Readonly<Record<string, string>>
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  readonly shmBytes: number | null
  readonly memoryBytes: number | null
  readonly cpus: number | null
  readonly pidsLimit: number | null
}

/**
 * A service of a Swarm. `name` is `<stack>_<service>`, as `docker stack deploy` calls it; `environment` is that of its tasks, `labels`
 * those of the service itself: both stand in `native` too, and are here for whoever shows or masks them.
 */
export interface SwarmServiceSpec extends CommonSpec {
  readonly kind: 'swarm-service'
  /** As the file says, without a digest. */
  readonly image: string
  /** `always` asks the registry anew which digest a tag has; else an image that stays as it was keeps its digest. */
  readonly pull: 'missing' | 'always' | 'never'
  /**
   * What the manager is asked for, with networks, secrets and configs by name: `Networks[].Target` is the name of a network, and
   * `SecretID` and `ConfigID` are empty beside `SecretName` and `ConfigName`. `Cluster.bring` puts the ids in.
   */
  readonly native: ServiceSpec
}

export type WorkloadSpec = ProcessSpec | ContainerSpec | SwarmServiceSpec

export interface NetworkSpec {
  readonly kind: 'network'
  /** Name on the target. */
  readonly name: string
  readonly stack: string
  readonly driver: string | null
  readonly internal: boolean
  readonly attachable: boolean
  readonly ipv6: boolean
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string | null }[]
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}
export interface VolumeSpec {
  readonly kind: 'volume'
  readonly name: string
  readonly stack: string
  readonly driver: string | null
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}
/** A secret or config that a stack brings to a Swarm. It holds the value: kept sealed, never shown. */
export interface SwarmObjectSpec {
  readonly kind: 'secret' | 'config'
  /** Name on the Swarm: `<stack>_<key>`, or what the file says, until that name holds something else; see `Cluster.choose`. */
  readonly name: string
  readonly stack: string
  /** Base64. */
  readonly data: string
  /** Of an engine that fills in templates; null for none. */
  readonly templateDriver: string | null
  readonly labels: Readonly<Record<string, string>>
}
/** What services stand on: made before them, removed after them. */
export type ResourceSpec = NetworkSpec | VolumeSpec

export interface FoundResource {
  readonly kind: 'network' | 'volume'
  readonly name: string
  readonly stack: string | null
  readonly labels: Readonly<Record<string, string>>
}
