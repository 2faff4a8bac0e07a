import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure, type Volume } from '@wheelhouse/contract'
import type { Files } from '@wheelhouse/driver'
import { Parser } from 'tar'

const blockBytes = 512

export interface Restore {
  readonly files: Files
  readonly volume: Volume
  readonly path: string
  /** All of the volume, and not some files into a folder: nothing may run on it meanwhile. */
  readonly whole: boolean
  /** First remove what is in the folder. */
  readonly empty: boolean
  readonly workFolder: string
}

/**
 * Unpacks a tar in a folder of a volume. What is to be emptied first is emptied only when the tar is here, whole and readable, and what
 * was in it is kept until the new is in its place: a line that breaks, or a disk that is full, must not leave nothing at all.
 */
export async function restoreTar(
  { files, volume, path, whole, empty, workFolder }: Restore,
  tar: Readable,
  signal: AbortSignal,
): Promise<void> {
  if (empty || whole) requireQuiet(volume)
  if (!empty) return await files.extract(path, tar, signal)
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const file = join(workFolder, `${randomUUID()}.tar`)
  const kept = join(workFolder, `before-${randomUUID()}.tar`)
  try {
    await written(tar, file, signal)
    await requireReadable(file, signal)
    await written(await files.archive(path, signal), kept, signal)
    try {
      await removeAll(files, path, signal)
      await files.extract(path, createReadStream(file), signal)
    } catch (error) {
      throw await putBack(files, path, kept, error)
    }
    await rm(kept, { force: true })
  } catch (error) {
    if (!(error instanceof Failure && error.details.kept === kept)) await rm(kept, { force: true })
    throw error
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * Does something with a body once it is here: an engine keeps a container locked while it is written to, and how long that is must not
 * be up to whoever sends. Throws STORAGE_FULL where the control plane has no room.
 */
export async function whenHere<T>(
  body: Readable,
  workFolder: string,
  signal: AbortSignal,
  work: (tar: Readable) => Promise<T>,
): Promise<T> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const file = join(workFolder, `${randomUUID()}.tar`)
  try {
    await written(body, file, signal)
    return await work(createReadStream(file))
  } finally {
    await rm(file, { force: true })
  }
}

async function written(from: Readable, file: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(from, createWriteStream(file, { mode: 0o600 }), { signal })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
    throw new Failure(
      'STORAGE_FULL',
      'The disk of the control plane has no room for what was sent and what it replaces. Nothing was changed. Free some space, then try again.',
    )
  }
}

/** Brings back what was there, whoever left meanwhile. Answers the error with what came of it. */
async function putBack(files: Files, path: string, kept: string, error: unknown): Promise<unknown> {
  const code = error instanceof Failure ? error.code : 'TARGET_UNREACHABLE'
  const details = error instanceof Failure ? error.details : {}
  const why = error instanceof Error ? error.message : String(error)
  const never = new AbortController().signal
  try {
    await removeAll(files, path, never)
    // A tar of a folder is named by it: it goes to where that lies.
    const parent = path === '/' ? '/' : path.slice(0, path.lastIndexOf('/')) || '/'
    await files.extract(parent, createReadStream(kept), never)
  } catch (second) {
    const again = second instanceof Error ? second.message : String(second)
    const told = `${why} What was there could not be brought back either: ${again} It is kept as the tar ${kept} on the control plane.`
    return new Failure(code, told, { ...details, kept }, { cause: error })
  }
  return new Failure(code, `${why} What was there before is back.`, details, { cause: error })
}

function requireQuiet(volume: Volume): void {
  const names = volume.usedBy.filter(({ running }) => running).map(({ name }) => name)
  if (names.length === 0) return
  throw new Failure(
    'STATE_CONFLICT',
    `${names.join(', ')} ${names.length === 1 ? 'runs' : 'run'} on ${volume.name} and would read half of it. Stop ${names.length === 1 ? 'it' : 'them'} first.`,
    { users: names },
  )
}

async function requireReadable(path: string, signal: AbortSignal): Promise<void> {
  let entries = 0
  const parser = new Parser({ strict: true, onReadEntry: (entry) => (entries++, entry.resume()) })
  try {
    await pipeline(createReadStream(path), parser, { signal })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw noTar((error as Error).message, error)
  }
  if (entries === 0) throw noTar('it holds nothing')
  // A tar that was cut between two files still reads well: only its end marker tells that it is all.
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const end = Buffer.alloc(blockBytes, 1)
    await file.read(end, 0, blockBytes, Math.max(0, size - blockBytes))
    if (end.some((byte) => byte !== 0)) throw noTar('its end is missing')
  } finally {
    await file.close()
  }
}

const noTar = (why: string, cause?: unknown): Failure =>
  new Failure(
    'VALIDATION_FAILED',
    `What was sent is no whole tar: ${why}. Nothing was changed.`,
    { field: 'body' },
    { cause },
  )

async function removeAll(files: Files, path: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { entries } = await files.list(path, 1000, signal)
    if (entries.length === 0) return
    for (const entry of entries) await files.remove(entry.path, signal)
  }
}
