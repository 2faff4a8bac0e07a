import { Failure } from '@wheelhouse/contract'
import type { Cluster, Settlement } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { partOf } from '../reconcile/part.ts'
import { pool } from '../reconcile/pool.ts'
import { levels, type Rendered } from '../rendered.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import type { Revision, StackRecord } from '../store.ts'
import { swarmSpec, type SwarmDecision } from './decide.ts'
import { prepareSwarm } from './prepare.ts'
import { putServiceBack, type Undo, undoAll, untilFree, words } from './put-back.ts'

/** Tasks are waited for, so many may be at once. */
const width = 16

/**
 * Brings a Swarm to one revision: networks, secrets and configs, then services by what they need, each followed until its tasks have
 * come up. When one does not, or the job is stopped, all that was done is put back, and the failure tells the reason in the task's own
 * words. Answers how many of each verb were done.
 */
export async function applyToSwarm(
  room: StackRoom,
  target: StackTarget,
  stack: StackRecord,
  revision: Revision,
  job: JobContext,
): Promise<Record<string, number>> {
  const only = revision.only === undefined ? null : new Set(revision.only)
  const { cluster, decision, bound } = await prepareSwarm(room, target, stack, revision.rendered, only)
  const part = only === null ? bound : partOf(bound, only)
  const run = new SwarmRun(room, target, cluster, job, decision)
  run.announce()
  try {
    await run.bring(part)
  } catch (error) {
    throw await run.failed(error, stack.name)
  }
  await run.tidy()
  const count = part.workloads.length
  job.progress(1, `${stack.name} runs: ${count} ${count === 1 ? 'service' : 'services'}.`)
  return run.counts
}

const stateCodes: Partial<Record<Settlement['state'], 'TIMED_OUT' | 'CONFLICT'>> = {
  stalled: 'TIMED_OUT',
  overtaken: 'CONFLICT',
  gone: 'CONFLICT',
}

class SwarmRun {
  readonly counts: Record<string, number> = {}
  readonly #room: StackRoom
  readonly #target: StackTarget
  readonly #cluster: Cluster
  readonly #job: JobContext
  readonly #decision: SwarmDecision
  readonly #done: Undo[] = []
  readonly #total: number
  #steps = 0

  constructor(room: StackRoom, target: StackTarget, cluster: Cluster, job: JobContext, decision: SwarmDecision) {
    this.#room = room
    this.#target = target
    this.#cluster = cluster
    this.#job = job
    this.#decision = decision
    const { networks, objects, services, removedServices, removedNetworks, removedObjects } = decision
    this.#total = [networks, objects, services, removedServices, removedNetworks, removedObjects].flat().length
  }

  /** Lists every step before the first is taken. */
  announce(): void {
    const { networks, objects, services, removedServices, removedNetworks, removedObjects } = this.#decision
    const names = [
      ...networks.map(({ spec }) => `network ${spec.name}`),
      ...objects.map(({ spec, name }) => `${spec.kind} ${name}`),
      ...services.map(({ spec }) => spec.service),
      ...removedServices.map(({ Spec }) => `remove ${Spec.Name}`),
      ...removedNetworks.map(({ name }) => `remove network ${name}`),
      ...removedObjects.map(({ kind, stored }) => `remove ${kind} ${stored.Spec.Name}`),
    ]
    for (const name of names) this.#job.step(name, 'waiting')
  }

  async bring(part: Rendered): Promise<void> {
    const { connection } = this.#reach()
    for (const { spec } of this.#decision.networks)
      await this.#step(`network ${spec.name}`, async () => {
        const verb = (await connection.ensureResource(spec)) === 'created' ? 'create' : 'keep'
        const act = async (): Promise<string> => {
          await untilFree(() => connection.removeResource('network', spec.name))
          return 'it was not there before and is removed'
        }
        if (verb === 'create') this.#done.push({ label: `network ${spec.name}`, act })
        return { verb, message: verb === 'create' ? 'created' : 'kept' }
      })
    for (const { spec, name } of this.#decision.objects)
      await this.#step(`${spec.kind} ${name}`, async () => {
        const verb = (await this.#cluster.makeObject(spec, name)) === 'created' ? 'create' : 'keep'
        const act = async (): Promise<string> => {
          await this.#removeObject(spec.kind, name)
          return 'it was not there before and is removed'
        }
        if (verb === 'create') this.#done.push({ label: `${spec.kind} ${name}`, act })
        return { verb, message: verb === 'create' ? 'created' : 'kept' }
      })
    // The first that fails ends the waiting for the others: all of them go back.
    const first = new AbortController()
    const signal = AbortSignal.any([this.#job.signal, first.signal])
    for (const level of levels(part.workloads))
      await pool(level, width, async (workload) => {
        try {
          await this.#service(swarmSpec(workload), signal)
        } catch (error) {
          first.abort(error)
          throw error
        }
      })
  }

  async #service(spec: ReturnType<typeof swarmSpec>, signal: AbortSignal): Promise<void> {
    const { service, name, image } = spec
    const action = this.#decision.services.find((one) => one.spec.name === name)
    await this.#step(service, async () => {
      signal.throwIfAborted()
      const signIn = await this.#room.signInFor(image)
      this.#job.step(service, 'running', action?.reasons.join(', ') ?? '')
      const brought = await this.#cluster.bring(spec, { signIn })
      const one = { service, name, brought, signIn }
      const { verb } = brought
      if (verb !== 'keep')
        this.#done.push({
          label: service,
          act: () => putServiceBack(this.#cluster, one, this.#room.settings.waitMs),
        })
      const notes = brought.warnings.map((warning) => ` ${warning}`).join('')
      if (verb === 'keep') return { verb, message: `kept${notes}` }
      const settled = await this.#cluster.settle(
        brought.id,
        {
          deadlineMs: this.#room.settings.waitMs,
          progress: ({ updated, desired, waiting }) =>
            this.#job.step(
              service,
              'running',
              `${updated} of ${desired} ${desired === 1 ? 'task' : 'tasks'}${waiting === null ? '' : `; waiting: ${waiting}`}`,
            ),
        },
        signal,
      )
      if (settled.state !== 'converged') {
        const { state, message, reason } = settled
        throw new Failure(stateCodes[state] ?? 'TARGET_REFUSED', message, { service, state, reason })
      }
      const reasons = verb === 'create' ? [] : (action?.reasons ?? [])
      return { verb, message: [verb, ...reasons].join(': ') + notes }
    })
  }

  /** Puts everything back and answers the failure to tell. */
  async failed(error: unknown, stack: string): Promise<unknown> {
    // The program ends: nothing can be waited for, and the Swarm goes on by itself.
    if ((this.#job.signal.reason as { code?: string } | undefined)?.code === 'INTERRUPTED') return error
    if (this.#done.length === 0) return error
    const why = words(error)
    this.#job.progress(this.#steps / Math.max(1, this.#total), `${stack} goes back: ${why}`)
    const stuck = await undoAll(this.#done, this.#job)
    const left =
      stuck.length === 0
        ? `All of ${stack} is back to what it was.`
        : `These could not be put back: ${stuck.join(', ')}.`
    const code = error instanceof Failure ? error.code : this.#job.signal.aborted ? 'STATE_CONFLICT' : 'INTERNAL'
    const details = error instanceof Failure ? error.details : {}
    return new Failure(code, `${why} ${left}`, { ...details, stuck }, { cause: error })
  }

  /** What the file has no more, once all that it has runs. */
  async tidy(): Promise<void> {
    const { connection } = this.#reach()
    const { removedServices, removedNetworks, removedObjects } = this.#decision
    const removed = { verb: 'remove', message: 'removed' } as const
    for (const { ID: id, Spec } of removedServices)
      await this.#step(`remove ${Spec.Name}`, async () => {
        await ignoreGone(() => this.#cluster.removeService(id))
        return removed
      })
    for (const { name } of removedNetworks)
      await this.#step(`remove network ${name}`, async () => {
        await untilFree(() => connection.removeResource('network', name), this.#job.signal)
        return removed
      })
    for (const { kind, stored } of removedObjects)
      await this.#step(`remove ${kind} ${stored.Spec.Name}`, async () => {
        await ignoreGone(() => this.#cluster.removeObject(kind, stored.ID))
        return removed
      })
  }

  #reach() {
    return { connection: this.#room.targets.connection(this.#target.id) }
  }

  /** A name will do where the engine wants an id. */
  async #removeObject(kind: 'secret' | 'config', name: string): Promise<void> {
    await untilFree(() => this.#cluster.removeObject(kind, name))
  }

  async #step(name: string, work: () => Promise<{ readonly verb: string; readonly message: string }>): Promise<void> {
    this.#job.signal.throwIfAborted()
    this.#job.step(name, 'running')
    try {
      const { verb, message } = await work()
      this.#job.step(name, 'done', message)
      this.counts[verb] = (this.counts[verb] ?? 0) + 1
    } catch (error) {
      this.#job.step(name, 'failed', words(error))
      throw error
    }
    this.#job.progress(++this.#steps / this.#total, `${name}: done`)
  }
}

async function ignoreGone(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error
  }
}
