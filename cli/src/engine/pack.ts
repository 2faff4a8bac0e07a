import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { type PackedEntry, tarEnd, tarHeader, tarPadding } from '@wheelhouse/client/tar'
import { Complaint } from '../failure.ts'

/**
 * A tar of a file or folder, named `name` in it. Links are passed by and told: where one leads is not what was asked for.
 * A file that changes its size meanwhile ends it.
 */
export function pack(path: string, name: string, passedBy: (path: string) => void): ReadableStream<Uint8Array> {
  return Readable.toWeb(
    Readable.from(chunks(resolve(path), name, passedBy), { objectMode: false }),
  ) as ReadableStream<Uint8Array>
}

async function* chunks(path: string, name: string, passedBy: (path: string) => void): AsyncGenerator<Uint8Array> {
  yield* entry(path, name, passedBy)
  yield tarEnd()
}

async function* entry(path: string, name: string, passedBy: (path: string) => void): AsyncGenerator<Uint8Array> {
  const stat = await lstat(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const about = { name, mode: stat.mode & 0o777, modifiedAtMs: stat.mtimeMs }
  if (stat.isDirectory()) {
    yield tarHeader({ ...about, kind: 'folder', sizeBytes: 0 })
    for (const child of (await readdir(path)).sort()) yield* entry(join(path, child), `${name}/${child}`, passedBy)
  } else if (stat.isFile()) yield* file(path, { ...about, kind: 'file', sizeBytes: stat.size })
  else passedBy(path)
}

async function* file(path: string, header: PackedEntry): AsyncGenerator<Uint8Array> {
  yield tarHeader(header)
  let read = 0
  try {
    // Not more than was promised: a log may grow while it is sent.
    const end = header.sizeBytes - 1
    if (header.sizeBytes > 0)
      for await (const chunk of createReadStream(path, { end })) {
        read += (chunk as Buffer).length
        yield chunk as Buffer
      }
  } catch (error) {
    throw unreadable(path, error)
  }
  if (read < header.sizeBytes) throw unreadable(path, new Error('it became shorter while it was read'))
  yield tarPadding(header.sizeBytes)
}

export const nameOf = (path: string): string => basename(resolve(path))

const unreadable = (path: string, error: unknown): Complaint =>
  new Complaint('usage', 'FILE', `${path} cannot be read: ${(error as Error).message.replace(/,.*/, '')}.`)
