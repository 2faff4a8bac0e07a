import { randomUUID } from 'node:crypto'
import { Failure, type TriggerAction } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import type { Caller } from '../../dispatch/index.ts'
import { ownerOf, requireCron } from './create.ts'
import type { TriggerRoom } from './room.ts'
import type { TriggerPatch, TriggerRecord } from './store.ts'

/** One schedule as a manifest has it, its action made whole with the folder of the manifest. */
export interface ManifestSchedule {
  readonly name: string
  readonly cron: string
  /** UTC unless told. */
  readonly timezone?: string | undefined
  readonly action: TriggerAction
}

/**
 * Brings the schedules of a stack in an environment to what its manifest says: new ones come, changed ones change and act for `by`
 * from now on, those that are no longer there go. One that is as it was keeps its history. Throws CONFLICT for a name that is taken
 * elsewhere, VALIDATION_FAILED for a pattern that is not understood; then nothing is changed.
 */
export async function syncManifest(
  room: TriggerRoom,
  stack: string,
  environment: string,
  entries: readonly ManifestSchedule[],
  by: Caller,
): Promise<void> {
  const owner = ownerOf(by)
  const known = new Map((await room.store.ofManifest(stack, environment)).map((record) => [record.name, record]))
  const changed: { id: string; patch: TriggerPatch }[] = []
  const added: TriggerRecord[] = []
  const now = room.now()
  for (const { name, cron, timezone = 'UTC', action } of entries) {
    requireCron(cron, timezone)
    const before = known.get(name)
    known.delete(name)
    if (!before) {
      added.push({
        id: randomUUID(),
        name,
        kind: 'schedule',
        cron,
        timezone,
        action,
        secret: null,
        enabled: true,
        origin: 'manifest',
        stack,
        environment,
        accountedAt: now,
        lastAt: null,
        lastResult: null,
        missed: 0,
        ...owner,
        createdAt: now,
      })
      continue
    }
    const moved = before.cron !== cron || before.timezone !== timezone
    const other = JSON.stringify(before.action) !== JSON.stringify(action)
    // Its owner too, when that one is gone: a deployment by someone else is how it comes to life again.
    changed.push({
      id: before.id,
      patch: { cron, timezone, action, ...owner, ...(moved || other ? { accountedAt: now } : {}) },
    })
  }
  const removed = [...known.values()].map((record) => record.id)
  if (removed.length + changed.length + added.length === 0) return
  await room.store.replace(removed, changed, added).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error
    throw new Failure(
      'CONFLICT',
      `A schedule of ${stack} (${added.map((each) => each.name).join(', ')}) has the name of a schedule of another stack in ${environment}. Rename it in the manifest.`,
    )
  })
  room.changed()
}
