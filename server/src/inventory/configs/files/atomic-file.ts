import { Failure } from '@wheelhouse/contract'
import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const largestFile = 2_000_000
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

export interface FileState {
  readonly bytes: Buffer
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** A file as it is; null where there is none. Throws STATE_CONFLICT for what is no plain file, or too large to be a config. */
export async function readState(path: string): Promise<FileState | null> {
  let handle: FileHandle
  try {
    const found = await lstat(path)
    if (!found.isFile()) throw new Failure('STATE_CONFLICT', `${path} is no plain file. Choose another path.`, { path })
    handle = await open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw told(error, path)
  }
  try {
    const { size, mode, uid, gid } = await handle.stat()
    if (size > largestFile)
      throw new Failure('STATE_CONFLICT', `${path} has ${size} bytes; a config file has ${largestFile} at most.`, {
        path,
      })
    return { bytes: await handle.readFile(), mode: mode & 0o777, uid, gid }
  } finally {
    await handle.close()
  }
}

/** What went wrong with a file in words that say what to do; anything unexpected as it was. */
export function told(error: unknown, path: string): unknown {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Failure(
      'STORAGE_FULL',
      `The disk of ${path} is full, so nothing was changed. Free some space and try again.`,
      { path },
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Failure(
      'POLICY_REFUSED',
      `The user of Wheelhouse may not use ${path}. Give it access to the file and its folder.`,
      { path },
    )
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new Failure('NOT_FOUND', `There is no folder for ${path}. Make it first.`, { path })
  return error
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes what is missing of a folder; answers the folders that were made, the outermost first. */
export async function makeFolders(folder: string, mode = 0o755): Promise<string[]> {
  const missing: string[] = []
  for (let at = folder; (await lstat(at).catch(() => null)) === null && dirname(at) !== at; at = dirname(at))
    missing.unshift(at)
  // One by one: told to make them all, Node tries for ever where the system makes none, such as in /proc.
  for (const each of missing) await mkdir(each, { mode })
  return missing
}

/** Keeps owner and group, where there were any. Throws POLICY_REFUSED where the system does not allow it. */
async function own(handle: FileHandle, path: string, owner: { uid: number; gid: number } | null): Promise<void> {
  if (owner === null) return
  const now = await handle.stat()
  if (now.uid === owner.uid && now.gid === owner.gid) return
  await handle.chown(owner.uid, owner.gid).catch(() => {
    throw new Failure(
      'POLICY_REFUSED',
      `${path} belongs to user ${owner.uid}, group ${owner.gid}, and would not any more. Run Wheelhouse as that user, or give it the file.`,
      { path },
    )
  })
}

/**
 * Writes beside the file, makes it durable and renames it into place: at any moment the old bytes are there, or the new ones.
 * `path` must be free of links; `owner` null leaves the file to whoever writes.
 */
export async function writeAtomic(
  path: string,
  bytes: Uint8Array,
  mode: number,
  owner: { readonly uid: number; readonly gid: number } | null,
): Promise<void> {
  const folder = dirname(path)
  const beside = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    // Between the check of the path and now, somebody may have put a link in its way.
    if ((await realpath(folder)) !== folder)
      throw new Failure('POLICY_REFUSED', `${folder} has become a link to another place. Nothing was written there.`, {
        path,
      })
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await own(handle, path, owner)
      await handle.chmod(mode)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, path)
    await syncFolder(folder)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw told(error, path)
  }
}
