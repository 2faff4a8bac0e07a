import type { Readable } from 'node:stream'
import type { FileEntry } from '@wheelhouse/contract'
import type { TarHeader } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

/** A listing reads through all that lies below. After this long it answers what it has seen, and says that it is not all. */
const patienceMs = 8000

/** The direct children of the folder that a tar is of. The engine sends them by name, so the first `limit` are the first by name. */
export async function listFolder(
  tar: Readable,
  path: string,
  limit: number,
): Promise<{ readonly entries: readonly FileEntry[]; readonly truncated: boolean }> {
  const entries = new Map<string, FileEntry>()
  let prefix: string | null = null
  let truncated = false
  const until = performance.now() + patienceMs
  const reader = new TarReader((header) => {
    const name = header.name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
    if (prefix === null) {
      prefix = name === '' || name === '.' ? '' : `${name}/`
      return
    }
    const own = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (own === '' || own.includes('/')) return
    if (entries.size >= limit) truncated = true
    else entries.set(own, entryOf(header, own, path))
  })
  try {
    for await (const chunk of tar as AsyncIterable<Uint8Array>) {
      reader.push(chunk)
      if (!truncated && performance.now() > until) truncated = true
      if (truncated) break
    }
  } finally {
    tar.destroy()
  }
  return { entries: [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), truncated }
}

function entryOf(header: TarHeader, name: string, folder: string): FileEntry {
  const { kind } = header
  const shown = {
    file: 'file',
    hardlink: 'file',
    folder: 'folder',
    symlink: 'link',
    pipe: 'other',
    other: 'other',
  } as const
  return {
    name,
    path: folder === '/' ? `/${name}` : `${folder}/${name}`,
    kind: shown[kind],
    sizeBytes: kind === 'file' ? header.sizeBytes : 0,
    mode: `0${header.mode.toString(8).padStart(3, '0')}`,
    owner: `${header.user || header.uid}:${header.group || header.gid}`,
    modifiedAt: new Date(header.modifiedAt * 1000).toISOString(),
    linkTarget: kind === 'symlink' ? header.link : null,
  }
}
