import type { JobContext } from '@wheelhouse/platform/jobs'
import { stackIdOf } from '../found.ts'
import { heldApply } from '../reconcile/apply.ts'
import type { Prepared } from '../reconcile/prepared.ts'
import type { StackRoom } from '../room.ts'
import type { Origin, Revision } from '../store.ts'
import { writeDown } from './bring.ts'

/** Writes the next revision down and applies it in a job that is under way; null where neither the file nor the target would change. */
export async function bringWithin(
  room: StackRoom,
  prepared: Prepared,
  from: Pick<Revision, 'source' | 'directory'>,
  origin: Origin,
  by: string,
  job: JobContext,
): Promise<Record<string, unknown> | null> {
  const { plan, rendered, target } = prepared
  const id = stackIdOf(target.id, rendered.name)
  const record = await room.store.get(id)
  const applied = record?.appliedRevision == null ? null : await room.store.revision(id, record.appliedRevision)
  const same = applied?.source === from.source && applied.directory === from.directory
  if (same && plan.steps.every(({ verb }) => verb === 'keep')) return null
  return heldApply(room, await writeDown(room, prepared, from, origin, by), job)
}
