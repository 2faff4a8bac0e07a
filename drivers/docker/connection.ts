import { powersOf } from './workloads/powers.ts'
import type { Capability, EngineInfo, LogLine, Sample } from '@wheelhouse/contract'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  BuiltImage,
  Connection,
  DriverLog,
  ExecRequest,
  ExecSession,
  FoundImage,
  FoundResource,
  ImageRequest,
  Images,
  Inspection,
  LogBlock,
  LogQuery,
  NetworkAttachment,
  Observer,
  Progress,
  RemoveOptions,
  ResourceSpec,
  SignedIn,
  StopOptions,
  SwarmDoor,
  TargetOptions,
  WorkloadSpec,
} from '@wheelhouse/driver'
import { askEngine, EngineClient, parseAddress } from '@wheelhouse/engine'
import { containerPath } from './container-path.ts'
import { DockerImages } from './images/images.ts'
import { EngineContainers } from './containers/containers.ts'
import { containerFiles } from './files/container-files.ts'
import { watch } from './mirror/watch.ts'
import { DockerNetworks } from './networks/networks.ts'
import { openExec } from './streams/exec.ts'
import { readLogBlocks, readLogs } from './streams/logs.ts'
import { StatsReader } from './streams/stats.ts'
import { DockerSystem } from './system/system.ts'
import { EngineSwarmDoor } from './swarm-door.ts'
import { Acts } from './workloads/acts.ts'
import { attach, detach } from './workloads/attachment.ts'
import { buildImage, removeImage, tagImage } from './workloads/build.ts'
import { createContainer, provideImage } from './workloads/create.ts'
import { exportImage, findImage, importImage } from './workloads/image-transfer.ts'
import { type Place, reach } from './workloads/reach.ts'
import { ensureResource, listResources } from './workloads/resources.ts'
import { DockerVolumes } from './volumes/volumes.ts'
import { exportVolume, importVolume } from './workloads/volume-archive.ts'

export const dockerCapabilities = [
  'start',
  'stop',
  'restart',
  'pause',
  'kill',
  'remove',
  'rename',
  'logs',
  'stats',
  'exec',
  'create',
  'networks',
  'volumes',
  'build',
  'attach',
  'images',
  'files',
  'update',
  'commit',
  'swarm',
] as const satisfies readonly Capability[]

const closeMs = 2000

/** One Docker engine. Each part of the port has a file of its own; this one only brings them together. */
export class DockerConnection implements Connection {
  readonly capabilities: ReadonlySet<Capability> = new Set(dockerCapabilities)
  readonly images: Images
  readonly volumes: DockerVolumes
  readonly networks: DockerNetworks
  readonly containers: EngineContainers
  readonly system: DockerSystem
  readonly door: SwarmDoor
  readonly #client: EngineClient
  readonly #restarting = new Set<string>()
  readonly #acts: Acts
  readonly #stats: StatsReader
  readonly #log: DriverLog
  readonly #signedIn: SignedIn | undefined
  readonly #closed = new AbortController()

  constructor(options: TargetOptions, log: DriverLog) {
    this.#client = new EngineClient(parseAddress(options))
    this.images = new DockerImages(this.#client)
    this.#acts = new Acts(this.#client, this.#restarting)
    this.#stats = new StatsReader(this.#client)
    this.door = new EngineSwarmDoor(this.#client)
    this.#log = log
    this.#signedIn = options.signedIn
    this.volumes = new DockerVolumes(this.#client)
    this.networks = new DockerNetworks(this.#client)
    this.containers = new EngineContainers(this.#client, (id) => containerFiles(this.#client, id), options.signedIn)
    this.system = new DockerSystem(this.#client)
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    return (await askEngine(this.#client, signal)).engine
  }

  watch(observer: Observer, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#closed.signal])
    return watch(this.#client, observer, this.#restarting, this.#log, either)
  }

  start(id: string): Promise<void> {
    return this.#acts.start(id)
  }
  stop(id: string, options: StopOptions): Promise<void> {
    return this.#acts.stop(id, options)
  }
  restart(id: string, options: StopOptions): Promise<void> {
    return this.#acts.restart(id, options)
  }
  pause(id: string): Promise<void> {
    return this.#acts.pause(id)
  }
  resume(id: string): Promise<void> {
    return this.#acts.resume(id)
  }
  kill(id: string, signal: string): Promise<void> {
    return this.#acts.kill(id, signal)
  }
  rename(id: string, name: string): Promise<void> {
    return this.#acts.rename(id, name)
  }
  remove(id: string, options: RemoveOptions): Promise<void> {
    return this.#acts.remove(id, options)
  }

  /** The environment is told apart, so it is left out of the engine's own words. */
  async inspect(id: string): Promise<Inspection> {
    const native = await this.#client.json<Record<string, unknown>>({ path: `${containerPath(id)}/json` })
    const { Env: entries, ...config } = native.Config as { Env?: readonly string[] | null; WorkingDir?: string }
    const pairs = (entries ?? []).map((entry): [string, string] => {
      const equals = entry.indexOf('=')
      return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
    })
    const directory = config.WorkingDir || null
    return {
      native: { ...native, Config: config },
      environment: Object.fromEntries(pairs),
      directory,
      powers: powersOf(native),
    }
  }

  logs(id: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine> {
    return readLogs(this.#client, id, query, signal)
  }
  logBlocks(id: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogBlock> {
    return readLogBlocks(this.#client, id, query, signal)
  }
  stats(id: string, signal: AbortSignal): AsyncIterable<Sample> {
    return this.#stats.follow(id, signal)
  }
  sample(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Sample>> {
    return this.#stats.sample(ids, signal)
  }
  exec(id: string, request: ExecRequest): Promise<ExecSession> {
    return openExec(this.#client, id, request)
  }

  async prepare(spec: WorkloadSpec, progress: Progress, signal: AbortSignal): Promise<void> {
    if (spec.kind === 'container') await provideImage(this.#client, spec, progress, signal, this.#signedIn)
  }
  create(spec: WorkloadSpec, progress: Progress, signal: AbortSignal): Promise<string> {
    return createContainer(this.#client, spec, progress, signal, { signedIn: this.#signedIn })
  }
  build(
    request: ImageRequest,
    context: Readable,
    log: (text: string) => void,
    signal: AbortSignal,
  ): Promise<BuiltImage> {
    return buildImage(this.#client, request, context, log, signal)
  }
  tagImage(reference: string, tag: string): Promise<void> {
    return tagImage(this.#client, reference, tag)
  }
  removeImage(reference: string): Promise<void> {
    return removeImage(this.#client, reference)
  }
  findImage(reference: string, signal?: AbortSignal): Promise<FoundImage | null> {
    return findImage(this.#client, reference, signal)
  }
  exportImage(reference: string, signal: AbortSignal): Promise<Readable> {
    return exportImage(this.#client, reference, signal)
  }
  importImage(tar: Readable, progress: Progress, signal: AbortSignal): Promise<void> {
    return importImage(this.#client, tar, progress, signal)
  }
  attach(id: string, network: NetworkAttachment): Promise<void> {
    return attach(this.#client, id, network)
  }
  detach(id: string, network: string): Promise<void> {
    return detach(this.#client, id, network)
  }
  reach(id: string, port: number): Promise<Place | null> {
    return reach(this.#client, id, port)
  }
  resources(): Promise<readonly FoundResource[]> {
    return listResources(this.#client)
  }
  ensureResource(spec: ResourceSpec): Promise<'created' | 'kept'> {
    return ensureResource(this.#client, spec)
  }
  removeResource(kind: 'network' | 'volume', name: string): Promise<void> {
    return kind === 'volume' ? this.volumes.remove(name) : this.networks.remove(name)
  }

  exportVolume(name: string, signal: AbortSignal): Promise<Readable> {
    return exportVolume(this.#client, name, signal)
  }
  importVolume(name: string, tar: Readable, signal: AbortSignal): Promise<void> {
    return importVolume(this.#client, name, tar, signal)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    // An engine that does not answer keeps nobody waiting.
    await Promise.race([this.volumes.close(), sleep(closeMs, undefined, { ref: false })])
    this.#client.drop()
  }
}
