import { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import type { TarHeader } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

/**
 * The same bytes, each passed on once it is known to belong to an entry that stays inside the folder it is unpacked into: no name
 * that climbs, no link to elsewhere that a later entry or a reader would follow out, no device. Fails with VALIDATION_FAILED.
 */
export function gatedTar(tar: Readable): Readable {
  const links = new Set<string>()
  const reader = new TarReader((header) => admit(header, links))
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of tar as AsyncIterable<Uint8Array>) {
      look(() => reader.push(chunk))
      yield chunk
    }
    look(() => reader.end())
  }
  return Readable.from(chunks(), { objectMode: false })
}

function look(read: () => void): void {
  try {
    read()
  } catch (error) {
    if (error instanceof Failure) throw error
    const message = `This cannot be unpacked: ${(error as Error).message}. Send a tar that is not compressed.`
    throw new Failure('VALIDATION_FAILED', message, { field: 'body' })
  }
}

function admit(header: TarHeader, links: Set<string>): void {
  const path = inside(header.name)
  if (path === null) throw refused(header.name, 'its name leads out of the folder')
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (links.has(path.slice(0, at))) throw refused(header.name, 'it lies behind a link of the same tar')
  }
  if (header.kind === 'other') throw refused(header.name, 'it is a device or a pipe')
  if (header.kind === 'hardlink' && inside(header.link) === null) {
    throw refused(header.name, `it is a hard link to ${header.link}`)
  }
  // What a symbolic link says is only text, until something is written behind it.
  if (header.kind === 'symlink') links.add(path)
  else links.delete(path)
}

/** Without `.` and closing slashes; null where it begins at the root or climbs. */
function inside(name: string): string | null {
  if (name.startsWith('/') || name.includes('\0')) return null
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') ? null : parts.join('/')
}

const refused = (name: string, why: string): Failure =>
  new Failure('VALIDATION_FAILED', `The tar holds ${JSON.stringify(name.slice(0, 200))}, but ${why}. Leave it out.`, {
    field: 'body',
    entry: name.slice(0, 200),
  })
