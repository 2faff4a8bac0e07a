import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { Cluster, Connection } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import type { ApplyJournal } from '../journal/apply-journal.ts'
import type { BegunStep } from '../journal/store.ts'
import type { StackRoom } from '../room.ts'

export const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The Swarm that things are put back on. */
export interface Back {
  readonly room: Pick<StackRoom, 'settings' | 'signInFor'>
  readonly cluster: Pick<Cluster, 'putBack' | 'settle' | 'service' | 'removeObject'>
  readonly connection: Pick<Connection, 'removeResource'>
}

const neverThere = 'it was not there before and is removed'

/** Undoes one thing, whether it was done whole, by half or not at all. Answers what came of it; throws where it does not come back. */
async function undo(back: Back, step: BegunStep): Promise<string> {
  const { cluster, connection } = back
  if (step.kind === 'service') return putServiceBack(back, step)
  const { kind, name } = step
  await untilFree(() =>
    kind === 'network' ? connection.removeResource('network', name) : cluster.removeObject(kind, name),
  )
  return neverThere
}

/** Puts a service back to what it was, and waits for its tasks. */
async function putServiceBack(
  { room, cluster }: Back,
  { name, before }: Extract<BegunStep, { kind: 'service' }>,
): Promise<string> {
  const image = before?.TaskTemplate.ContainerSpec?.Image
  const signIn = image === undefined ? null : await room.signInFor(image)
  const how = await cluster.putBack(name, before, { signIn })
  if (how === 'removed') return neverThere
  const id = String((await cluster.service(name)).ID)
  // What was begun is undone also when the job was told to stop.
  const endless = new AbortController().signal
  const { state, message, reason } = await cluster.settle(id, { deadlineMs: room.settings.waitMs }, endless)
  if (state === 'converged' || state === 'rolled-back') return 'it is as it was'
  throw new Failure(state === 'stalled' ? 'TIMED_OUT' : 'TARGET_REFUSED', message, { state, reason })
}

const usedTries = 60

/** The Swarm lets go of a network only when the last task of it has ended. */
export async function untilFree(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Failure && error.code === 'NOT_FOUND') return
      const isHeld = /in use|active endpoints|being used/i.test(`${words(error)} ${wordsIn(error)}`)
      if (!isHeld || tried === usedTries) throw error
      await sleep(500, undefined, signal && { signal })
    }
  }
}
const wordsIn = (error: unknown): string =>
  error instanceof Failure && typeof error.details.words === 'string' ? error.details.words : ''

/** Undoes all, last first, and goes on where one cannot be. Answers the labels of those that are not as they were. */
export async function undoAll(back: Back, journal: ApplyJournal, job: JobContext): Promise<string[]> {
  const stuck: string[] = []
  for (const begun of journal.newestFirst) {
    const step = `${begun.label} back`
    job.step(step, 'running', 'Putting it back')
    try {
      job.step(step, 'done', await undo(back, begun))
      await journal.drop(begun.label)
    } catch (error) {
      stuck.push(begun.label)
      job.step(step, 'failed', words(error))
    }
  }
  return stuck
}
