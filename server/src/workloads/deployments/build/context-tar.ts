import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { create } from 'tar'
import { readDockerignore } from '@wheelhouse/client/tar'

/**
 * What an image is built from, as a tar that is made while it is read: the files of `folder` but for those that `dockerignore` (the
 * text of the file) leaves out. `.dockerignore` and `dockerfile` always come along, for the engine reads them. Links stay links, so
 * nothing from outside of the folder gets in; sockets and the like are left out. Owners and times of access are not told.
 * Its errors are those of reading the folder.
 */
export function contextTar(folder: string, dockerignore: string, dockerfile = 'Dockerfile'): Readable {
  return Readable.from(pack(folder, dockerignore, dockerfile), { objectMode: false, highWaterMark: 1 << 20 })
}

async function* pack(folder: string, dockerignore: string, dockerfile: string): AsyncGenerator<Uint8Array> {
  const paths = await contextPaths(folder, dockerignore, dockerfile)
  // Empty archives are refused; a context without any file still has its own folder.
  const named = paths.length === 0 ? ['./'] : paths.map((path) => `./${path}`)
  const archive = create({ cwd: folder, portable: true, noDirRecurse: true, strict: true, preservePaths: false }, named)
  for await (const chunk of archive) yield chunk
}

/** Paths in the context, folders before what they hold, in an order that is always the same. */
export async function contextPaths(folder: string, dockerignore: string, dockerfile: string): Promise<string[]> {
  const ignored = readDockerignore(dockerignore)
  const always = new Set(['.dockerignore', dockerfile.replace(/^\.\//, '')])
  const forced = (directory: string): boolean => [...always].some((path) => path.startsWith(`${directory}/`))
  const found: string[] = []
  const walk = async (within: string): Promise<void> => {
    const entries = await readdir(join(folder, within), { withFileTypes: true })
    for (const entry of entries.sort(byName)) {
      const path = within === '' ? entry.name : `${within}/${entry.name}`
      const kept = always.has(path) || !ignored.leavesOut(path)
      if (entry.isDirectory()) {
        const at = found.length
        if (kept || ignored.exceptions || forced(path)) await walk(path)
        if (kept || found.length > at) found.splice(at, 0, path)
      } else if (kept && (entry.isFile() || entry.isSymbolicLink())) found.push(path)
    }
  }
  await walk('')
  return found
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
