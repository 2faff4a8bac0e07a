import type { JobRecord } from '@wheelhouse/platform/jobs'
import type { CallContext } from '../../../dispatch/index.ts'
import { stackIdOf } from '../found.ts'
import { requireFree } from '../reconcile/hold.ts'
import type { ApplyData } from '../reconcile/apply-data.ts'
import type { Prepared } from '../reconcile/prepared.ts'
import type { StackRoom } from '../room.ts'
import type { Origin, Revision } from '../store.ts'

/** Writes what was prepared down as the next revision; nothing is changed on the target yet. */
export async function writeDown(
  room: StackRoom,
  { target, rendered, only, allowance }: Prepared,
  from: Pick<Revision, 'source' | 'directory'>,
  origin: Origin,
  by: string,
): Promise<ApplyData> {
  const id = stackIdOf(target.id, rendered.name)
  const kept = { ...from, allowance, rendered, ...(only === null ? {} : { only: [...only] }) }
  const revision = await room.store.add({ id, name: rendered.name, targetId: target.id }, kept, by, Date.now(), origin)
  return { stackId: id, revision, targetId: target.id, by, origin: origin.origin }
}

/** Writes the next revision down and starts the job that applies it. */
export async function bring(
  room: StackRoom,
  prepared: Prepared,
  from: Pick<Revision, 'source' | 'directory'>,
  origin: Origin,
  { caller, audit }: Pick<CallContext, 'caller' | 'audit'>,
): Promise<JobRecord> {
  const { plan, rendered, target } = prepared
  await requireFree(room, stackIdOf(target.id, rendered.name))
  const data = await writeDown(room, prepared, from, origin, caller.username)
  audit({ resource: data.stackId, after: { revision: data.revision, summary: plan.summary, origin: origin.origin } })
  const verb = origin.origin === 'adopt' ? 'Adopt' : 'Apply'
  const title = `${verb} ${rendered.name} on ${target.name}`
  const key = `stack:${data.stackId}`
  return room.jobs.enqueue('stacks.apply', data, { title, requestedBy: caller.username, key })
}
