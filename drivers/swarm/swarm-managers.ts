import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { TargetOptions } from '@wheelhouse/driver'
import { EngineClient, parseAddress } from '@wheelhouse/engine'

/** Engines that may be managers of a Swarm, each as its own target is opened. Asked anew whenever a manager is looked for. */
export type FindManagers = (clusterId: string) => readonly TargetOptions[]

/** A manager that leads somewhere: it answered with the Swarm's own id, which none without a leader does. */
export interface Manager {
  readonly targetId: string
  readonly name: string
  readonly client: EngineClient
}

const probeTimeoutMs = 5000
/** So long a manager is asked without being tried first. */
const trustMs = 2000
/** A new leader is there within a few seconds where enough managers are. */
const electionMs = 10_000
const againMs = 500

/** The managers of one Swarm, of which one at a time is asked. */
export class Managers {
  readonly #find: () => readonly TargetOptions[]
  readonly #clusterId: string | null
  readonly #clients = new Map<string, { readonly key: string; readonly manager: Manager }>()
  #chosen: Manager | null = null
  #triedAt = 0
  #choosing: Promise<Manager> | null = null

  constructor(options: TargetOptions, find: FindManagers) {
    const cluster = /^swarm:\/\/([a-z0-9]{1,64})$/.exec(options.address)?.[1]
    if (cluster === undefined) parseAddress(options)
    this.#clusterId = cluster ?? null
    this.#find = cluster === undefined ? () => [options] : () => find(cluster)
  }

  /** One that answers now. TARGET_UNREACHABLE where there is none, with the reason of each. */
  choose(): Promise<Manager> {
    if (this.#chosen && Date.now() - this.#triedAt < trustMs) return Promise.resolve(this.#chosen)
    this.#choosing ??= this.#choose().finally(() => (this.#choosing = null))
    return this.#choosing
  }

  /** Asks one; a question that finds nobody is put to another, once. Not for acts: those may have been done unheard. */
  async ask<T>(question: (client: EngineClient) => Promise<T>): Promise<T> {
    const first = await this.choose()
    try {
      return await question(first.client)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'TARGET_UNREACHABLE') throw error
      this.distrust(first)
      return question((await this.choose()).client)
    }
  }

  /**
   * Has one do something, after making sure that it answers. While the managers choose a leader nothing is begun, so it is tried again
   * for as long as that takes as a rule; without a quorum it ends with the reason.
   */
  async act<T>(deed: (client: EngineClient) => Promise<T>): Promise<T> {
    for (const deadline = Date.now() + electionMs; ; await sleep(againMs)) {
      let manager: Manager | null = null
      try {
        manager = await this.choose()
        return await deed(manager.client)
      } catch (error) {
        const waits = error instanceof Failure && isLeaderless(error) && Date.now() < deadline
        if (manager && (waits || (error instanceof Failure && error.code === 'TARGET_UNREACHABLE')))
          this.distrust(manager)
        if (!waits) throw lostMeanwhile(error) ?? error
      }
    }
  }

  /** It is tried again before it is asked again. */
  distrust(manager: Manager): void {
    if (this.#chosen === manager) this.#triedAt = 0
  }

  close(): void {
    for (const { manager } of this.#clients.values()) manager.client.drop()
    this.#clients.clear()
    this.#chosen = null
  }

  async #choose(): Promise<Manager> {
    const places = this.#places()
    if (places.length === 0) {
      throw new Failure('TARGET_UNREACHABLE', 'No manager of the Swarm is registered. Register the engine of one.')
    }
    // The one before keeps its place while it answers, so that what is watched does not wander.
    const before = this.#chosen && places.includes(this.#chosen) ? this.#chosen : null
    const faults: string[] = []
    const tried = async (manager: Manager): Promise<Manager> => {
      try {
        await this.#probe(manager)
        return manager
      } catch (error) {
        faults.push(`${manager.name}: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    }
    const first = before ? await tried(before).catch(() => null) : null
    const others = places.filter((manager) => manager !== before)
    const chosen = first ?? (await Promise.any(others.map(tried)).catch(() => null))
    this.#chosen = chosen
    if (!chosen) throw nobody(faults)
    this.#triedAt = Date.now()
    return chosen
  }

  async #probe({ client }: Manager): Promise<void> {
    const { ID: id } = await client.json<{ ID: string }>({ path: '/swarm', timeoutMs: probeTimeoutMs })
    if (this.#clusterId !== null && id !== this.#clusterId) {
      throw new Failure('STATE_CONFLICT', 'It is in another Swarm.')
    }
  }

  /** Clients are kept as long as their place is the same. */
  #places(): Manager[] {
    const places = this.#find()
    const named = new Set(places.map(({ id }) => id))
    for (const [id, { manager }] of this.#clients) {
      if (named.has(id)) continue
      manager.client.drop()
      this.#clients.delete(id)
    }
    return places.map((options) => {
      const key = JSON.stringify([options.address, options.tls, options.ssh ?? null])
      const known = this.#clients.get(options.id)
      if (known?.key === key) return known.manager
      const manager = { targetId: options.id, name: options.name, client: new EngineClient(parseAddress(options)) }
      known?.manager.client.drop()
      this.#clients.set(options.id, { key, manager })
      return manager
    })
  }
}

/** The leader lost its place after it had begun: the others may have gone on with it, or not. */
const lostMeanwhile = (error: unknown): Failure | null =>
  error instanceof Failure && /lost leader status/i.test(error.message)
    ? new Failure(
        'TARGET_UNREACHABLE',
        'The managers of the Swarm chose a new leader meanwhile, so it is not known whether this was done. Look at it, then try again.',
        error.details,
        { cause: error },
      )
    : null

const leaderlessWords = /does not have a leader|too few managers|no suitable leader/i
const isLeaderless = ({ message, details }: Failure): boolean =>
  leaderlessWords.test(message) || details.quorum === false

function nobody(faults: readonly string[]): Failure {
  const leaderless = faults.some((fault) => leaderlessWords.test(fault))
  const message = leaderless
    ? 'The Swarm has lost its quorum: too few managers are there to agree. Start the other managers, or begin a new cluster from one by force.'
    : `No manager of the Swarm answers. ${faults.join(' ')}`
  return new Failure('TARGET_UNREACHABLE', message, { faults, quorum: !leaderless })
}
