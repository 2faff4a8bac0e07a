import { Failure } from '@wheelhouse/contract'
import { openPlace } from './place/index.ts'
import type { BackupRoom } from './room.ts'
import type { BackupRecord } from './store.ts'

export interface Retention {
  readonly stack?: string | undefined
  readonly environment?: string | undefined
  readonly olderThanDays?: number | undefined
  readonly keepMinimum?: number | undefined
}
export interface Removed {
  readonly removed: string[]
  readonly freedBytes: number
}

const dayMs = 86_400_000
const defaults = { olderThanDays: 30, keepMinimum: 5 }

/**
 * Which go: older than the limit, and not among the newest whole ones of their stack and environment. Failed ones do not count as
 * kept. Never one that runs, is being restored, or that a kept release would be rolled back with.
 */
export function outdated(
  records: readonly BackupRecord[],
  { olderThanDays = defaults.olderThanDays, keepMinimum = defaults.keepMinimum }: Retention,
  inUse: ReadonlySet<string>,
  now: number,
): { readonly go: BackupRecord[]; readonly held: BackupRecord[] } {
  const newestFirst = [...records].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  const keptOf = new Map<string, number>()
  const go: BackupRecord[] = []
  const held: BackupRecord[] = []
  for (const record of newestFirst) {
    const stack = JSON.stringify([record.stack, record.environment])
    const kept = keptOf.get(stack) ?? 0
    const old = record.createdAt < now - olderThanDays * dayMs
    if (record.state === 'complete' && kept < keepMinimum) keptOf.set(stack, kept + 1)
    else if (!old || record.state === 'running' || record.journal !== null) continue
    else if (inUse.has(record.id)) held.push(record)
    else go.push(record)
  }
  return { go, held }
}

export async function chooseOutdated(
  room: BackupRoom,
  retention: Retention,
): Promise<{ readonly go: BackupRecord[]; readonly held: BackupRecord[] }> {
  const records = await room.store.list({ stack: retention.stack, environment: retention.environment })
  return outdated(records, retention, await room.inUse(), Date.now())
}

/** Removes what is outdated. One that cannot be removed stays listed, and the others go. */
export async function cleanUp(room: BackupRoom, retention: Retention, by: string): Promise<Removed> {
  const { go } = await chooseOutdated(room, retention)
  const removed: string[] = []
  let freedBytes = 0
  const failed: string[] = []
  for (const record of go) {
    try {
      await removeBackup(room, record, by)
      removed.push(record.id)
      freedBytes += record.sizeBytes
    } catch (error) {
      failed.push(`${record.id}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (failed.length > 0) {
    const message = `${failed.length} old backups could not be removed: ${failed.slice(0, 3).join('; ')}`
    room.announce({ type: 'system.warning', severity: 'warning', message, actor: by, data: { failed } })
    if (removed.length === 0) throw new Failure('TARGET_REFUSED', message, { failed })
  }
  return { removed, freedBytes }
}

/** Why a backup has to stay; null where it may go. */
export async function heldBack(room: BackupRoom, record: BackupRecord): Promise<string | null> {
  if (record.state === 'running') return 'it is still being made. Cancel its job first'
  if (record.journal !== null) return `a ${record.journal.what} of it has not ended`
  if ((await room.inUse()).has(record.id)) return 'a release that is kept would be rolled back with it'
  return null
}

/** From its place first: a row without a backup would be a promise, a backup without a row is found again. */
export async function removeBackup(room: BackupRoom, record: BackupRecord, by: string): Promise<void> {
  const { place: spec } = await room.store.plan(record.id)
  const place = await openPlace(spec)
  try {
    await place.remove(record.id)
  } finally {
    place.close()
  }
  await room.store.remove(record.id)
  room.announce({
    type: 'backup.removed',
    message: `The backup ${record.id} of ${record.stack} (${record.environment}) was removed.`,
    actor: by,
    stack: record.stack,
    data: { backupId: record.id, freedBytes: record.sizeBytes },
  })
}
