import { type Capability, type EngineInfo, Failure, type LogLine, type Sample } from '@wheelhouse/contract'
import type {
  Cluster,
  Connection,
  DriverLog,
  ExecSession,
  FoundResource,
  Inspection,
  LogQuery,
  Native,
  Observer,
  ResourceSpec,
  Settlement,
  TargetOptions,
} from '@wheelhouse/driver'
import { SwarmCluster } from './cluster.ts'
import { type FindManagers, Managers } from './swarm-managers.ts'
import { ClusterMirror } from './mirror/cluster-mirror.ts'
import { infoOf, Rows } from './mirror/rows.ts'
import { ensureNetwork, listNetworks, removeNetwork } from './networks.ts'
import { inspectionOf } from './services/inspection.ts'

export const swarmCapabilities = [
  'start',
  'stop',
  'restart',
  'remove',
  'logs',
  'networks',
] as const satisfies readonly Capability[]

/** How long an act of the port waits for the tasks to follow it. */
const actDeadlineMs = 10 * 60_000

/** A Swarm as a target like any other. Its services are rows; what only a Swarm has is behind `cluster`. */
export class SwarmConnection implements Connection {
  readonly capabilities: ReadonlySet<Capability> = new Set(swarmCapabilities)
  readonly cluster: Cluster
  readonly #own: SwarmCluster
  readonly #managers: Managers
  readonly #mirror: ClusterMirror
  readonly #closed = new AbortController()

  constructor(options: TargetOptions, find: FindManagers, log: DriverLog) {
    this.#managers = new Managers(options, find)
    this.#mirror = new ClusterMirror(this.#managers, log)
    this.#own = new SwarmCluster(this.#managers, this.#mirror)
    this.cluster = this.#own
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    return infoOf(await this.#managers.ask((client) => client.json<readonly Native[]>({ path: '/nodes', signal })))
  }

  watch(observer: Observer, signal: AbortSignal): Promise<void> {
    return this.#mirror.watch(new Rows(observer), AbortSignal.any([signal, this.#closed.signal]))
  }

  /** With as many tasks as it had. */
  async start(id: string): Promise<void> {
    await this.#own.services.start(id)
    await this.#settled(id)
  }
  /** All its tasks end; the service stays. */
  async stop(id: string): Promise<void> {
    await this.#own.services.stop(id)
    await this.#settled(id)
  }
  /** Every task is replaced, by the service's own update policy. */
  async restart(id: string): Promise<void> {
    await this.#own.force(id, { pullAgain: false, signIn: null })
    await this.#settled(id)
  }
  async remove(id: string): Promise<void> {
    await this.#own.removeService(id)
  }
  pause(): Promise<void> {
    return Promise.reject(missing('pause a Swarm service; hold its update instead'))
  }
  resume(): Promise<void> {
    return Promise.reject(missing('resume a Swarm service; resume its update instead'))
  }
  kill(): Promise<void> {
    return Promise.reject(missing('send signals to a Swarm service; send them to the container of a task'))
  }
  rename(): Promise<void> {
    return Promise.reject(missing('rename a Swarm service'))
  }

  async inspect(id: string): Promise<Inspection> {
    return inspectionOf(await this.#own.service(id))
  }
  async *logs(id: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    for await (const { node: _node, ...line } of this.#own.logs({ service: id }, query, signal)) yield line
  }
  // eslint-disable-next-line require-yield
  async *stats(): AsyncGenerator<Sample> {
    await Promise.reject(missing('measure tasks; the engines of their nodes do'))
  }
  sample(): Promise<ReadonlyMap<string, Sample>> {
    return Promise.resolve(new Map())
  }
  exec(): Promise<ExecSession> {
    return Promise.reject(missing('open a terminal; open it in the container of a task, on the engine of its node'))
  }
  create(): Promise<string> {
    return Promise.reject(missing('start a container by itself; create a Swarm service'))
  }

  resources(): Promise<readonly FoundResource[]> {
    return this.#managers.ask(listNetworks)
  }
  ensureResource(spec: ResourceSpec): Promise<'created' | 'kept'> {
    if (spec.kind === 'volume') {
      // Each node makes it when the first task that wants it comes.
      return Promise.resolve('kept')
    }
    return this.#managers.act((client) => ensureNetwork(client, spec))
  }
  removeResource(kind: 'network' | 'volume', name: string): Promise<void> {
    if (kind === 'volume') return Promise.reject(missing('remove volumes; they are of the engines of its nodes'))
    return this.#managers.act((client) => removeNetwork(client, name))
  }

  close(): Promise<void> {
    this.#closed.abort()
    return this.#own.close()
  }

  async #settled(id: string): Promise<void> {
    const settlement = await this.#own.settle(id, { deadlineMs: actDeadlineMs }, this.#closed.signal)
    if (settlement.state !== 'converged') throw failureOf(settlement)
  }
}

const missing = (what: string): Failure => new Failure('CAPABILITY_MISSING', `A Swarm does not ${what}.`)

function failureOf({ state, message, reason }: Settlement): Failure {
  const code = state === 'stalled' ? 'TIMED_OUT' : state === 'overtaken' ? 'CONFLICT' : 'TARGET_REFUSED'
  return new Failure(code, message, { settled: state, reason })
}
