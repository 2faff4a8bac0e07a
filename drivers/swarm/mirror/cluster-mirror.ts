import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Failure } from '@wheelhouse/contract'
import type { ClusterKind, ClusterObserver, ClusterSnapshot, DriverLog, Native } from '@wheelhouse/driver'
import { jsonLines } from '@wheelhouse/engine'
import type { Manager, Managers } from '../swarm-managers.ts'
import { factsOf, fetchAll, fieldOf, list, type ListedKind, readSwarm, touchedBy } from './fetch.ts'

const retryDelaysMs = [250, 500, 1000, 2000, 5000, 10_000]
/** Events come in bursts, and one list answers all of them. */
const burstPauseMs = 50
/** Tasks have no events. Right after a change they are looked at this often, later ever more seldom. */
const quickMs = 500
const seldomMs = 5000
const compareEveryMs = 30_000
const heard = { type: Object.keys(touchedBy), scope: ['swarm'] }

const isCutOff = (node: Native): boolean =>
  (node as { ManagerStatus?: { Reachability?: string } | null }).ManagerStatus?.Reachability === 'unreachable'

/** One picture of a Swarm for all who watch it, kept while there is one who does. */
export class ClusterMirror {
  readonly #managers: Managers
  readonly #log: DriverLog
  readonly #observers = new Set<ClusterObserver>()
  #snapshot: ClusterSnapshot | null = null
  #via: string | null = null
  #reason: string | null = null
  #dirty = new Set<ClusterKind>()
  #wake: () => void = () => undefined
  #changedAt = 0
  #stop = new AbortController()

  constructor(managers: Managers, log: DriverLog) {
    this.#managers = managers
    this.#log = log
  }

  /** Until the signal aborts. Who comes late gets what is known at once. */
  async watch(observer: ClusterObserver, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#observers.add(observer)
    if (this.#observers.size === 1) {
      this.#stop = new AbortController()
      void this.#run(this.#stop.signal)
    } else if (this.#via !== null && this.#snapshot) {
      observer.connected(this.#via)
      observer.snapshot(this.#snapshot)
    } else if (this.#reason !== null) observer.lost(this.#reason)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    this.#observers.delete(observer)
    if (this.#observers.size === 0) {
      this.#stop.abort()
      this.#snapshot = null
      this.#via = null
      this.#reason = null
    }
  }

  /** We have changed something of these kinds; its events may take a moment, or not come at all. */
  touch(...kinds: readonly ClusterKind[]): void {
    for (const kind of kinds) this.#dirty.add(kind)
    this.#changedAt = Date.now()
    this.#wake()
  }

  async #run(signal: AbortSignal): Promise<void> {
    let attempt = 0
    while (!signal.aborted) {
      try {
        const manager = await this.#managers.choose()
        await this.#session(manager, signal, () => (attempt = 0)).catch((error: unknown) => {
          this.#managers.distrust(manager)
          throw error
        })
      } catch (error) {
        if (signal.aborted) break
        if (!(error instanceof Failure)) this.#log.error({ error: String(error) }, 'watching the Swarm failed')
        // One manager less is no loss while another answers: that is tried first.
        if (attempt > 0) this.#lost(error instanceof Error ? error.message : String(error))
      }
      const delay = attempt === 0 ? 0 : (retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] ?? 10_000)
      attempt += 1
      await sleep(delay, undefined, { signal }).catch(() => undefined)
    }
  }

  #lost(reason: string): void {
    this.#via = null
    if (reason === this.#reason) return
    this.#reason = reason
    for (const observer of this.#observers) observer.lost(reason)
  }

  /** One manager, from its first list to its end, which always throws. */
  async #session(manager: Manager, outer: AbortSignal, up: () => void): Promise<never> {
    const over = new AbortController()
    const signal = AbortSignal.any([outer, over.signal])
    const { client } = manager
    client.forgetVersion()
    try {
      const events = await client.stream({ path: '/events', query: { filters: JSON.stringify(heard) }, signal })
      this.#dirty.clear()
      const hears = this.#listen(manager, events, signal)
      hears.catch(() => undefined) // it may end while the first list is on its way
      const snapshot = await fetchAll(client, signal)
      up()
      this.#snapshot = snapshot
      this.#via = manager.targetId
      this.#reason = null
      this.#changedAt = Date.now()
      for (const observer of this.#observers) {
        observer.connected(manager.targetId)
        observer.snapshot(snapshot)
      }
      return await Promise.race([hears, this.#refresh(manager, signal), this.#look(signal)])
    } finally {
      over.abort()
      this.#wake()
    }
  }

  async #listen({ client, name }: Manager, events: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<never> {
    try {
      for await (const event of jsonLines<{ Type?: string }>(events)) this.touch(...(touchedBy[event.Type ?? ''] ?? []))
    } catch (error) {
      throw client.broken(error, signal)
    }
    throw new Failure('TARGET_UNREACHABLE', `The manager ${name} ended its events. It may be stopping.`)
  }

  /** Fetches what is dirty, a burst at a time. */
  async #refresh({ client }: Manager, signal: AbortSignal): Promise<never> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#dirty.size === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
      await sleep(burstPauseMs, undefined, { signal })
      const kinds = [...this.#dirty]
      this.#dirty.clear()
      // Services before tasks: a task of a service that is not known yet says little.
      for (const kind of kinds.filter((one) => one !== 'task')) await this.#renew(client, kind, signal)
      if (kinds.includes('task')) await this.#renew(client, 'task', signal)
    }
  }

  async #renew(client: Manager['client'], kind: ClusterKind, signal: AbortSignal): Promise<void> {
    const before = this.#snapshot
    if (!before) return
    if (kind === 'cluster') {
      const cluster = factsOf(await readSwarm(client, signal), before.nodes)
      if (isDeepStrictEqual(cluster, before.cluster)) return
      this.#snapshot = { ...(this.#snapshot ?? before), cluster }
      return this.#tell('cluster', [cluster as unknown as Native])
    }
    const field = fieldOf[kind satisfies ListedKind]
    const rows = await list(client, kind, before[field], signal)
    if (rows === before[field]) return
    if (kind === 'task' || kind === 'service') this.#changedAt = Date.now()
    this.#snapshot = { ...(this.#snapshot ?? before), [field]: rows }
    this.#tell(kind, rows)
  }

  #tell(kind: ClusterKind, rows: readonly Native[]): void {
    for (const observer of this.#observers) observer.changed(kind, rows)
  }

  /** Looks at what has no events, and catches what an event may not have told. */
  async #look(signal: AbortSignal): Promise<never> {
    let compared = Date.now()
    for (;;) {
      const quiet = Date.now() - this.#changedAt
      await sleep(Math.min(seldomMs, Math.max(quickMs, quiet / 10)), undefined, { signal })
      this.#dirty.add('task')
      // No event tells that the others reach a manager again.
      if (this.#snapshot?.nodes.some(isCutOff)) this.#dirty.add('node')
      if (Date.now() - compared > compareEveryMs) {
        compared = Date.now()
        for (const kind of ['cluster', 'node', 'service', 'secret', 'config', 'network'] as const) this.#dirty.add(kind)
      }
      this.#wake()
    }
  }
}
