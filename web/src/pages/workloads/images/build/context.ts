import { readDockerignore } from '@wheelhouse/client/tar'
import { nearest } from '../../../../ui/format/near.ts'
import { packed } from '../../files/pack.ts'

/** A folder that was picked to build an image from. */
export interface Context {
  readonly folder: string
  readonly files: readonly File[]
  /** Text of its .dockerignore, empty without one. */
  readonly ignore: string
}

/** What of it goes to the engine. */
export interface Sent {
  readonly files: readonly File[]
  readonly sizeBytes: number
  /** How many its .dockerignore leaves out. */
  readonly leftOut: number
}

const ignoreFile = '.dockerignore'
// Browsers do not tell which files may be run; like this a script that the image starts can be.
const mode = 0o755

/** The way to a file from the folder that was picked. */
export const pathIn = (file: File): string => file.webkitRelativePath.split('/').slice(1).join('/') || file.name

export async function readContext(files: readonly File[]): Promise<Context | null> {
  const [first] = files
  if (!first) return null
  const ignore = files.find((file) => pathIn(file) === ignoreFile)
  return { folder: first.webkitRelativePath.split('/')[0] ?? '', files, ignore: (await ignore?.text()) ?? '' }
}

export const plainPath = (path: string): string => path.trim().replace(/^(\.?\/)+/, '')

/** Without what its .dockerignore leaves out, as the engine's own clients do. Throws a sentence for a line that is no pattern. */
export function sentOf({ files, ignore }: Context, dockerfile: string): Sent {
  const ignored = readDockerignore(ignore)
  const always = new Set([ignoreFile, plainPath(dockerfile)])
  const sent = files.filter((file) => always.has(pathIn(file)) || !ignored.leavesOut(pathIn(file)))
  return {
    files: sent,
    sizeBytes: sent.reduce((sum, file) => sum + file.size, 0),
    leftOut: files.length - sent.length,
  }
}

/** What is wrong with the path of the Dockerfile, with the one that may be meant; null where it is there. */
export function dockerfileMistake({ folder, files }: Context, dockerfile: string): string | null {
  const paths = files.map(pathIn)
  if (paths.includes(plainPath(dockerfile))) return null
  const likely = paths.filter((path) => /(^|\/|\.)(dockerfile|containerfile)(\.|$)/i.test(path))
  const meant = nearest(plainPath(dockerfile), likely) ?? likely[0]
  return `${folder} has no ${plainPath(dockerfile)}.${meant ? ` It has ${meant}.` : ''}`
}

export const packContext = (files: readonly File[]): Blob => packed(files, (file) => ({ name: pathIn(file), mode }))
