import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, constants, lstat, mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'
import { pool } from '../../stacks/index.ts'

interface Found {
  /** Relative, with slashes. */
  readonly path: string
  readonly kind: 'file' | 'link' | 'folder'
  readonly mode: number
  readonly sizeBytes: number
}

/** Files that are read or copied at once. */
const width = 16
/** Larger files are read in pieces. */
const wholeBytes = 1_048_576
const special = /[*?[\]{}()!+@\\]/

/** Globs relative to the folder; one without a slash counts at any depth, one that ends with a slash for folders with all in them. */
function ignorer(globs: readonly string[]): (path: string, name: string) => boolean {
  const names = new Set<string>()
  const forms: string[] = []
  for (const glob of globs) {
    const bare = glob.replace(/^\//, '').replace(/\/$/, '')
    const deep = !bare.includes('/') && !glob.startsWith('/')
    // Most are plain names, and a glob costs a hundred times as much to look at.
    if (deep && !special.test(bare)) names.add(bare)
    else forms.push(bare, ...(deep ? [`**/${bare}`] : []))
  }
  return (path, name) => names.has(name) || forms.some((form) => matchesGlob(path, form))
}

/** Everything in a folder, in the order of its paths; what is neither file, link nor folder is left out. */
async function entriesOf(folder: string, globs: readonly string[], signal: AbortSignal): Promise<Found[]> {
  const ignored = ignorer(globs)
  const below = async (within: string): Promise<Found[]> => {
    signal.throwIfAborted()
    const names = (await readdir(join(folder, within))).toSorted()
    const kept = names.flatMap((name) => {
      const path = within === '' ? name : `${within}/${name}`
      return ignored(path, name) ? [] : [path]
    })
    const states = await Promise.all(kept.map((path) => lstat(join(folder, path))))
    const found: Found[] = []
    for (const [index, path] of kept.entries()) {
      const state = states[index]!
      const rest = { path, mode: state.mode & 0o777, sizeBytes: state.isFile() ? state.size : 0 }
      if (state.isDirectory()) {
        found.push({ ...rest, kind: 'folder' })
        for (const one of await below(path)) found.push(one)
      } else if (state.isSymbolicLink()) found.push({ ...rest, kind: 'link' })
      else if (state.isFile()) found.push({ ...rest, kind: 'file' })
    }
    return found
  }
  return below('')
}

async function digestFile(path: string, sizeBytes: number, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  if (sizeBytes <= wholeBytes) return hash.update(await readFile(path)).digest('hex')
  for await (const chunk of createReadStream(path, { highWaterMark: wholeBytes, signal })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/**
 * SHA-256 over paths, kinds, the executable bit, targets of links and the digests of contents, in order: two folders of the same digest
 * are equal to any program that reads them. Times and owners do not count.
 */
export async function digestTree(
  folder: string,
  ignore: readonly string[],
  signal: AbortSignal,
): Promise<{ digest: string; sizeBytes: number; files: number }> {
  const entries = await entriesOf(folder, ignore, signal)
  const contents = new Map<string, string>()
  await pool(entries, width, async ({ kind, path, sizeBytes }) => {
    signal.throwIfAborted()
    if (kind === 'link') contents.set(path, await readlink(join(folder, path)))
    if (kind === 'file') contents.set(path, await digestFile(join(folder, path), sizeBytes, signal))
  })
  const hash = createHash('sha256')
  for (const { kind, path, mode, sizeBytes } of entries) {
    const executable = kind === 'file' && (mode & 0o100) !== 0 ? 'x' : '-'
    hash.update(`${kind}\0${executable}\0${path}\0${sizeBytes}\0${contents.get(path) ?? ''}\0`)
  }
  const files = entries.filter(({ kind }) => kind === 'file')
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes, files: files.length }
}

/** Copies a folder, by reference where the file system can; links stay links. The target is emptied first. */
export async function copyTree(
  from: string,
  to: string,
  ignore: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true, mode: 0o700 })
  const entries = await entriesOf(from, ignore, signal)
  for (const { kind, path } of entries) if (kind === 'folder') await mkdir(join(to, path), { recursive: true })
  await pool(entries, width, async ({ kind, path, mode }) => {
    signal.throwIfAborted()
    const target = join(to, path)
    if (kind === 'link') await symlink(await readlink(join(from, path)), target)
    if (kind !== 'file') return
    await copyFile(join(from, path), target, constants.COPYFILE_FICLONE)
    // A copy has the mode of what it is a copy of.
    if ((mode & 0o200) === 0) await chmod(target, mode | 0o200)
  })
}
