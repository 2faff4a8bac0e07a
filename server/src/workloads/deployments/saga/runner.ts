import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import { DatabaseFull, DatabaseUnreachable } from '@wheelhouse/platform/db'
import { isSecretKey } from '@wheelhouse/platform/log'
import { randomUUID } from 'node:crypto'
import type { DeployRoom } from '../room.ts'
import { sweepWarm } from './warm.ts'
import { execute } from './engine.ts'
import { finished } from './engine-events.ts'
import { Cancelled, Ended } from './interruptions.ts'
import { Journal } from './journal.ts'
import { Mask } from './lines.ts'
import { Run } from './run.ts'
import { targetsHeard } from './targets-heard.ts'
import { leftOf, runningOf } from './whereabouts.ts'

const cancelTopic = 'deployment-cancel'
const beatMs = 2_000
/** An owner that has not been heard for this long is gone. */
const goneMs = 15_000
/** So old that no difference between two clocks explains it. */
const longGoneMs = 600_000
const lookMs = 2_000
/** A run that cut off the control plane this often is not tried again. */
const mostTries = 5
const endWaitMs = 10_000

const triesOf = (deployment: Deployment): number => Number(deployment.options.takenUp ?? 0)
/** While it waits for a person it does nothing that could be to blame. */
const countTry = (deployment: Deployment): Deployment =>
  deployment.state === 'waiting'
    ? deployment
    : { ...deployment, options: { ...deployment.options, takenUp: triesOf(deployment) + 1 } }

const keyOf = (deployment: Pick<Deployment, 'stack' | 'environment'>): string =>
  `${deployment.stack}\u0000${deployment.environment}`

/**
 * Takes queued runs, one of each stack and environment at a time, and goes on with those that were cut off. The queue and who has what
 * are in the database, so that a restart loses neither and several instances share one queue.
 */
export class DeploymentRunner {
  readonly #room: DeployRoom
  readonly #bus: Bus
  /** Several instances may share the database: then an owner may be alive elsewhere. */
  readonly #shared: boolean
  readonly #owner = randomUUID()
  readonly #runs = new Map<string, Run>()
  /** By run, from the moment it is taken: its `Run` is there only once it has been read. */
  readonly #working = new Map<string, Promise<void>>()
  readonly #leave: () => void
  #timers: ReturnType<typeof setInterval>[] = []
  #taking: Promise<void> = Promise.resolve()
  /** What was last seen of the marks of others, by run; `since` on the clock of this process. */
  readonly #heard = new Map<string, { readonly heartbeatAt: number; readonly since: number }>()
  /** Runs that could not be written down for want of room, or of the database: they did not cut off anything. */
  readonly #unwritten = new Set<string>()
  #ended = false
  readonly #closing = new AbortController()

  constructor(room: DeployRoom, bus: Bus, shared: boolean) {
    this.#room = room
    this.#bus = bus
    this.#shared = shared
    this.#leave = bus.subscribe(cancelTopic, (message) => {
      const { id, by } = message as { id: string; by: string }
      this.#runs.get(id)?.stopped.abort(new Cancelled(by))
    })
  }

  /** Goes on with what was cut off, then takes what waits. Call when the targets are heard. */
  start(): void {
    const every = (ms: number, work: () => Promise<unknown>, what: string): void => {
      const timer = setInterval(() => {
        work().catch((error: unknown) => this.#room.log.warn({ err: error }, what))
      }, ms)
      timer.unref()
      this.#timers.push(timer)
    }
    every(beatMs, () => this.#beat(), 'a run was not marked as alive')
    every(lookMs, () => this.wake(), 'the queue of deployments was not read')
    every(30_000, () => sweepWarm(this.#room), 'instances kept warm were not looked through')
    void this.wake()
  }

  /** Looks for work. Safe to call at any time. */
  wake(): Promise<void> {
    this.#taking = this.#taking
      .then(() => this.#take())
      .catch((error: unknown) => this.#room.log.warn({ err: error }, 'no deployment could be taken'))
    return this.#taking
  }

  /** False when it has ended already. A run of another instance is told over the bus. */
  async cancel(deployment: Deployment, by: string): Promise<boolean> {
    if (deployment.state === 'queued') {
      const dropped: Deployment = {
        ...deployment,
        state: 'cancelled',
        finishedAt: new Date().toISOString(),
        outcome: {
          summary: `${by} cancelled it while it waited. Nothing was changed.`,
          stage: null,
          check: null,
          error: null,
          logs: [],
          running: [],
          notUndone: [],
        },
      }
      if (await this.#room.store.saveQueued(dropped)) {
        this.#room.frames.deployment(dropped, true)
        this.#room.announce(finished(dropped))
        return true
      }
      const again = await this.#room.store.get(deployment.id)
      if (!again || deploymentEnded(again.state)) return false
    }
    if (deployment.state === 'rolling-back') return false
    const run = this.#runs.get(deployment.id)
    if (run?.deployment.state === 'rolling-back') return false
    // Kept first: who has it may be gone before it hears, and then the next one has to know.
    if (!(await this.#room.store.askCancel(deployment.id, by))) return false
    this.#bus.publish(cancelTopic, { id: deployment.id, by })
    return true
  }

  async close(): Promise<void> {
    this.#ended = true
    this.#closing.abort()
    this.#leave()
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    for (const run of this.#runs.values()) run.stopped.abort(new Ended())
    await Promise.race([
      Promise.allSettled(this.#working.values()),
      new Promise((resolve) => setTimeout(resolve, endWaitMs).unref()),
    ])
  }

  /** A run that another instance has taken, because this one was not heard for too long, is left alone at once. */
  async #beat(): Promise<void> {
    const ids = [...this.#runs.keys()]
    const own = await this.#room.store.beat(ids, this.#owner)
    for (const id of ids) if (!own.has(id)) this.#runs.get(id)?.stopped.abort(new Ended())
    await this.#hearCancels([...own])
  }

  /** One that was asked for while nobody had the run, or that the bus lost. */
  async #hearCancels(ids: readonly string[]): Promise<void> {
    for (const [id, by] of await this.#room.store.cancelAsked(ids)) {
      const run = this.#runs.get(id)
      if (run?.deployment.state !== 'rolling-back') run?.stopped.abort(new Cancelled(by))
    }
  }

  /** Whether the owner of a run counts as gone, by how long its mark stood still here: clocks of two machines may differ. */
  #isGone(id: string, heartbeatAt: number | null): boolean {
    if (!this.#shared || heartbeatAt === null) return true
    const known = this.#heard.get(id)
    if (known?.heartbeatAt !== heartbeatAt) this.#heard.set(id, { heartbeatAt, since: performance.now() })
    const still = performance.now() - (this.#heard.get(id)?.since ?? 0)
    return still >= goneMs || Date.now() - heartbeatAt >= longGoneMs
  }

  /** Runs that do something. One that waits for a person, which may take days, holds up no other stack. */
  #busy(): number {
    const waiting = [...this.#runs.values()].filter(({ deployment }) => deployment.state === 'waiting')
    return this.#working.size - waiting.length
  }

  async #take(): Promise<void> {
    if (this.#ended) return
    const active = await this.#room.store.active()
    const busy = new Map(active.map(({ deployment }) => [keyOf(deployment), deployment]))
    for (const { deployment, owner, heartbeatAt } of active) {
      if (this.#working.has(deployment.id)) continue
      // One of our own that nobody works on could not write down how it stands: the disk was full, or the database away.
      if (owner !== this.#owner && !this.#isGone(deployment.id, heartbeatAt)) continue
      const blameless = owner === null || this.#unwritten.has(deployment.id)
      const counted = blameless ? deployment : countTry(deployment)
      if (!(await this.#room.store.claim(counted, this.#owner, { state: deployment.state, owner }))) continue
      this.#unwritten.delete(deployment.id)
      await this.#takeUp(counted)
    }
    const queued = await this.#room.store.queued()
    const before = new Map<string, number>()
    for (const [index, deployment] of queued.entries()) {
      const ofStack = (before.get(keyOf(deployment)) ?? 0) + 1
      before.set(keyOf(deployment), ofStack)
      const holder = busy.get(keyOf(deployment))
      const full = this.#busy() >= this.#room.settings.concurrency
      if (holder !== undefined || full) {
        await this.#tellPosition(deployment, holder === undefined ? index + 1 : ofStack, holder)
        continue
      }
      const begun: Deployment = {
        ...deployment,
        state: 'running',
        queue: null,
        startedAt: new Date().toISOString(),
        previous: await this.#serving(deployment),
      }
      busy.set(keyOf(begun), begun)
      if (!(await this.#room.store.claim(begun, this.#owner, { state: 'queued', owner: null }))) continue
      this.#room.frames.deployment(begun, true)
      this.#room.announce({
        type: 'deployment.started',
        message: `${begun.stack} (${begun.environment}): run ${begun.number} has begun.`,
        actor: begun.requestedBy,
        stack: begun.stack,
        targetId: begun.targets[0]?.id ?? null,
        data: { deploymentId: begun.id, number: begun.number, environment: begun.environment },
      })
      this.#work(begun)
    }
  }

  /** The release that serves is asked for at the beginning and not when it was queued: a run before it may have changed it. */
  async #serving(deployment: Deployment): Promise<Deployment['previous']> {
    const serving = await this.#room.releases.store.serving(deployment)
    return serving === null ? null : { id: serving.id, number: serving.number }
  }

  async #tellPosition(deployment: Deployment, position: number, holder: Deployment | undefined): Promise<void> {
    const reason =
      holder === undefined
        ? `${this.#room.settings.concurrency} runs are under way, which is the most at one time`
        : holder.state === 'waiting'
          ? `run ${holder.number} of ${holder.requestedBy} waits for approval of ${holder.approval?.stage ?? 'a stage'}`
          : `run ${holder.number} of ${holder.requestedBy} is at ${holder.stage ?? 'its beginning'}`
    if (deployment.queue?.position === position && deployment.queue.reason === reason) return
    const told = { ...deployment, queue: { position, reason } }
    // It may have been cancelled in between: then it must not come back.
    if (await this.#room.store.saveQueued(told)) this.#room.frames.deployment(told)
  }

  /** A run whose owner died or left. What cut off the control plane too often is said to be abandoned, with what is where. */
  async #takeUp(deployment: Deployment): Promise<void> {
    this.#heard.delete(deployment.id)
    const tries = triesOf(deployment)
    if (tries >= mostTries) {
      this.#work(deployment, this.#abandon(deployment, `This run was cut off ${tries} times.`))
      return
    }
    this.#room.log.info({ deployment: deployment.id, stage: deployment.stage }, 'a deployment that was cut off goes on')
    this.#work(deployment)
  }

  async #abandon(deployment: Deployment, why: string): Promise<void> {
    await targetsHeard(this.#room, deployment, this.#closing.signal, () => undefined)
    if (this.#closing.signal.aborted) throw new Ended()
    const steps = await this.#room.store.journal.steps(deployment.id).catch(() => [])
    const ended: Deployment = {
      ...deployment,
      state: 'abandoned',
      finishedAt: new Date().toISOString(),
      outcome: {
        summary: `${why} A person has to look at what it left.`,
        stage: deployment.stage,
        check: null,
        error: { errorCode: 'INTERNAL', message: why },
        logs: [],
        running: runningOf(this.#room, deployment, deployment.stack, 'with those beside'),
        notUndone: leftOf(steps),
      },
    }
    if (!(await this.#room.store.save(ended, this.#owner))) return
    this.#room.frames.deployment(ended, true)
    this.#room.announce(finished(ended))
  }

  #work(deployment: Deployment, work = this.#run(deployment)): void {
    const { id } = deployment
    const working = work
      .catch(async (error: unknown) => {
        // The next start, here or elsewhere, takes it up at once, and does not count this end as a death.
        if (error instanceof Ended) return this.#room.store.release(id, this.#owner)
        // It is tried again, so that a full disk that is free again leaves no run behind.
        if (error instanceof DatabaseFull || error instanceof DatabaseUnreachable) this.#unwritten.add(id)
        this.#room.log.error({ err: error, deployment: id }, 'a deployment could not be brought to an end yet')
      })
      .catch((error: unknown) => this.#room.log.error({ err: error }, 'the end of a deployment was not written'))
      .finally(() => {
        this.#runs.delete(id)
        this.#working.delete(id)
        if (!this.#ended) void this.wake()
      })
    this.#working.set(id, working)
  }

  async #run(deployment: Deployment): Promise<void> {
    const request = await this.#room.store.request(deployment.id)
    if (!request) throw new Error('What the run was asked for is not kept any more.')
    const mask = new Mask()
    mask.add(
      Object.entries(request.project?.variables ?? {}).flatMap(([name, value]) => (isSecretKey(name) ? [value] : [])),
    )
    const run = new Run({
      room: this.#room,
      deployment,
      request,
      owner: this.#owner,
      journal: await Journal.open(this.#room.store.journal, deployment.id),
      mask,
      lines: await this.#room.lines.open(deployment.id, mask),
    })
    this.#runs.set(deployment.id, run)
    await this.#hearCancels([deployment.id])
    await execute(run)
  }
}
