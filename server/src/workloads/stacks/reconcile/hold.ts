import { Failure } from '@wheelhouse/contract'
import type { JobContext } from '@wheelhouse/platform/jobs'
import type { State } from '@wheelhouse/platform/state'
import { setTimeout as pause } from 'node:timers/promises'
import type { StackRoom } from '../room.ts'

/** Renewed while the job lives: a hold of a process that was killed ends by itself. */
const ttlMs = 60_000
const lookMs = 500

interface Held {
  readonly jobId: string
  /** `"Apply shop on berlin" of ann` */
  readonly words: string
}

const keyOf = (stackId: string): string => `stack-hold:${stackId}`

/** Who changes a stack by its file, told to the deployments that would change the same. Jobs of one stack never run beside each other. */
export async function heldBy(state: State, stackId: string): Promise<string | null> {
  return (await state.get<Held>(keyOf(stackId)))?.words ?? null
}

/** Throws STATE_CONFLICT with who holds a stack, where a deployment does. */
export async function requireFree(room: Pick<StackRoom, 'deploymentOf'>, stackId: string): Promise<void> {
  const holder = await room.deploymentOf(stackId)
  if (holder === null) return
  const name = stackId.slice(stackId.indexOf(':') + 1)
  throw new Failure('STATE_CONFLICT', `${name} is held by ${holder}. Wait until it has ended, or cancel it.`, {
    stack: stackId,
    holder,
  })
}

/**
 * Does a piece of work on a stack that no deployment may do anything to meanwhile. The hold is written before it is asked who else
 * is there, and a deployment does the same the other way round: two at once cannot both go on. With `waits` it lets a deployment
 * that is there end first, else it throws STATE_CONFLICT.
 */
export async function holding<T>(
  room: Pick<StackRoom, 'state' | 'deploymentOf'>,
  stackId: string,
  { job, signal }: Pick<JobContext, 'job' | 'signal'>,
  waits: ((words: string) => void) | null,
  work: () => Promise<T>,
): Promise<T> {
  const held: Held = { jobId: job.id, words: `"${job.title}" of ${job.requestedBy}` }
  const take = (): Promise<void> => room.state.set(keyOf(stackId), held, ttlMs)
  const free = async (): Promise<void> => {
    const now = await room.state.get<Held>(keyOf(stackId))
    if (now?.jobId === job.id) await room.state.delete(keyOf(stackId))
  }
  const renew = setInterval(() => void take().catch(() => undefined), ttlMs / 4)
  renew.unref()
  try {
    for (;;) {
      signal.throwIfAborted()
      await take()
      const holder = await room.deploymentOf(stackId)
      if (holder === null) return await work()
      if (waits === null) await requireFree(room, stackId)
      await free()
      waits?.(`waits for ${holder}`)
      await pause(lookMs, undefined, { signal })
    }
  } finally {
    clearInterval(renew)
    await free()
  }
}
