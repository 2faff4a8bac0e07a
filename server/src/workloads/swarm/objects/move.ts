import { Failure } from '@wheelhouse/contract'
import type { Cluster, Native, ServiceSpec, SwarmService } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { released } from '../services/go-back.ts'
import { type ObjectKind, usesIn, withObject } from './family.ts'

export interface Move {
  readonly cluster: Cluster
  readonly kind: ObjectKind
  /** Ids of the versions that are moved from. */
  readonly from: ReadonlySet<string>
  readonly to: { readonly id: string; readonly name: string }
  readonly deadlineMs: number
  /** Sees each spec before it is sent; throws where it must not be. */
  judge(spec: ServiceSpec): unknown
}

interface Moved {
  readonly service: SwarmService
}

const tries = 5

/** One service, to the object and settled. Throws what kept it. */
async function moveOne(
  { cluster, kind, from, to, deadlineMs, judge }: Move,
  id: string,
  job: JobContext,
): Promise<Moved | null> {
  for (let tried = 1; ; tried++) {
    const service = (await cluster.service(id)) as unknown as SwarmService
    if (!usesIn(service.Spec, kind).some((use) => from.has(use.id))) return null
    const spec = withObject(released(service.Spec), kind, from, to)
    judge(spec)
    try {
      await cluster.updateService(id, service.Version.Index, spec as unknown as Native, { signIn: null, from: 'spec' })
    } catch (error) {
      if (tried < tries && error instanceof Failure && error.code === 'CONFLICT') continue
      throw error
    }
    try {
      const { state, message, reason } = await cluster.settle(id, { deadlineMs }, job.signal)
      if (state === 'converged' || state === 'gone') return { service }
      throw new Failure(state === 'stalled' ? 'TIMED_OUT' : 'TARGET_REFUSED', message, { state, reason })
    } catch (error) {
      throw new MoveFailed(service, error)
    }
  }
}

/** The service was changed, and did not come up with it. */
class MoveFailed extends Error {
  readonly service: SwarmService
  constructor(service: SwarmService, cause: unknown) {
    super('a service did not come up', { cause })
    this.service = service
  }
}

/** What it was, but for what others may have changed meanwhile: only the object goes back. */
async function moveBack(
  { cluster, kind, to, deadlineMs }: Move,
  before: SwarmService,
  signal: AbortSignal,
): Promise<string> {
  const uses = usesIn(before.Spec, kind)
  for (let tried = 1; ; tried++) {
    const service = (await cluster.service(before.ID)) as unknown as SwarmService
    const files = usesIn(service.Spec, kind)
    // Where the engine has brought it back itself, nothing is left to do.
    if (!files.some((use) => use.id === to.id)) return 'It is as it was'
    const container = before.Spec.TaskTemplate.ContainerSpec
    const { TaskTemplate: template } = service.Spec
    const old = kind === 'secret' ? { Secrets: container?.Secrets ?? [] } : { Configs: container?.Configs ?? [] }
    const spec = {
      ...released(service.Spec),
      TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, ...old } },
    } as unknown as Native
    try {
      await cluster.updateService(service.ID, service.Version.Index, spec, { signIn: null, from: 'spec' })
      const { state, message } = await cluster.settle(service.ID, { deadlineMs }, signal)
      return state === 'converged' || state === 'rolled-back' ? 'It is as it was' : `It has the old one. ${message}`
    } catch (error) {
      if (tried === tries || uses.length === 0 || !(error instanceof Failure) || error.code !== 'CONFLICT') throw error
    }
  }
}

/** The program was told to end while the job ran. */
export const isInterrupted = ({ signal }: Pick<JobContext, 'signal'>): boolean =>
  (signal.reason as { code?: string } | undefined)?.code === 'INTERRUPTED'

/**
 * Moves services over, one after the other; each has to come up with it before the next begins. When one does not, it and those before
 * it go back, last first, and the failure is thrown. Answers the names of those that were moved.
 */
export async function moveUsers(
  move: Move,
  users: readonly { readonly nativeId: string; readonly name: string }[],
  job: JobContext,
): Promise<string[]> {
  const done: { service: SwarmService; name: string }[] = []
  for (const [index, { nativeId, name }] of users.entries()) {
    job.progress(index / users.length, `${name} is moved to ${move.to.name}`)
    job.step(name, 'running', `Moving it to ${move.to.name}`)
    try {
      const moved = await moveOne(move, nativeId, job)
      if (moved) done.push({ service: moved.service, name })
      job.step(name, moved ? 'done' : 'skipped', moved ? `It uses ${move.to.name}` : 'It does not use it any more')
    } catch (error) {
      const failed = error instanceof MoveFailed ? error.cause : error
      // The program ends: it goes on from here when it is back.
      if (isInterrupted(job)) throw failed
      const why = failed instanceof Error ? failed.message : String(failed)
      job.step(name, 'failed', why)
      const back = [...done, ...(error instanceof MoveFailed ? [{ service: error.service, name }] : [])].toReversed()
      const stuck = await allBack(move, back, job)
      const left =
        stuck.length === 0 ? 'All are back where they were.' : `These could not be brought back: ${stuck.join(', ')}.`
      const code = failed instanceof Failure ? failed.code : 'INTERNAL'
      throw new Failure(code, `${name} did not take ${move.to.name}: ${why} ${left}`, { service: name, stuck })
    }
  }
  return done.map(({ name }) => name)
}

async function allBack(
  move: Move,
  back: readonly { readonly service: SwarmService; readonly name: string }[],
  job: JobContext,
): Promise<string[]> {
  const stuck: string[] = []
  // What was begun is undone also when the job was told to stop.
  const signal = job.signal.aborted ? AbortSignal.timeout(move.deadlineMs) : job.signal
  for (const { service, name } of back) {
    job.step(`${name} back`, 'running', 'Bringing it back')
    await moveBack(move, service, signal).then(
      (message) => job.step(`${name} back`, 'done', message),
      (error: unknown) => {
        stuck.push(name)
        job.step(`${name} back`, 'failed', error instanceof Error ? error.message : String(error))
      },
    )
  }
  return stuck
}
