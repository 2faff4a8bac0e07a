import { Failure } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { runApply } from '../reconcile/apply.ts'
import { holding } from '../reconcile/hold.ts'
import type { RemoveData } from '../reconcile/remove.ts'
import type { StackRoom } from '../room.ts'
import type { BegunApply } from './store.ts'

export const goOnKind = 'stacks.go-on'

interface GoOnData extends Record<string, unknown> {
  readonly stackId: string
  readonly targetId: string
}

/**
 * An apply or a removal that was cut off (the control plane was killed, or its target fell silent while it went back) is gone on with in a job of its own
 * as soon as its target is heard.
 */
export class CutApplies {
  readonly #room: StackRoom
  readonly #heard = new Set<string>()
  #leave: () => void = () => undefined

  constructor(room: StackRoom) {
    this.#room = room
  }

  /** After `jobs.start()`, which tells of every job that was cut off. */
  start(): void {
    const { targets } = this.#room
    this.#leave = targets.onChange((targetId) => this.#look(targetId))
    for (const { id } of targets.list()) this.#look(id)
  }

  close(): void {
    this.#leave()
  }

  #look(targetId: string): void {
    const { targets, log } = this.#room
    const { state, kind } = targets.resolve(targetId)
    if (state !== 'connected') this.#heard.delete(targetId)
    // A Swarm tells of its services a moment before or after it tells of itself: both are needed.
    const isHeard = state === 'connected' && (kind !== 'swarm' || targets.sight(targetId) !== null)
    if (!isHeard || this.#heard.has(targetId)) return
    this.#heard.add(targetId)
    this.#takeUp(targetId).catch((error: unknown) => {
      this.#heard.delete(targetId)
      log.warn({ err: error, targetId }, 'applies that were cut off are not taken up')
    })
  }

  async #takeUp(targetId: string): Promise<void> {
    const { store, journal, removals, jobs, targets } = this.#room
    for (const cut of await removals.begun(targetId)) {
      if (await isUnderWay(this.#room, cut)) continue
      const { stackId, name, volumes, by } = cut
      const data: RemoveData = { stackId, name, targetId, volumes, by }
      await jobs.enqueue('stacks.remove', data, {
        title: `Go on removing ${name} from ${targets.resolve(targetId).name}, which was cut off`,
        requestedBy: by,
        key: `stack:${stackId}`,
      })
    }
    for (const cut of await journal.begun(targetId)) {
      if (await isUnderWay(this.#room, cut)) continue
      const stack = await store.get(cut.stackId)
      const { name } = targets.resolve(targetId)
      const verb = cut.why === null ? 'Go on with' : 'Put back'
      const data: GoOnData = { stackId: cut.stackId, targetId }
      await jobs.enqueue(goOnKind, data, {
        title: `${verb} ${stack?.name ?? cut.stackId} on ${name}, which was cut off`,
        requestedBy: cut.by,
        key: `stack:${cut.stackId}`,
      })
    }
  }
}

/** Here or on another instance. */
async function isUnderWay({ jobs }: StackRoom, { jobId }: Pick<BegunApply, 'jobId'>): Promise<boolean> {
  const job = await jobs.get(jobId)
  return job !== null && job.finishedAt === null
}

/** The job. Another apply of the stack may have taken over and ended what was cut off: then there is nothing to do. */
export async function runGoOn(
  room: StackRoom,
  { stackId }: GoOnData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const cut = await room.journal.find(stackId)
  if (cut === null) return { stackId, state: 'ended meanwhile' }
  if (cut.jobId !== job.job.id && (await isUnderWay(room, cut))) return { stackId, state: 'under way' }
  const { revision, targetId, by, origin } = cut
  if ((await room.store.revision(stackId, revision)) === null) {
    await room.journal.end(stackId)
    throw new Failure('NOT_FOUND', 'What was being applied is not kept any more. Apply the file again.')
  }
  return holding(
    room,
    stackId,
    job,
    (words) => job.progress(0, words),
    () => runApply(room, { stackId, revision, targetId, by, origin }, job),
  )
}

export const asGoOn = (data: Record<string, unknown>): GoOnData => data as GoOnData
