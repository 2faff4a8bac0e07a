import { Failure } from '@wheelhouse/contract'
import { lstat, mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { create, Unpack } from 'tar'

/** A tar of a file or folder: owners, modes, links, empty folders. Fails where something cannot be read: half a copy is none. */
export async function packFolder(path: string): Promise<Readable> {
  await lstat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'is not there' : `cannot be read (${error.code})`
    throw new Failure(
      'STATE_CONFLICT',
      `${path} ${why}. Correct it in the manifest, or make it.`,
      { path },
      { cause: error },
    )
  })
  const pack = create({ cwd: dirname(path), portable: false, strict: true }, [`./${basename(path)}`])
  // A stream of its own kind: read by what both have.
  return Readable.from(pack, { objectMode: false })
}

/** Unpacks beside `path` and answers where: a rename brings it into place. */
export async function unpackBeside(path: string, tar: Readable, beside: string, signal: AbortSignal): Promise<string> {
  const folder = join(dirname(path), beside)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const unpack = new Unpack({ cwd: folder, preserveOwner: process.getuid?.() === 0, strict: true, chmod: true })
    await pipeline(tar, unpack, { signal })
    return join(folder, basename(path))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
