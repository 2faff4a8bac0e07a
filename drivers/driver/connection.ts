import type {
  Capability,
  EngineInfo,
  HealthCheckSpec,
  HealthState,
  LogLine,
  Port,
  Sample,
  ServiceKind,
  ServiceState,
  TargetUsage,
} from '@wheelhouse/contract'
import type { Readable } from 'node:stream'
import type { Containers } from './containers.ts'
import type { EngineSystem, SwarmDoor } from './engine-system.ts'
import type { Images, ObservedImage, SignedIn } from './images.ts'
import type { LogBlock } from './log-block.ts'
import type { LogQuery } from './log-query.ts'
import type { Networks, ObservedEndpoint, ObservedNetwork } from './networks.ts'
import type { Progress } from './progress.ts'
import type { Cluster } from './swarm.ts'
import type { ObservedVolume, Volumes } from './volumes.ts'
import type { FoundResource, NetworkAttachment, ResourceSpec, WorkloadSpec } from './spec.ts'

/** A service as its target sees it. The inventory adds the target and makes it a `Service`. Times are ISO 8601 UTC. */
export interface ObservedService {
  /** Its identity on the target: a full container id, a process name. Never reused for another thing. */
  readonly nativeId: string
  readonly name: string
  readonly kind: ServiceKind
  readonly stack: string | null
  readonly stackService: string | null
  readonly state: ServiceState
  readonly nativeState: string
  readonly reason: string | null
  readonly health: HealthState
  readonly image: string | null
  /** Of the image it was made from, which may have lost its name since; where the target knows one. */
  readonly imageId?: string | null
  readonly command: string | null
  readonly ports: readonly Port[]
  readonly labels: Readonly<Record<string, string>>
  readonly restarts: number
  readonly exitCode: number | null
  readonly pid: number | null
  readonly tty: boolean
  readonly checks: readonly HealthCheckSpec[]
  readonly createdAt: string
  readonly startedAt: string | null
  readonly changedAt: string
}

/** Something the target told, beyond a changed row. `type` is one of contract `eventTypes`. */
export interface Occurrence {
  readonly type:
    | 'service.started'
    | 'service.stopped'
    | 'service.failed'
    | 'service.crash-looping'
    | 'service.restarted'
    | 'service.paused'
    | 'service.resumed'
    | 'service.out-of-memory'
    | 'service.health'
    | 'service.renamed'
  readonly nativeId: string
  readonly at: string
  readonly severity: 'info' | 'warning' | 'error'
  /** A whole sentence about the service, by its name. */
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Where a watched target writes. All methods are synchronous and cheap. */
export interface Observer {
  connected(info: EngineInfo): void
  /** The whole truth: what is not in it is gone. Called after every (re)connect. */
  snapshot(services: readonly ObservedService[]): void
  changed(service: ObservedService): void
  gone(nativeId: string): void
  occurred(occurrence: Occurrence): void
  /** All images, volumes or networks anew, at the start and after each change; what is not in it is gone. */
  images?(images: readonly ObservedImage[]): void
  volumes?(volumes: readonly ObservedVolume[]): void
  networks?(networks: readonly ObservedNetwork[], endpoints: readonly ObservedEndpoint[]): void
  /** Use of the target as a whole, at most every few seconds. */
  usage(usage: TargetUsage): void
  /** Not heard any more. `reason` says why and what to do. The driver goes on trying until the signal aborts. */
  lost(reason: string): void
}

export interface ExecRequest {
  readonly argv: readonly string[]
  readonly tty: boolean
  readonly columns?: number
  readonly rows?: number
  readonly user?: string
  readonly workdir?: string
}

/** A command that runs inside a service. Leaving it (`end`) must not leave the command behind. */
export interface ExecSession {
  /** Bytes as they come; with a TTY all is `stdout`. Ends when the command has ended. */
  readonly output: AsyncIterable<{ readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array }>
  write(data: Uint8Array): void
  /** Resolves when the command may be sent more; wait for it between writes of what is long. */
  drained(): Promise<void>
  /** Closes the command's standard input. */
  closeInput(): void
  resize(columns: number, rows: number): Promise<void>
  /** Resolves after `output` has ended. */
  exitCode(): Promise<number | null>
  /** Ends the command. TARGET_UNREACHABLE where it may still run: call it again. */
  end(): Promise<void>
}

export interface StopOptions {
  /** Until it is killed; the service's own default when absent. */
  readonly timeoutMs?: number
}
export interface RemoveOptions {
  readonly force: boolean
  /** Also anonymous volumes. */
  readonly volumes: boolean
}

export interface Inspection {
  readonly native: Record<string, unknown>
  readonly environment: Record<string, string>
  readonly directory: string | null
  /** What it may do beyond its own walls, a clause each such as "runs privileged"; empty where it may not. */
  readonly powers: readonly string[]
}

/** An image to be built. `args` reach the build and stay in its history: no secrets. */
export interface ImageRequest {
  readonly tag: string
  readonly dockerfile: string
  readonly target: string | null
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly pull: boolean
  readonly noCache: boolean
  readonly network: string | null
  readonly cacheFrom: readonly string[]
}
export interface BuiltImage {
  readonly id: string
  readonly sizeBytes: number
}

export interface FoundImage {
  /** Engines may number the same image differently: then `content` tells. */
  readonly id: string
  /** Digest of its layers and of how it runs; the same on every target. */
  readonly content: string
  readonly sizeBytes: number
}

/**
 * One open target. Methods throw contract `Failure`: NOT_FOUND, STATE_CONFLICT, CONFLICT, CAPABILITY_MISSING, TARGET_REFUSED
 * (with the target's own words), TARGET_UNREACHABLE, TIMED_OUT, POLICY_REFUSED. Each acting method resolves when the target has done it.
 */
export interface Connection {
  readonly capabilities: ReadonlySet<Capability>
  /** Asks the target who it is; fails with TARGET_UNREACHABLE after a few seconds. */
  info(signal?: AbortSignal): Promise<EngineInfo>
  /** Mirrors the target until the signal aborts: snapshot, then its events, resync when they break. Never throws, never gives up. */
  watch(observer: Observer, signal: AbortSignal): Promise<void>

  start(nativeId: string): Promise<void>
  stop(nativeId: string, options: StopOptions): Promise<void>
  restart(nativeId: string, options: StopOptions): Promise<void>
  pause(nativeId: string): Promise<void>
  resume(nativeId: string): Promise<void>
  kill(nativeId: string, signal: string): Promise<void>
  rename(nativeId: string, name: string): Promise<void>
  remove(nativeId: string, options: RemoveOptions): Promise<void>

  /** What the target knows of it, in its own words; its environment unmasked; the folder it runs in, null for the default. */
  inspect(nativeId: string): Promise<Inspection>
  logs(nativeId: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine>
  /** The same lines as columns, where they can be had for less. */
  logBlocks?(nativeId: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogBlock>
  /** A reading about each second until the signal aborts or the service stops. */
  stats(nativeId: string, signal: AbortSignal): AsyncIterable<Sample>
  /** One reading of each that runs; those that cannot be read are absent. */
  sample(nativeIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Sample>>
  exec(nativeId: string, request: ExecRequest): Promise<ExecSession>

  /** Fetches what `create` will need (the image), so that nothing has to stop while it comes. Absent where there is nothing to fetch. */
  prepare?(spec: WorkloadSpec, progress: Progress, signal: AbortSignal): Promise<void>
  /** Creates and starts; answers the native id. `progress` hears of a pull. */
  create(spec: WorkloadSpec, progress: Progress, signal: AbortSignal): Promise<string>
  /**
   * Builds an image from a tar of its context and answers its id. `log` hears what the build prints. Ends the build when the signal
   * aborts. Absent where the target builds nothing (capability `build`).
   */
  build?(
    request: ImageRequest,
    context: Readable,
    log: (text: string) => void,
    signal: AbortSignal,
  ): Promise<BuiltImage>
  /** Gives an image of the target a further name. With `build`. */
  tagImage?(reference: string, tag: string): Promise<void>
  /** Removes an image that nothing uses; harmless when it is not there. With `build`. */
  removeImage?(reference: string): Promise<void>
  /** An image the target has under that name or id; null where it has none. With `build`. */
  findImage?(reference: string, signal?: AbortSignal): Promise<FoundImage | null>
  /** A tar of one image with the name it is asked for by, as `importImage` of another target takes it. NOT_FOUND. With `build`. */
  exportImage?(reference: string, signal: AbortSignal): Promise<Readable>
  /** Loads such a tar. An abort, and a tar that breaks off, leave no image under its name. With `build`. */
  importImage?(tar: Readable, progress: Progress, signal: AbortSignal): Promise<void>
  /** Joins a running service to a network under further names, or leaves it (capability `attach`). Harmless when it is so already. */
  attach?(nativeId: string, network: NetworkAttachment): Promise<void>
  detach?(nativeId: string, network: string): Promise<void>
  /** Where a port of a running service is reached from the control plane; null where it is not published. */
  reach?(nativeId: string, port: number): Promise<{ readonly host: string; readonly port: number } | null>

  /** Parts of their own, where the target has them; each says what it needs. */
  readonly images?: Images
  readonly volumes?: Volumes
  readonly networks?: Networks
  readonly containers?: Containers
  readonly system?: EngineSystem
  readonly door?: SwarmDoor
  /** Of a target of kind `swarm`. */
  readonly cluster?: Cluster

  /** Networks and volumes that carry our labels or Compose's. */
  resources(): Promise<readonly FoundResource[]>
  ensureResource(spec: ResourceSpec): Promise<'created' | 'kept'>
  removeResource(kind: 'network' | 'volume', name: string): Promise<void>

  /**
   * A tar of all that is in a volume, below one folder that stands for its root (capability `volumes`). NOT_FOUND where there is none.
   * Absent where volumes cannot be read from here.
   */
  exportVolume?(name: string, signal: AbortSignal): Promise<Readable>
  /** Puts such a tar back over what is there. STATE_CONFLICT while something runs on the volume. With `exportVolume`. */
  importVolume?(name: string, tar: Readable, signal: AbortSignal): Promise<void>

  /** Lets go of sockets and timers. Never stops a service. */
  close(): Promise<void>
}

export interface TargetOptions {
  readonly id: string
  readonly name: string
  /** `local`, `unix:///path`, `tcp://host:port` or `ssh://user@host[:port][/path/to/socket]`. */
  readonly address: string
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null
  /** Absent: the keys, the agent and the known hosts of our own user. */
  readonly ssh?: { readonly privateKey?: string; readonly hostKeys?: string } | null
  /** For the images that `prepare` and `create` pull; as nobody unless told. */
  readonly signedIn?: SignedIn
}

/** A key by which a host over SSH is known. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string
  /** `SHA256:` and base64 without padding, as ssh prints it. */
  readonly fingerprint: string
  /** For a known_hosts file. */
  readonly line: string
}

export interface DriverLog {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export interface Driver {
  readonly kind: 'process' | 'docker' | 'os-service' | 'swarm'
  /** Cheap: connects on first use. */
  open(options: TargetOptions, log: DriverLog): Connection
  /** The keys that the host behind an address shows, for a person to compare; none where it does not answer, or the way has none. */
  hostKeys?(address: string, signal: AbortSignal): Promise<readonly HostKey[]>
}
