import type {
  Cluster,
  ClusterKind,
  ClusterObserver,
  ClusterSnapshot,
  Connection,
  DriverLog,
  Native,
  ServiceProgress,
  ServiceSpec,
  SwarmService,
  SwarmTask,
  TargetOptions,
} from '@wheelhouse/driver'
import { progressOf } from '@wheelhouse/driver'
import { Recorder } from '@wheelhouse/driver/conformance'
import { createSwarmDriver } from '@wheelhouse/driver-swarm'
import { where } from '../needs.ts'
import { ask, nodeNames, until } from './swarm-of-nodes.ts'

const silent = (): void => undefined
const log: DriverLog = { debug: silent, info: silent, warn: silent, error: silent }
const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']

interface Wanted {
  readonly replicas: number
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: readonly string[]
  readonly constraints?: readonly string[]
  readonly networks?: readonly string[]
  readonly secrets?: readonly unknown[]
  readonly onFailure?: 'pause' | 'continue' | 'rollback'
}

/** What a watch of a Swarm told, as a mirror would keep it. */
export class ClusterView implements ClusterObserver {
  via: string | null = null
  reason: string | null = null
  #snapshot: ClusterSnapshot | null = null
  readonly #waiters = new Set<() => void>()

  connected(via: string): void {
    this.via = via
    this.#wake()
  }
  snapshot(snapshot: ClusterSnapshot): void {
    this.#snapshot = snapshot
    this.#wake()
  }
  changed(kind: ClusterKind, rows: readonly Native[]): void {
    if (!this.#snapshot) throw new Error('a change before the first snapshot')
    this.#snapshot =
      kind === 'cluster'
        ? { ...this.#snapshot, cluster: rows[0] as unknown as ClusterSnapshot['cluster'] }
        : { ...this.#snapshot, [`${kind}s`]: rows }
    this.#wake()
  }
  lost(reason: string): void {
    this.reason = reason
    this.#wake()
  }

  async until<T>(what: string, look: (snapshot: ClusterSnapshot) => T | null | false, limitMs = 60_000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const check = (): void => {
      const value = this.#snapshot && look(this.#snapshot)
      if (value !== null && value !== false) resolve(value)
    }
    const timer = setTimeout(() => reject(new Error(`never seen: ${what}`)), limitMs)
    this.#waiters.add(check)
    check()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiters.delete(check)
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter()
  }
}

/** A watched Swarm of the lab's nodes, which is reached through any of them. */
export class SwarmBench {
  readonly connection: Connection
  readonly cluster: Cluster
  readonly recorder = new Recorder()
  readonly clusterView = new ClusterView()
  readonly wholeLog = { tail: null, since: null, until: null, follow: false } as const
  readonly #abort = new AbortController()
  readonly #mark = Math.random().toString(36).slice(2, 8)
  #watches: Promise<unknown> = Promise.resolve()
  #count = 0

  private constructor(clusterId: string) {
    const places: TargetOptions[] = nodeNames.map((name) => ({ id: name, name, address: where(name), tls: null }))
    const options = { id: 'swarm', name: 'lab', address: `swarm://${clusterId}`, tls: null }
    this.connection = createSwarmDriver((id) => (id === clusterId ? places : [])).open(options, log)
    if (!this.connection.cluster) throw new Error('it has no cluster')
    this.cluster = this.connection.cluster
  }

  static async open(): Promise<SwarmBench> {
    const { ID } = await ask<{ ID: string }>('n1', 'GET', '/swarm')
    const bench = new SwarmBench(ID)
    bench.#watches = Promise.all([
      bench.connection.watch(bench.recorder, bench.#abort.signal),
      bench.cluster.watch(bench.clusterView, bench.#abort.signal),
    ])
    await bench.recorder.until('the first snapshot', () => bench.recorder.snapshots > 0)
    return bench
  }

  name(word: string): string {
    this.#count += 1
    return `wh-${this.#mark}-${word}-${this.#count}`
  }

  /** Ends at once when asked to, is replaced quickly, and watched for two seconds. */
  create(word: string, wanted: Wanted): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
    const second = 1e9
    const spec = {
      Name: this.name(word),
      TaskTemplate: {
        ContainerSpec: {
          Image: wanted.image ?? `${where('nodesRegistry')}/lab/web:1`,
          Command: wanted.command ?? idle,
          Env: wanted.environment ?? [],
          ...(wanted.secrets ? { Secrets: wanted.secrets } : {}),
        },
        RestartPolicy: { Condition: 'any', Delay: second / 2 },
        ...(wanted.constraints ? { Placement: { Constraints: wanted.constraints } } : {}),
        ...(wanted.networks ? { Networks: wanted.networks.map((Target) => ({ Target })) } : {}),
      },
      Mode: { Replicated: { Replicas: wanted.replicas } },
      UpdateConfig: { Parallelism: 1, Monitor: 2 * second, FailureAction: wanted.onFailure ?? 'rollback' },
      RollbackConfig: { Parallelism: 0, Monitor: second, FailureAction: 'pause' },
      EndpointSpec: { Mode: 'dnsrr' },
    }
    return this.cluster.createService(spec, null)
  }

  async update(id: string, change: (spec: ServiceSpec) => ServiceSpec): Promise<void> {
    const service = (await this.cluster.service(id)) as unknown as SwarmService
    const spec = change(service.Spec) as unknown as Native
    await this.cluster.updateService(id, service.Version.Index, spec, { signIn: null, from: 'spec' })
  }

  withEnvironment(spec: ServiceSpec, environment: readonly string[]): ServiceSpec {
    return changed(spec, { Env: environment })
  }
  withCommand(spec: ServiceSpec, command: readonly string[]): ServiceSpec {
    return changed(spec, { Command: command })
  }

  async running(id: string): Promise<SwarmTask[]> {
    const tasks = (await this.cluster.tasksOf(id)) as unknown as SwarmTask[]
    return tasks.filter((task) => task.Status.State === 'running' && task.DesiredState === 'running')
  }

  /** Of the tasks that run. */
  async environments(id: string): Promise<(readonly string[])[]> {
    return (await this.running(id)).map((task) => task.Spec.ContainerSpec?.Env ?? [])
  }

  /** All lines there are. */
  async log(of: { readonly service: string } | { readonly task: string }) {
    const lines = []
    for await (const line of this.cluster.logs(of, this.wholeLog, this.#abort.signal)) lines.push(line)
    return lines
  }

  async until(id: string, what: string, holds: (progress: ServiceProgress) => boolean): Promise<void> {
    await until(what, async () => {
      const service = (await this.cluster.service(id)) as unknown as SwarmService
      return holds(progressOf(service, (await this.cluster.tasksOf(id)) as unknown as SwarmTask[]))
    })
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#watches
    await this.connection.close()
  }
}

function changed(spec: ServiceSpec, container: object): ServiceSpec {
  const { TaskTemplate: template } = spec
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, ...container } } }
}
