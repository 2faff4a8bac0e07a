import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
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
const countTry = (deployment: Deployment): Deployment => ({
  ...deployment,
  options: { ...deployment.options, takenUp: triesOf(deployment) + 1 },
})

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
  readonly #working = new Set<Promise<void>>()
  readonly #leave: () => void
  #timers: ReturnType<typeof setInterval>[] = []
  #taking: Promise<void> = Promise.resolve()
  /** What was last seen of the marks of others, by run; `since` on the clock of this process. */
  readonly #heard = new Map<string, { readonly heartbeatAt: number; readonly since: number }>()
  #ended = false

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
    this.#bus.publish(cancelTopic, { id: deployment.id, by })
    return true
  }

  async close(): Promise<void> {
    this.#ended = true
    this.#leave()
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    for (const run of this.#runs.values()) run.stopped.abort(new Ended())
    await Promise.race([
      Promise.allSettled([...this.#working]),
      new Promise((resolve) => setTimeout(resolve, endWaitMs).unref()),
    ])
    // One that does not come to an end may still act: its owner counts as gone only when it is not heard any more.
    if (this.#working.size === 0)
      await this.#room.store
        .release(this.#owner)
        .catch((error: unknown) => this.#room.log.warn({ err: error }, 'runs were not given up'))
  }

  /** A run that another instance has taken, because this one was not heard for too long, is left alone at once. */
  async #beat(): Promise<void> {
    const ids = [...this.#runs.keys()]
    const own = await this.#room.store.beat(ids, this.#owner)
    for (const id of ids) if (!own.has(id)) this.#runs.get(id)?.stopped.abort(new Ended())
  }

  /** Whether the owner of a run counts as gone, by how long its mark stood still here: clocks of two machines may differ. */
  #isGone(id: string, heartbeatAt: number | null): boolean {
    if (!this.#shared || heartbeatAt === null) return true
    const known = this.#heard.get(id)
    if (known?.heartbeatAt !== heartbeatAt) this.#heard.set(id, { heartbeatAt, since: performance.now() })
    const still = performance.now() - (this.#heard.get(id)?.since ?? 0)
    return still >= goneMs || Date.now() - heartbeatAt >= longGoneMs
  }

  async #take(): Promise<void> {
    if (this.#ended) return
    const active = await this.#room.store.active()
    const busy = new Map(active.map(({ deployment }) => [keyOf(deployment), deployment]))
    for (const { deployment, owner, heartbeatAt } of active) {
      if (owner === this.#owner || this.#runs.has(deployment.id)) continue
      if (!this.#isGone(deployment.id, heartbeatAt)) continue
      const counted = countTry(deployment)
      if (!(await this.#room.store.claim(counted, this.#owner, { state: deployment.state, owner }))) continue
      await this.#takeUp(counted)
    }
    const queued = await this.#room.store.queued()
    for (const [index, deployment] of queued.entries()) {
      const holder = busy.get(keyOf(deployment))
      const full = this.#runs.size >= this.#room.settings.concurrency
      if (holder !== undefined || full) {
        await this.#tellPosition(deployment, index + 1, holder)
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
    if (await this.#room.store.saveQueued(told)) this.#room.frames.deployment(told)
  }

  /** A run whose owner died. What it cannot go on with is said to be abandoned, with what is where. */
  async #takeUp(deployment: Deployment): Promise<void> {
    this.#heard.delete(deployment.id)
    if (triesOf(deployment) > mostTries) {
      await this.#abandon(deployment, `The control plane ended ${mostTries} times while it worked on this run.`)
      return
    }
    this.#room.log.info({ deployment: deployment.id, stage: deployment.stage }, 'a deployment that was cut off goes on')
    this.#work(deployment)
  }

  async #abandon(deployment: Deployment, why: string): Promise<void> {
    const steps = await this.#room.store.journal.steps(deployment.id).catch(() => [])
    const open = steps
      .filter((step) => step.state !== 'undone' && step.state !== 'done')
      .map((step) => `${step.id} is not finished.`)
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
        running: [],
        notUndone: open,
      },
    }
    if (!(await this.#room.store.save(ended, this.#owner))) return
    this.#room.frames.deployment(ended, true)
    this.#room.announce(finished(ended))
  }

  #work(deployment: Deployment): void {
    const working = this.#run(deployment)
      .catch(async (error: unknown) => {
        if (error instanceof Ended) return
        this.#room.log.error({ err: error, deployment: deployment.id }, 'a deployment could not be brought to an end')
        const now = (await this.#room.store.get(deployment.id)) ?? deployment
        await this.#abandon(now, error instanceof Error ? error.message : String(error))
      })
      .catch((error: unknown) => this.#room.log.error({ err: error }, 'the end of a deployment was not written'))
      .finally(() => {
        this.#runs.delete(deployment.id)
        this.#working.delete(working)
        if (!this.#ended) void this.wake()
      })
    this.#working.add(working)
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
    await execute(run)
  }
}
