import { Failure } from '@wheelhouse/contract'
import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

const outside = (written: string, directory: string): Failure =>
  new Failure('POLICY_REFUSED', `${written} leads out of ${directory}. Use a path inside it, without "..".`, {
    path: written,
  })

/** The folder without links. Throws NOT_FOUND where there is none. */
export async function realFolder(directory: string): Promise<string> {
  try {
    const real = await realpath(directory)
    if ((await lstat(real)).isDirectory()) return real
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code))) throw error
  }
  throw new Failure('NOT_FOUND', `There is no folder ${directory} that can be read.`, { path: directory })
}

/**
 * The real place of `written` below `directory`, which need not exist yet: absolute, without any link on the way. Throws
 * POLICY_REFUSED for what leads out of it by `..`, by an absolute path or through a link.
 */
export async function confinedPath(directory: string, written: string): Promise<string> {
  const root = await realFolder(directory)
  const parts = written.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  if (isAbsolute(written) || parts.includes('..') || parts.length === 0 || written.includes('\0'))
    throw outside(written, directory)
  let at = root
  for (const [index, part] of parts.entries()) {
    const next = join(at, part)
    const found = await lstat(next).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      if (error.code === 'ENOTDIR') throw new Failure('NOT_FOUND', `${at} is a file, so ${written} cannot be in it.`)
      throw error
    })
    if (found === null) return join(at, ...parts.slice(index))
    // A link to nowhere would be followed by whoever writes, so it counts as one that leads out.
    at = found.isSymbolicLink() ? await realpath(next).catch(() => Promise.reject(outside(written, directory))) : next
    if (!isInside(at, root)) throw outside(written, directory)
  }
  return at
}
