import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, constants, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'
import { pipeline } from 'node:stream/promises'

interface Found {
  /** Relative, with slashes. */
  readonly path: string
  readonly kind: 'file' | 'link' | 'folder'
  readonly mode: number
  readonly sizeBytes: number
}

/** Globs relative to the folder; one without a slash counts at any depth, one that ends with a slash for folders with all in them. */
function ignorer(globs: readonly string[]): (path: string) => boolean {
  const forms = globs.flatMap((glob) => {
    const bare = glob.replace(/^\//, '').replace(/\/$/, '')
    const deep = bare.includes('/') || glob.startsWith('/') ? [] : [`**/${bare}`]
    return [bare, ...deep]
  })
  return (path) => forms.some((form) => matchesGlob(path, form))
}

/** Everything in a folder, in the order of its paths; what is neither file, link nor folder is left out. */
export async function* walk(folder: string, ignore: readonly string[] = [], below = ''): AsyncGenerator<Found> {
  const ignored = ignorer(ignore)
  const names = (await readdir(join(folder, below))).toSorted()
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`
    if (ignored(path)) continue
    const found = await lstat(join(folder, path))
    const rest = { path, mode: found.mode & 0o777, sizeBytes: found.isFile() ? found.size : 0 }
    if (found.isDirectory()) {
      yield { ...rest, kind: 'folder' }
      yield* walk(folder, ignore, path)
    } else if (found.isSymbolicLink()) yield { ...rest, kind: 'link' }
    else if (found.isFile()) yield { ...rest, kind: 'file' }
  }
}

/**
 * SHA-256 over paths, kinds, the executable bit, targets of links and contents, in order: two folders of the same digest are equal to
 * any program that reads them. Times and owners do not count.
 */
export async function digestTree(
  folder: string,
  ignore: readonly string[],
  signal: AbortSignal,
): Promise<{ digest: string; sizeBytes: number; files: number }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let files = 0
  for await (const found of walk(folder, ignore)) {
    signal.throwIfAborted()
    const executable = found.kind === 'file' && (found.mode & 0o100) !== 0 ? 'x' : '-'
    hash.update(`${found.kind}\0${executable}\0${found.path}\0${found.sizeBytes}\0`)
    if (found.kind === 'link') hash.update(await readlink(join(folder, found.path)))
    if (found.kind === 'file') {
      files++
      sizeBytes += found.sizeBytes
      await pipeline(createReadStream(join(folder, found.path)), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) hash.update(chunk)
      })
    }
  }
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes, files }
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
  for await (const found of walk(from, ignore)) {
    signal.throwIfAborted()
    const target = join(to, found.path)
    if (found.kind === 'folder') await mkdir(target, { recursive: true })
    else if (found.kind === 'link') await symlink(await readlink(join(from, found.path)), target)
    else {
      await copyFile(join(from, found.path), target, constants.COPYFILE_FICLONE)
      await chmod(target, found.mode | 0o200)
    }
  }
}
