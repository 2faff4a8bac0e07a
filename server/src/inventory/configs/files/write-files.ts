import { Failure } from '@wheelhouse/contract'
import { readFile, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolders, readState, syncFolder, told, writeAtomic } from './atomic-file.ts'

/** A file to write. `mode` is octal as a number; null keeps that of the old file, and gives a new one 0600. */
export interface NewFile {
  readonly app: string | null
  /** Absolute and free of links. */
  readonly path: string
  readonly text: string
  readonly mode: number | null
}

/** A file that was written, and how to put it back. Holds no content: it may be journaled. */
export interface Written {
  readonly app: string | null
  readonly path: string
  /** Where the old bytes are; null where there was no file. */
  readonly backup: string | null
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Folders that had to be made, the outermost first. */
  readonly folders: readonly string[]
}

const privateMode = 0o600

async function backUp(file: NewFile, number: number, folder: string): Promise<Written> {
  const old = await readState(file.path)
  const plain = { app: file.app, path: file.path }
  if (old === null) return { ...plain, backup: null, mode: privateMode, uid: -1, gid: -1, folders: [] }
  const backup = join(folder, `${String(number).padStart(3, '0')}-${basename(file.path)}`)
  await writeAtomic(backup, old.bytes, privateMode, null)
  return { ...plain, backup, mode: old.mode, uid: old.uid, gid: old.gid, folders: [] }
}

async function putBack(written: Written): Promise<void> {
  if (written.backup !== null) {
    let bytes: Buffer
    try {
      bytes = await readFile(written.backup)
    } catch (error) {
      throw told(error, written.backup)
    }
    // Byte-equal already: writing again would only be one more chance to fail.
    const now = await readState(written.path)
    if (now?.bytes.equals(bytes) && now.mode === written.mode && now.uid === written.uid && now.gid === written.gid)
      return
    await makeFolders(dirname(written.path))
    return writeAtomic(written.path, bytes, written.mode, written)
  }
  await rm(written.path, { force: true }).catch((error: unknown) => Promise.reject(told(error, written.path)))
  // Only as long as nobody else has put something there.
  for (const folder of written.folders.toReversed()) await rmdir(folder).catch(() => undefined)
  if (written.folders.length === 0) await syncFolder(dirname(written.path)).catch(() => undefined)
}

/** Puts every file back as it was, byte for byte, or removes one that was not there. May be called again at any time. */
export async function restoreFiles(written: readonly Written[]): Promise<void> {
  const failed: string[] = []
  let cause: unknown
  for (const one of written.toReversed()) {
    await putBack(one).catch((error: unknown) => {
      cause = error
      failed.push(
        one.backup === null
          ? `${one.path} is still there`
          : `${one.path} is not back; its old content is in ${one.backup}`,
      )
    })
  }
  if (failed.length === 0) return
  const why = cause instanceof Failure ? ` ${cause.message}` : ''
  throw new Failure(
    cause instanceof Failure ? cause.code : 'INTERNAL',
    `${failed.join('. ')}.${why}`,
    { failed },
    { cause },
  )
}

/**
 * Backs up every old file (mode 0600, byte-equal) into `backupFolder`, then writes each atomically; all or nothing. When one fails,
 * those already written are put back. Throws STORAGE_FULL when there is no room.
 */
export async function writeFiles(files: readonly NewFile[], backupFolder: string): Promise<Written[]> {
  if (files.length === 0) return []
  await makeFolders(backupFolder, 0o700).catch((error: unknown) => Promise.reject(told(error, backupFolder)))
  const planned: Written[] = []
  for (const [index, file] of files.entries()) planned.push(await backUp(file, index + 1, backupFolder))
  const done: Written[] = []
  try {
    for (const [index, file] of files.entries()) {
      const plan = planned[index]!
      const written = {
        ...plan,
        folders: await makeFolders(dirname(file.path)).catch((error: unknown) =>
          Promise.reject(told(error, file.path)),
        ),
      }
      // Before the write: one that is cut off in its midst is put back too.
      done.push(written)
      const mode = file.mode ?? plan.mode
      await writeAtomic(file.path, Buffer.from(file.text, 'utf8'), mode, plan.backup === null ? null : plan)
    }
    return done
  } catch (error) {
    await restoreFiles(done)
    throw error
  }
}
