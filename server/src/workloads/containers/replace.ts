import { Failure } from '@wheelhouse/contract'
import { type Connection, ownLabels } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import type { Allowance } from '../../inventory/policies/index.ts'
import { serviceIdOf } from '../../inventory/targets/index.ts'
import { requireStillAllowed } from './create.ts'
import { lastLinesOf } from './last-lines.ts'
import { becomeHealthy } from './healthy.ts'
import { type ContainerRoom, reachContainer } from './room.ts'

export interface ReplaceData extends Record<string, unknown> {
  readonly targetId: string
  readonly serviceId: string
  /** Of what it is to be, in the store of changes. */
  readonly change: string
  readonly withinMs: number
  /** Whether the old one ran when it was asked for. */
  readonly ran: boolean
  /** Of whoever asked. */
  readonly allowance: Allowance
  readonly by: string
}

/** How the old one is called while the new one has its name. */
export const asideName = (name: string, jobId: string): string => `${name}.before-${jobId}`

/** Puts the old container back under its name and in its state. Harmless where that is so already. */
export async function putBack(
  connection: Connection,
  old: { readonly nativeId: string; readonly name: string; readonly ran: boolean },
  made: string | null,
): Promise<void> {
  if (made !== null) await connection.remove(made, { force: true, volumes: false }).catch(ignoreMissing)
  const { native } = await connection.inspect(old.nativeId)
  if (String((native as { Name?: unknown }).Name) !== `/${old.name}`) await connection.rename(old.nativeId, old.name)
  if (old.ran) {
    await connection.start(old.nativeId).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code !== 'STATE_CONFLICT') throw error
    })
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
}

/**
 * Has the image while the old container serves; then that one steps aside and stops, the new one is made and started under its name,
 * and only when it is healthy the old one goes. Any fault brings the old one back.
 */
export async function runReplace(
  room: ContainerRoom,
  data: ReplaceData,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const { registry } = room
  const { connection, containers, nativeId, service } = reachContainer(registry, data.serviceId)
  const { ran } = data
  const spec = await room.changes.get(data.change)
  requireStillAllowed(room, data.targetId, spec, data.allowance)
  const old = { nativeId, name: service.name, ran }
  const tell = (message: string, fraction?: number): void => job.progress(fraction ?? job.job.progress, message)
  const { signal } = job

  job.step('Image', 'running', `Having ${spec.image}`)
  await connection.prepare?.(spec, tell, signal)
  job.step('Image', 'done')
  let made: string | null = null
  let step = 'Stop'
  try {
    signal.throwIfAborted()
    job.step('Stop', 'running', `Stopping ${old.name}`)
    // First the name, which says of whatever comes after that it was under way; then its ports and addresses are free.
    await connection.rename(nativeId, asideName(old.name, job.job.id))
    if (ran) await connection.stop(nativeId, {})
    job.step('Stop', 'done')
    step = 'Start'
    job.step(step, 'running', `Starting ${spec.name}`)
    const labels = { ...spec.labels, [ownLabels.replaces]: job.job.id }
    made = await containers.make({ ...spec, labels, pull: 'never' }, tell, signal)
    await connection.start(made)
    await becomeHealthy(
      registry,
      serviceIdOf(data.targetId, made),
      { withinMs: data.withinMs, settleMs: room.settleMs ?? 2000 },
      signal,
    )
    job.step('Start', 'done', `${spec.name} is healthy`)
  } catch (error) {
    job.step(step, 'failed')
    const said = made === null ? [] : await lastLinesOf(connection, made)
    job.step('Return', 'running', `Bringing the old ${old.name} back`)
    await putBack(connection, old, made)
    job.step('Return', 'done', `The old ${old.name} is as it was`)
    throw told(error, old.name, said)
  }
  job.step('Remove', 'running', `Removing the old ${old.name}`)
  // It stays when it cannot be removed: nothing is lost by that, and the name says what it is.
  const left = await connection.remove(nativeId, { force: true, volumes: false }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  job.step('Remove', left === null ? 'done' : 'failed', left ?? '')
  await room.changes.forget(data.change)
  const id = serviceIdOf(data.targetId, made)
  room.announce({
    type: 'container.replaced',
    targetId: data.targetId,
    serviceId: id,
    serviceName: spec.name,
    actor: data.by,
    message: `${spec.name} was changed: a new container took its place.`,
    data: { before: data.serviceId },
  })
  return { serviceId: id, name: spec.name }
}

function told(error: unknown, name: string, lines: readonly string[]): unknown {
  if (!(error instanceof Failure)) return error
  const said = lines.length === 0 ? '' : ` It said last: ${lines.join(' | ')}`
  return new Failure(error.code, `${error.message} The old ${name} is back.${said}`, { ...error.details, lines })
}
