import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure, type FileEntry } from '@wheelhouse/contract'
import type { Files } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { listFolder } from './folder-list.ts'
import { type PathStat, partsOf, statPath } from './path-stat.ts'
import { gateTar } from './tar-gate.ts'
import { type TarHeader, tarOf } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

/** A container through which the files are reached, and the folder in it that is their root. */
export interface Access {
  readonly id: string
  /** Without a closing slash; empty for the root of the container. */
  readonly root: string
  /** Lets go of it. */
  release(): void
}

/** Where a path has led to, in the container. */
interface Found {
  readonly path: string
  readonly stat: PathStat | null
}

const missing = (path: string): Failure =>
  new Failure('NOT_FOUND', `There is no file or folder ${path}.`, { kind: 'file', id: path })

/**
 * Files by the archive calls of the engine: they need no program in the container, which may be stopped or never have been started.
 * Each part of a path is looked at before it is followed, so a link inside a volume never leads out of it; whoever swaps one in
 * meanwhile gets no further than the container it is reached through.
 */
export class ArchiveFiles implements Files {
  readonly #client: EngineClient
  readonly #open: (signal: AbortSignal) => Promise<Access>

  constructor(client: EngineClient, open: (signal: AbortSignal) => Promise<Access>) {
    this.#client = client
    this.#open = open
  }

  list(
    path: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly truncated: boolean }> {
    return this.#within(signal, async (access) => {
      const found = await this.#there(access, path, signal)
      if (found.stat.kind !== 'folder') throw new Failure('STATE_CONFLICT', `${path} is no folder.`, { path })
      const stream = await this.#archive(access.id, found.path, signal)
      return await listFolder(stream, `/${partsOf(path).join('/')}`, limit)
    })
  }

  read(
    path: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly data: Uint8Array; readonly mode: number }> {
    return this.#within(signal, async (access) => {
      const found = await this.#there(access, path, signal)
      regular(found.stat, path)
      small(found.stat.sizeBytes, maxBytes, path)
      const chunks: Uint8Array[] = []
      const header = await this.#first(access.id, found.path, signal, {
        // It may have grown since.
        admit: ({ sizeBytes }) => small(sizeBytes, maxBytes, path),
        data: (chunk) => chunks.push(chunk),
      })
      if (header.kind !== 'file') throw new Failure('STATE_CONFLICT', `${path} is no regular file.`, { path })
      return { data: Buffer.concat(chunks), mode: header.mode }
    })
  }

  /** Keeps the owner of the file that is there; a new one gets that of its folder. */
  write(path: string, data: Uint8Array, mode: number, signal: AbortSignal): Promise<void> {
    return this.#within(signal, async (access) => {
      const found = await this.#find(access, path, signal)
      if (found.stat) regular(found.stat, path)
      const { folder, name } = split(found.path)
      const like = await this.#first(access.id, found.stat ? found.path : folder || '/', signal)
      const header: TarHeader = {
        ...like,
        name,
        link: '',
        kind: 'file',
        mode,
        modifiedAt: Math.floor(Date.now() / 1000),
      }
      await this.#put(access.id, folder || '/', Readable.from([tarOf(header, data)]), signal)
    })
  }

  /**
   * The engine has no call that removes a file. But before it unpacks an entry it takes away what is in its place, whatever that holds,
   * and an entry that is a hard link to nothing then fails. Whether it is gone is asked afterwards.
   */
  remove(path: string, signal: AbortSignal): Promise<void> {
    return this.#within(signal, async (access) => {
      const parts = partsOf(path)
      const last = parts.pop()
      if (last === undefined) throw new Failure('STATE_CONFLICT', 'The root cannot be removed.', { path })
      const { path: folder } = await this.#there(access, `/${parts.join('/')}`, signal)
      const place = `${folder}/${last}`
      if ((await statPath(this.#client, access.id, place, signal)) === null) throw missing(path)
      const nothing: TarHeader = {
        name: last,
        kind: 'hardlink',
        link: `wheelhouse-nothing-${crypto.randomUUID()}`,
        sizeBytes: 0,
        mode: 0,
        uid: 0,
        gid: 0,
        user: '',
        group: '',
        modifiedAt: 0,
      }
      const failed = await this.#put(access.id, folder || '/', Readable.from([tarOf(nothing)]), signal).then(
        () => null,
        (error: unknown) => error,
      )
      signal.throwIfAborted()
      if ((await statPath(this.#client, access.id, place, signal)) === null) return
      throw failed ?? new Failure('TARGET_REFUSED', `${path} is still there. The engine did not remove it.`, { path })
    })
  }

  async archive(path: string, signal: AbortSignal): Promise<Readable> {
    const access = await this.#open(signal)
    try {
      const found = await this.#there(access, path, signal)
      const stream = await this.#archive(access.id, found.path, signal)
      const out = new PassThrough()
      // Let go of when the last byte is read, or when the reader leaves.
      void pipeline(stream, out)
        .catch((error: unknown) => void out.destroy(this.#client.broken(error, signal) as Error))
        .then(() => access.release())
      return out
    } catch (error) {
      access.release()
      throw error
    }
  }

  extract(path: string, tar: Readable, signal: AbortSignal): Promise<void> {
    return this.#within(signal, async (access) => {
      try {
        const found = await this.#there(access, path, signal)
        if (found.stat.kind !== 'folder') throw new Failure('STATE_CONFLICT', `${path} is no folder.`, { path })
        // A tar of the whole root is named by it, and brings its owner and mode: it goes where it came from, not below.
        const whole = found.path === access.root && access.root !== ''
        const { stream, rooted } = await gateTar(tar, whole ? access.root.slice(1) : null)
        await this.#put(access.id, rooted ? '/' : found.path || '/', stream, signal)
      } finally {
        tar.destroy()
      }
    })
  }

  async #within<T>(signal: AbortSignal, work: (access: Access) => Promise<T>): Promise<T> {
    const access = await this.#open(signal)
    try {
      return await work(access)
    } finally {
      access.release()
    }
  }

  async #there(access: Access, path: string, signal: AbortSignal): Promise<Found & { readonly stat: PathStat }> {
    const { path: place, stat } = await this.#find(access, path, signal)
    if (stat === null) throw missing(path)
    return { path: place, stat }
  }

  /** Follows the path part by part. `stat` is null where only its last part is missing. */
  async #find(access: Access, path: string, signal: AbortSignal): Promise<Found> {
    const parts = partsOf(path)
    let place = access.root
    let stat = await statPath(this.#client, access.id, place || '/', signal)
    for (const [index, part] of parts.entries()) {
      if (stat === null || stat.kind !== 'folder') throw missing(path)
      place = `${place}/${part}`
      stat = await statPath(this.#client, access.id, place, signal)
      if (stat?.kind === 'link') {
        place = confined(access.root, stat.linkTarget, `/${parts.slice(0, index + 1).join('/')}`)
        stat = await statPath(this.#client, access.id, place || '/', signal)
        // A link to nothing: what would be written behind it is not where the path says.
        if (stat === null) throw missing(path)
      }
    }
    return { path: place, stat }
  }

  #archive(id: string, path: string, signal: AbortSignal): Promise<Readable> {
    return this.#client.stream({ path: `${containerPath(id)}/archive`, query: { path: path || '/' }, signal })
  }

  async #put(id: string, path: string, tar: Readable, signal: AbortSignal): Promise<void> {
    await this.#client.act({
      method: 'PUT',
      path: `${containerPath(id)}/archive`,
      query: { path },
      lane: 'stream',
      signal,
      tar,
    })
  }

  /** The header of what is at a path, and its content to `data` where that is wanted. The rest is not read. */
  async #first(
    id: string,
    path: string,
    signal: AbortSignal,
    content?: { admit(header: TarHeader): void; data(chunk: Uint8Array): void },
  ): Promise<TarHeader> {
    const stream = await this.#archive(id, path, signal)
    let header: TarHeader | null = null
    const reader = new TarReader(
      (entry) => {
        header ??= entry
        content?.admit(entry)
      },
      (chunk) => content?.data(Buffer.from(chunk)),
    )
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        reader.push(chunk)
        if (header && !content) break
      }
    } catch (error) {
      throw error instanceof Failure ? error : this.#client.broken(error, signal)
    } finally {
      stream.destroy()
    }
    if (!header) throw new Failure('TARGET_REFUSED', `The engine sent nothing for ${path}.`)
    return header
  }
}

function regular(stat: PathStat, path: string): void {
  if (stat.kind === 'file') return
  throw new Failure('STATE_CONFLICT', `${path} is no regular file.`, { path })
}

function small(sizeBytes: number, maxBytes: number, path: string): void {
  if (sizeBytes <= maxBytes) return
  const message = `${path} has ${sizeBytes} bytes, more than the ${maxBytes} that are shown. Download it instead.`
  throw new Failure('BODY_TOO_LARGE', message, { path, sizeBytes, maxBytes })
}

function confined(root: string, target: string, path: string): string {
  const plain = target === '/' ? '' : target
  if (root === '' || plain === root || plain.startsWith(`${root}/`)) return plain
  throw new Failure('STATE_CONFLICT', `${path} is a link that leads out of the volume, so it is not followed.`, {
    path,
  })
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/')
  return { folder: path.slice(0, at), name: path.slice(at + 1) }
}
