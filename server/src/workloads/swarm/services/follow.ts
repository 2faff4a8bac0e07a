import { Failure } from '@wheelhouse/contract'
import type { ServiceProgress, Settlement } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { some } from '../plan-text.ts'
import { clusterOf, nativeOf, type SwarmRoom } from '../room.ts'
import type { RolloutVerb } from '../store.ts'
import { goBack } from './go-back.ts'

export interface FollowData extends Record<string, unknown> {
  readonly targetId: string
  /** With its target. */
  readonly serviceId: string
  readonly name: string
  readonly verb: RolloutVerb
  readonly undo: boolean
  readonly by: string
  /** Epoch ms; with the service it says which change this is. */
  readonly startedAt: number
  readonly deadlineAt: number
}

export const followKind = 'swarm.rollout'
export const usualDeadlineMs = 600_000

const titles: Readonly<Record<RolloutVerb, (name: string) => string>> = {
  create: (name) => `Start ${name}`,
  update: (name) => `Update ${name}`,
  rollback: (name) => `Roll ${name} back`,
  force: (name) => `Replace the tasks of ${name}`,
  resume: (name) => `Go on with the update of ${name}`,
}

export interface Following {
  readonly targetId: string
  readonly serviceId: string
  readonly name: string
  readonly verb: RolloutVerb
  /** Whether it goes back when the deadline passes. */
  readonly undo: boolean
  readonly by: string
  readonly deadlineMs?: number | undefined
}

/** Follows a change of a service to its end, as a job. Answers the job's id. */
export async function follow(room: SwarmRoom, { deadlineMs, ...change }: Following): Promise<string> {
  const startedAt = Date.now()
  const deadlineAt = startedAt + (deadlineMs ?? usualDeadlineMs)
  const { serviceId, verb, undo, by, name, targetId } = change
  const row = { serviceId, verb, undo, requestedBy: by, startedAt, deadlineAt }
  // Written first: a job that ends at once must find what it is to end.
  await room.store.follow({ ...row, jobId: '', state: 'following', reason: null })
  const job = await enqueue(room, { ...change, startedAt, deadlineAt })
  await room.store.followedBy(serviceId, startedAt, job.id)
  room.announce({
    type: 'rollout.started',
    targetId,
    serviceId,
    serviceName: name,
    actor: by,
    message: `${titles[verb](name)}: the tasks follow.`,
    data: { jobId: job.id, verb, deadlineAt: new Date(deadlineAt).toISOString() },
  })
  return job.id
}

function enqueue(room: SwarmRoom, data: FollowData) {
  const { serviceId, name, verb, by } = data
  return room.jobs.enqueue(followKind, data, {
    title: titles[verb](name),
    requestedBy: by,
    key: `swarm-service:${serviceId}`,
  })
}

/** It is followed no longer: somebody holds it, or it is followed anew. */
export async function stopFollowing(room: SwarmRoom, serviceId: string): Promise<void> {
  const followed = await room.store.followed(serviceId)
  if (followed?.state !== 'following') return
  await room.store.endFollow(serviceId, followed.startedAt, { state: 'finished', reason: null })
  if (followed.jobId !== '') await room.jobs.cancel(followed.jobId)
}

/** A change whose job was cut off is followed on, so that one that does not get on is still undone. */
export async function followOn(room: SwarmRoom, targetId: string): Promise<void> {
  const own = (await room.store.allFollowed()).filter(({ serviceId }) => serviceId.startsWith(`${targetId}:`))
  for (const { serviceId, jobId, verb, undo, requestedBy: by, startedAt, deadlineAt } of own) {
    const job = jobId === '' ? null : await room.jobs.get(jobId)
    // Unless it goes on, here or on another instance, or was told to stop.
    if (job !== null && job.state !== 'failed') continue
    const name = room.registry.service(serviceId)?.name
    if (name === undefined) continue
    const again = await enqueue(room, { targetId, serviceId, name, verb, undo, by, startedAt, deadlineAt })
    await room.store.followedBy(serviceId, startedAt, again.id)
  }
}

const share = ({ desired, updated }: ServiceProgress): number => (desired === 0 ? 1 : Math.min(1, updated / desired))

/** The job. It fails where the change did not come about, with what failed. */
export async function runFollow(room: SwarmRoom, data: FollowData, job: JobContext): Promise<Record<string, unknown>> {
  const { targetId, serviceId, name, verb, by } = data
  const tell = (progress: ServiceProgress): void => {
    const { updated, desired, waiting } = progress
    const waits = waiting === null ? '' : `; waiting: ${waiting}`
    job.progress(share(progress), `${updated} of ${some(desired, 'task')}${waits}`)
  }
  const end = (state: 'finished' | 'stalled', reason: string | null): Promise<void> =>
    room.store.endFollow(serviceId, data.startedAt, { state, reason })
  const settle = async (deadlineMs: number): Promise<Settlement> => {
    try {
      const cluster = clusterOf(room.registry, targetId)
      return await cluster.settle(nativeOf(serviceId), { deadlineMs, progress: tell }, job.signal)
    } catch (error) {
      // A person's wish, and no interruption that is to be made up for.
      if ((job.signal.reason as { code?: string } | undefined)?.code === 'CANCELLED') await end('finished', null)
      throw error
    }
  }
  const announce = (
    type: 'rollout.finished' | 'rollout.rolled-back' | 'rollout.stalled',
    severity: 'info' | 'warning' | 'error',
    { message, reason, state }: Settlement,
  ): void => {
    const about = { targetId, serviceId, serviceName: name, actor: by }
    room.announce({ type, severity, ...about, message, data: { verb, state, reason, jobId: job.job.id } })
  }

  // Asked for again after it was over, it is only looked at: what its deadline was for has been done.
  const row = await room.store.followed(serviceId)
  const isFirst = row?.startedAt === data.startedAt && row.state === 'following'
  job.step('Tasks', 'running', titles[verb](name))
  const settled = await settle(isFirst ? Math.max(1, data.deadlineAt - Date.now()) : usualDeadlineMs)
  const { state, message, reason } = settled
  const wentBack = state === 'rolled-back'
  if (state === 'converged' || (wentBack && verb === 'rollback')) {
    job.step('Tasks', 'done', message)
    await end('finished', null)
    announce('rollout.finished', 'info', settled)
    return { serviceId, state }
  }
  if (state === 'overtaken' || state === 'gone') {
    job.step('Tasks', 'skipped', message)
    await end('finished', null)
    return { serviceId, state }
  }
  job.step('Tasks', 'failed', message)
  if (state !== 'stalled') {
    await end('finished', reason)
    announce(wentBack ? 'rollout.rolled-back' : 'rollout.stalled', 'error', settled)
    throw new Failure('TARGET_REFUSED', message, { state, reason, serviceId })
  }
  await end('stalled', reason)
  announce('rollout.stalled', 'error', settled)
  if (!data.undo || !isFirst) throw new Failure('TIMED_OUT', message, { state, reason, serviceId })
  throw await undone(room, data, job, settled, settle, announce)
}

/** The engine's updater waits for ever for a task that cannot start. */
async function undone(
  room: SwarmRoom,
  { targetId, serviceId, name, startedAt }: FollowData,
  job: JobContext,
  stalled: Settlement,
  settle: (deadlineMs: number) => Promise<Settlement>,
  announce: (type: 'rollout.rolled-back' | 'rollout.stalled', severity: 'warning' | 'error', how: Settlement) => void,
): Promise<Failure> {
  const { reason } = stalled
  job.step('Return', 'running', `Bringing ${name} back to what it was`)
  try {
    await goBack(room, targetId, nativeOf(serviceId))
    const back = await settle(usualDeadlineMs)
    const returned = back.state === 'converged' || back.state === 'rolled-back'
    const message = returned ? `${name} is as it was before` : back.message
    job.step('Return', returned ? 'done' : 'failed', message)
    announce(returned ? 'rollout.rolled-back' : 'rollout.stalled', returned ? 'warning' : 'error', {
      ...back,
      message: returned ? `${stalled.message} ${name} went back to what it was before.` : back.message,
      reason: reason ?? back.reason,
    })
    if (returned) await room.store.endFollow(serviceId, startedAt, { state: 'finished', reason })
    return new Failure('TIMED_OUT', `${stalled.message} ${message}.`.replace('..', '.'), { reason, serviceId })
  } catch (error) {
    if (job.signal.aborted) throw error
    const why = error instanceof Error ? error.message : String(error)
    job.step('Return', 'failed', why)
    return new Failure('TIMED_OUT', `${stalled.message} It could not be brought back: ${why}`, { reason, serviceId })
  }
}
