import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupPlan } from './backup-plan.ts'
import { checksumsName, Metadata, metadataName } from './metadata.ts'
import { isBackupId } from './part.ts'
import { openPlace } from './place/index.ts'
import { undoAll } from './restore/journal.ts'
import type { BackupRoom } from './room.ts'
import type { BackupRecord } from './store.ts'

/** One whose instance has not been heard of for this long is dead. */
const deadMs = 120_000

/**
 * Clears what a crash left: half backups are shown as failed, half restores are taken back; then takes in what is unknown. What may
 * take long (a storage far away, a database to load again) goes on in `settled`, so that a start does not wait for it.
 */
export async function recover(room: BackupRoom): Promise<{ readonly settled: Promise<void> }> {
  const slow: (() => Promise<void>)[] = []
  for (const record of await room.store.unfinished()) {
    const dead = record.owner === room.instance || record.heartbeatAt < Date.now() - deadMs
    if (record.state === 'running' && dead) {
      await fail(room, record)
      slow.push(() => removeHalf(room, record))
    }
    if (record.journal !== null && record.owner === room.instance) slow.push(() => takeBackAll(room, record))
  }
  await takeIn(room)
  const settled = (async () => {
    for (const work of slow) {
      await work().catch((error: unknown) => room.log.warn({ err: error }, 'what a crash left could not be cleared'))
    }
  })()
  return { settled }
}

async function removeHalf(room: BackupRoom, { id }: BackupRecord): Promise<void> {
  // A job that waited may have begun it anew.
  if ((await room.store.find(id))?.state === 'running') return
  const { place: spec } = await room.store.plan(id)
  const place = await openPlace(spec)
  await place.remove(id).finally(() => place.close())
}

async function fail(room: BackupRoom, record: BackupRecord): Promise<void> {
  const { id, stack, environment } = record
  const error = 'Wheelhouse ended while it was being made'
  await room.store.change(id, { state: 'failed', parts: [], sizeBytes: 0, error })
  room.announce({
    type: 'backup.failed',
    severity: 'error',
    message: `The backup of ${stack} (${environment}) failed: ${error}. Make it again.`,
    stack,
    data: { backupId: id, environment, deploymentId: record.deploymentId },
  })
}

async function takeBackAll(room: BackupRoom, record: BackupRecord): Promise<void> {
  const { id, stack, journal } = record
  if (journal === null) return
  const left = await undoAll(room, id, await room.store.plan(id), journal)
  const outcome =
    left.length === 0
      ? 'everything is as it was before it'
      : `not put back, and tried again at the next start: ${left.join('; ')}`
  room.announce({
    type: 'system.warning',
    severity: left.length === 0 ? 'warning' : 'error',
    message: `A ${journal.what} of the backup ${id} was interrupted: ${outcome}.`,
    stack,
    data: { backupId: id, left },
  })
}

/** Whole backups in our folder that we have no row of (a new database, a folder copied here), and halves that nobody owns. */
async function takeIn(room: BackupRoom): Promise<void> {
  const names = await readdir(room.folder).catch(() => [] as string[])
  for (const name of names) {
    const id = name.replace(/\.part$/, '')
    if (!isBackupId(id)) continue
    const known = await room.store.find(id)
    if (id !== name && known?.state !== 'running') {
      await rm(join(room.folder, name), { recursive: true, force: true })
    } else if (id === name && !known) {
      await adopt(room, id).catch((error: unknown) => {
        room.log.warn({ err: error, backupId: id }, 'a folder in the folder of backups is none')
      })
    }
  }
}

async function adopt(room: BackupRoom, id: string): Promise<void> {
  const folder = join(room.folder, id)
  await readFile(join(folder, checksumsName))
  const data = Metadata.parse(JSON.parse(await readFile(join(folder, metadataName), 'utf8')))
  if (data.backupId !== id) throw new Error(`${id} says that it is ${data.backupId}`)
  const { stack, environment, directory, description, version, deploymentId, creator: createdBy } = data
  const common = { stack, environment, directory, description, version, deploymentId, createdBy }
  // Passwords are in no backup: they come from the manifest when it is restored.
  const plan: BackupPlan = {
    ...common,
    place: { kind: 'folder', path: room.folder },
    encrypt: 'auto',
    configs: [],
    apps: [],
    databases: [],
    files: [],
    volumes: [],
  }
  const row = { id, ...common, owner: room.instance, state: 'complete', place: room.folder } as const
  const parts = data.parts as BackupRecord['parts']
  await room.store.add({ ...row, parts, sizeBytes: data.sizeBytes, createdAt: Date.parse(data.createdAt) }, plan)
  room.log.info({ backupId: id }, 'a backup that was not known was taken in')
}
