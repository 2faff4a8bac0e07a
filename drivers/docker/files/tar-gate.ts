import { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'
import type { TarHeader } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

export interface GatedTar {
  readonly stream: Readable
  /** True where its first entry is `root` itself: then all others lie below that. */
  readonly rooted: boolean
}

/**
 * The same bytes, each passed on once it is known to belong to an entry that stays inside the folder it is unpacked into: no name
 * that climbs, no link to elsewhere that a later entry or a reader would follow out, no device. Fails with VALIDATION_FAILED.
 * Comes back when the first entry is known.
 */
export async function gateTar(tar: Readable, root: string | null = null): Promise<GatedTar> {
  const links = new Set<string>()
  let first: string | null = null
  let rooted = false
  const reader = new TarReader((header) => {
    const path = admit(header, links)
    if (first === null) rooted = root !== null && path === root
    first ??= path
    if (rooted && path !== root && !path.startsWith(`${root}/`)) {
      throw refused(header.name, `it does not lie in ${root} as the first does`)
    }
  })
  const chunks = (tar as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  const early: Uint8Array[] = []
  const next = async (): Promise<Uint8Array | null> => {
    const { value, done } = await chunks.next()
    look(() => (done ? reader.end() : reader.push(value)))
    return done ? null : value
  }
  const seen = (): boolean => first !== null
  for (let chunk = await next(); chunk !== null; chunk = await next()) {
    early.push(chunk)
    if (seen()) break
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield* early
    for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk
  }
  return { stream: Readable.from(all(), { objectMode: false }), rooted }
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

/** Answers its plain path. */
function admit(header: TarHeader, links: Set<string>): string {
  const path = inside(header.name)
  if (path === null) throw refused(header.name, 'its name leads out of the folder')
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (links.has(path.slice(0, at))) throw refused(header.name, 'it lies behind a link of the same tar')
  }
  if (header.kind === 'other') throw refused(header.name, 'it is a device')
  if (header.kind === 'hardlink' && inside(header.link) === null) {
    throw refused(header.name, `it is a hard link to ${header.link}`)
  }
  // What a symbolic link says is only text, until something is written behind it.
  if (header.kind === 'symlink') links.add(path)
  else links.delete(path)
  return path
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
