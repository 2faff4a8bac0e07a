import { Failure } from '@wheelhouse/contract'
import type { Cluster, ServiceSpec, Settlement } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { ApplyJournal } from '../journal/apply-journal.ts'
import { isInterrupted } from '../journal/interrupted.ts'
import type { BegunStep } from '../journal/store.ts'
import { requireAllowed } from '../policy.ts'
import type { ApplyData } from '../reconcile/apply-data.ts'
import { partOf } from '../reconcile/part.ts'
import { pool } from '../reconcile/pool.ts'
import { levels, type Rendered } from '../rendered.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import type { Revision, StackRecord } from '../store.ts'
import { swarmSpec, type SwarmDecision } from './decide.ts'
import { prepareSwarm } from './prepare.ts'
import { undoAll, untilFree, words } from './put-back.ts'

/** Tasks are waited for, so many may be at once. */
const width = 16

/**
 * Brings a Swarm to one revision: networks, secrets and configs, then services by what they need, each followed until its tasks have
 * come up. When one does not, or the job is stopped, all that was done is put back, and the failure tells the reason in the task's own
 * words. What is done stands in the journal first: an apply that was cut off is gone on with here, or goes on going back. Answers how many
 * of each verb were done.
 */
export async function applyToSwarm(
  room: StackRoom,
  target: StackTarget,
  stack: StackRecord,
  revision: Revision,
  data: ApplyData,
  job: JobContext,
): Promise<Record<string, number>> {
  const { stackId, targetId, by, origin = 'apply' } = data
  const asked = { stackId, revision: data.revision, targetId, by, origin, jobId: job.job.id }
  const journal = await ApplyJournal.open(room.journal, asked)
  let run: SwarmRun
  try {
    if (journal.why !== null) throw new Failure('STATE_CONFLICT', journal.why)
    requireStillAllowed(room, target, revision)
    const only = revision.only === undefined ? null : new Set(revision.only)
    const { cluster, decision, bound } = await prepareSwarm(room, target, stack, revision.rendered, only)
    const part = only === null ? bound : partOf(bound, only)
    run = new SwarmRun(room, target, cluster, job, decision, journal)
    run.announce()
    await run.bring(part)
    await journal.passed()
  } catch (error) {
    throw await putAllBack(room, target, stack.name, journal, job, error)
  }
  try {
    await run.tidy()
  } catch (error) {
    if (!isInterrupted(job)) await journal.end()
    throw error
  }
  await journal.end()
  const { services } = run.decision
  job.progress(1, `${stack.name} runs: ${services.length} ${services.length === 1 ? 'service' : 'services'}.`)
  return run.counts
}

/** Puts everything back and answers the failure to tell. */
async function putAllBack(
  room: StackRoom,
  target: StackTarget,
  stack: string,
  journal: ApplyJournal,
  job: JobContext,
  error: unknown,
): Promise<unknown> {
  // The program ends: nothing can be waited for. The journal stays, and the next start goes on by it.
  if (isInterrupted(job)) return error
  const why = words(error)
  if (journal.isEmpty) {
    await journal.end()
    return error
  }
  await journal.goesBack(why)
  job.progress(job.job.progress, `${stack} goes back: ${why}`)
  const connection = room.targets.connection(target.id)
  const stuck = await undoAll({ room, cluster: connection.cluster!, connection }, journal, job)
  // What fell silent meanwhile is put back once it is heard again.
  const isSilent = stuck.length > 0 && room.targets.resolve(target.id).state !== 'connected'
  if (!isSilent) await journal.end()
  const left =
    stuck.length === 0
      ? `All of ${stack} is back to what it was.`
      : `These could not be put back: ${stuck.join(', ')}.${isSilent ? ` They are once ${target.name} is heard again.` : ''}`
  const code = error instanceof Failure ? error.code : job.signal.aborted ? 'STATE_CONFLICT' : 'INTERNAL'
  const details = error instanceof Failure ? error.details : {}
  return new Failure(code, `${why} ${left}`, { ...details, stuck }, { cause: error })
}

/** Rules may have changed since it was let through. */
function requireStillAllowed(room: StackRoom, target: StackTarget, { rendered, only, allowance }: Revision): void {
  const part = only === undefined ? rendered : partOf(rendered, new Set(only))
  requireAllowed(part, allowance, room.rulesFor(target.id))
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
  readonly decision: SwarmDecision
  readonly #journal: ApplyJournal
  readonly #total: number
  #steps = 0

  constructor(
    room: StackRoom,
    target: StackTarget,
    cluster: Cluster,
    job: JobContext,
    decision: SwarmDecision,
    journal: ApplyJournal,
  ) {
    this.#room = room
    this.#target = target
    this.#cluster = cluster
    this.#job = job
    this.decision = decision
    this.#journal = journal
    const { networks, objects, services, removedServices, removedNetworks, removedObjects } = decision
    this.#total = [networks, objects, services, removedServices, removedNetworks, removedObjects].flat().length
  }

  /** Lists every step before the first is taken. */
  announce(): void {
    const { networks, objects, services, removedServices, removedNetworks, removedObjects } = this.decision
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
    for (const { spec, verb } of this.decision.networks)
      await this.#make(`network ${spec.name}`, { kind: 'network', name: spec.name }, verb, () =>
        connection.ensureResource(spec),
      )
    for (const { spec, name, verb } of this.decision.objects)
      await this.#make(`${spec.kind} ${name}`, { kind: spec.kind, name }, verb, () =>
        this.#cluster.makeObject(spec, name),
      )
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

  /** A network, secret or config: it is removed again only where this apply has made it. */
  #make(
    label: string,
    what: Pick<Extract<BegunStep, { name: string }>, 'name'> & { readonly kind: 'network' | 'secret' | 'config' },
    verb: 'create' | 'keep',
    work: () => Promise<string>,
  ): Promise<void> {
    return this.#step(label, async () => {
      if (verb === 'create') await this.#journal.begin({ ...what, label })
      const isMade = (await work()) === 'created'
      if (verb === 'create' && !isMade && !this.#journal.wasBegun(label)) await this.#journal.drop(label)
      return isMade ? { verb: 'create', message: 'created' } : { verb: 'keep', message: 'kept' }
    })
  }

  async #service(spec: ReturnType<typeof swarmSpec>, signal: AbortSignal): Promise<void> {
    const { service, name, image } = spec
    const action = this.decision.services.find((one) => one.spec.name === name)
    await this.#step(service, async () => {
      signal.throwIfAborted()
      const signIn = await this.#room.signInFor(image)
      this.#job.step(service, 'running', action?.reasons.join(', ') ?? '')
      await this.#journal.begin({ kind: 'service', label: service, name, before: await this.#present(name) })
      const brought = await this.#cluster.bring(spec, { signIn })
      const { verb } = brought
      // What was sent before the cut is kept now, and its tasks may still be on their way.
      const isOnItsWay = this.#journal.wasBegun(service)
      if (verb === 'keep' && !isOnItsWay) await this.#journal.drop(service)
      const notes = brought.warnings.map((warning) => ` ${warning}`).join('')
      if (verb === 'keep' && !isOnItsWay) return { verb, message: `kept${notes}` }
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

  /** What a service is now; null where there is none of that name. */
  async #present(name: string): Promise<ServiceSpec | null> {
    let spec: ServiceSpec | null = null
    await ignoreGone(async () => {
      spec = (await this.#cluster.service(name)).Spec as ServiceSpec
    })
    return spec
  }

  /** What the file has no more, once all that it has runs. */
  async tidy(): Promise<void> {
    const { connection } = this.#reach()
    const { removedServices, removedNetworks, removedObjects } = this.decision
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
