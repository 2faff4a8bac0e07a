import { Failure, type Service } from '@wheelhouse/contract'
import type { Connection, Progress, WorkloadSpec } from '@wheelhouse/driver'
import { asideName, putBack, replacementLabel } from './asides.ts'
import type { ServiceAction } from './decide.ts'
import type { StackTargets } from '../stack-targets.ts'

/** A target and what a step needs beside it. */
export interface Performer {
  readonly connection: Connection
  readonly targets: Pick<StackTargets, 'nativeId'>
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Whose doing this is: names of what steps aside carry it. */
  readonly jobId: string
  /** The spec a service was made from, where it is known. */
  before(service: Service): WorkloadSpec | null
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function removeIfThere(connection: Connection, nativeId: string): Promise<void> {
  try {
    await connection.remove(nativeId, { force: true, volumes: false })
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error
  }
}

async function stopIfUp(connection: Connection, nativeId: string, service: Service): Promise<void> {
  if (service.state === 'stopped' || service.state === 'failed') return
  try {
    await connection.stop(nativeId, {})
  } catch (error) {
    // It ended or went by itself in between: that is what was wanted.
    if (!(error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND'))) throw error
  }
}

/** One that stepped aside for its successor. */
export interface Aside {
  /** Brings the old one back. */
  undo(): Promise<void>
  /** Lets it go for good. */
  commit(): Promise<void>
}

/**
 * Takes the old one out of the way. A container only steps aside under another name, so that bringing it back needs neither its image
 * nor the network; a process is its name, so it is removed and would be made again from its spec.
 */
async function setAside(performer: Performer, old: Service): Promise<Aside> {
  const { connection } = performer
  const nativeId = performer.targets.nativeId(old)
  const wasUp = old.state !== 'stopped' && old.state !== 'failed'
  if (old.kind === 'container' && connection.capabilities.has('rename')) {
    const undo = (): Promise<void> => putBack(connection, nativeId, old.name, wasUp)
    // First the name, which says of whatever comes after that it was under way.
    await connection.rename(nativeId, asideName(old.name, performer.jobId, wasUp))
    try {
      await stopIfUp(connection, nativeId, old)
    } catch (error) {
      // Where that fails too, the name tells later what is to be done.
      await undo().catch(() => undefined)
      throw error
    }
    return { undo, commit: () => removeIfThere(connection, nativeId) }
  }
  await stopIfUp(connection, nativeId, old)
  const spec = performer.before(old)
  await removeIfThere(connection, nativeId)
  return {
    undo: async () => {
      if (!spec) throw new Error('it was not applied from here, so nothing is known to make it from')
      // A cancelled apply must still put back what it took away.
      await connection.create(spec, () => undefined, new AbortController().signal)
    },
    commit: () => Promise.resolve(),
  }
}

/** No part of the digest: what it is made of does not differ by who made it. */
const marked = (spec: WorkloadSpec, jobId: string): WorkloadSpec =>
  spec.kind === 'container' ? { ...spec, labels: { ...spec.labels, [replacementLabel]: jobId } } : spec

async function replace(performer: Performer, spec: WorkloadSpec, old: Service): Promise<Performed> {
  const { connection, progress, signal } = performer
  await connection.prepare?.(spec, progress, signal)
  signal.throwIfAborted()
  const aside = await setAside(performer, old)
  let nativeId: string
  try {
    nativeId = await connection.create(marked(spec, performer.jobId), progress, signal)
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'TARGET_REFUSED'
    try {
      // Who holds the name by now is another's: what is ours stepped aside before.
      if (code !== 'CONFLICT') await removeIfThere(connection, spec.name)
      await aside.undo()
    } catch (second) {
      throw new Failure(
        code,
        `${spec.service} could not be made anew: ${words(error)} The old one could not be brought back either: ${words(second)}`,
        {},
        { cause: second },
      )
    }
    throw new Failure(
      code,
      `${spec.service} could not be made anew: ${words(error)} The old one is back.`,
      {},
      { cause: error },
    )
  }
  const undo = async (): Promise<void> => {
    await removeIfThere(connection, nativeId)
    await aside.undo()
  }
  return { nativeId, aside: { undo, commit: () => aside.commit() } }
}

export interface Performed {
  /** On the target. */
  readonly nativeId: string
  /** Of what was replaced: the old one is there until it is let go. Bringing it back removes its successor. */
  readonly aside: Aside | null
}

/** Does what was decided for one service. */
export async function perform(performer: Performer, action: ServiceAction): Promise<Performed> {
  const { connection, progress, signal } = performer
  const { current } = action
  const { spec } = action.workload
  if (current === null) return { nativeId: await connection.create(spec, progress, signal), aside: null }
  const nativeId = performer.targets.nativeId(current)
  if (action.verb === 'replace') return replace(performer, spec, current)
  if (action.verb === 'change' && current.state === 'paused') await connection.resume(nativeId)
  else if (action.verb === 'change' && current.state === 'running') await connection.restart(nativeId, {})
  else if (action.verb === 'change') await connection.start(nativeId)
  return { nativeId, aside: null }
}

/** Stops a service as its own settings say, then removes it. */
export async function stopAndRemove(
  { connection, targets }: Pick<Performer, 'connection' | 'targets'>,
  service: Service,
  volumes: boolean,
): Promise<void> {
  const nativeId = targets.nativeId(service)
  await stopIfUp(connection, nativeId, service)
  try {
    await connection.remove(nativeId, { force: true, volumes })
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error
  }
}
