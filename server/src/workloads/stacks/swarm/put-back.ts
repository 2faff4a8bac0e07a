import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@wheelhouse/contract'
import type { Brought, Cluster, RegistrySignIn } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'

/** What was done to a Swarm, so that it can be undone. */
export interface Undo {
  /** As it stands in the steps of the job. */
  readonly label: string
  /** Answers what came of it. */
  act(): Promise<string>
}

export const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export interface BroughtService {
  /** In the file. */
  readonly service: string
  /** On the Swarm. */
  readonly name: string
  readonly brought: Brought
  readonly signIn: RegistrySignIn | null
}

/** Puts a service back to what it was, and waits for its tasks. Throws where they do not come back. */
export async function putServiceBack(
  cluster: Pick<Cluster, 'putBack' | 'settle'>,
  { name, brought, signIn }: BroughtService,
  deadlineMs: number,
): Promise<string> {
  const how = await cluster.putBack(name, brought.before, { signIn })
  if (how === 'removed') return 'it was not there before and is removed'
  // What was begun is undone also when the job was told to stop.
  const { state, message, reason } = await cluster.settle(brought.id, { deadlineMs }, new AbortController().signal)
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
export async function undoAll(done: readonly Undo[], job: JobContext): Promise<string[]> {
  const stuck: string[] = []
  for (const { label, act } of done.toReversed()) {
    const step = `${label} back`
    job.step(step, 'running', 'Putting it back')
    try {
      job.step(step, 'done', await act())
    } catch (error) {
      stuck.push(label)
      job.step(step, 'failed', words(error))
    }
  }
  return stuck
}
