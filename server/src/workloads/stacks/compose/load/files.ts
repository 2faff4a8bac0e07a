import { posix } from 'node:path'

/** What is found at a path: its text, or why there is none. */
export type Found = { readonly text: string } | { readonly missing: 'absent' | 'outside' | 'unknown' }

/**
 * The files of a project. Paths are absolute, or relative to the folder of the project where that is not known.
 * Answers 'outside' for what is not to be read: a file that is not in the folder, whatever a path or a link says.
 */
export interface ProjectFiles {
  find(path: string): Found
}

/** A path as a file of `directory` writes it; one of elsewhere or of a home folder stays as it is. */
export function resolveFrom(directory: string, path: string): string {
  if (path === '' || path.startsWith('~') || isRemote(path)) return path
  return posix.isAbsolute(path) ? path : posix.join(directory, path).replace(/(?<=.)\/$/, '')
}

export const isRemote = (path: string): boolean => /^(?:oci|https?|git|ssh):\/\/|^git@|^github\.com\//.test(path)

/** Whether a path lies in a folder; a relative one must not lead upwards. */
export function isWithin(directory: string | null, path: string): boolean {
  if (path.startsWith('~')) return false
  const normal = posix.normalize(path)
  if (directory === null) return !posix.isAbsolute(normal) && normal !== '..' && !normal.startsWith('../')
  const inside = posix.relative(directory, posix.resolve(directory, normal))
  return inside !== '..' && !inside.startsWith('../')
}

/** Files that were handed in as texts. Keys are paths as people write them; all of them may be read, as they were sent along. */
export function textFiles(texts: Readonly<Record<string, string>>, directory: string | null): ProjectFiles {
  const known = new Map(
    Object.entries(texts).map(([path, text]) => [resolveFrom(directory ?? '', posix.normalize(path)), text]),
  )
  return {
    find(path) {
      const text = known.get(path)
      if (text !== undefined) return { text }
      return { missing: isWithin(directory, path) ? 'absent' : 'outside' }
    },
  }
}

/** Folder of a file; '' for one that lies in the folder of a project that is not known. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path)
  return folder === '.' ? '' : folder
}
