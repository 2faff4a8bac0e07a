import { Failure } from '@wheelhouse/contract'
import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { type ConfigText, editConfigText, formatOfPath, readConfigText } from '../text/config-text.ts'
import { readState } from './atomic-file.ts'
import { realFolder } from './confined-path.ts'

/** The file a set is kept in step with, as it is now. */
export interface LinkedFile {
  /** Absolute and free of links. */
  readonly path: string
  /** null where there is no file. */
  readonly text: string | null
  readonly read: ConfigText
}

/** Throws NOT_FOUND where its folder is missing, VALIDATION_FAILED for a path that is not absolute. */
export async function readLinked(written: string): Promise<LinkedFile> {
  if (!isAbsolute(written) || written.includes('\0') || written.endsWith('/'))
    throw new Failure(
      'VALIDATION_FAILED',
      'path: use the absolute path of a file, such as /srv/shop/deployment.config.env.',
      { field: 'path' },
    )
  const plain = normalize(written)
  const folder = await realFolder(dirname(plain))
  const inFolder = join(folder, basename(plain))
  const path = await realpath(inFolder).catch(() => inFolder)
  const state = await readState(path)
  const text = state?.bytes.toString('utf8') ?? null
  return { path, text, read: readConfigText(text ?? '', formatOfPath(path)) }
}

/** Throws CONFIG_INVALID for a file that cannot be read to its end: writing it could lose what was not understood. */
export function requireReadable({ path, read }: LinkedFile): void {
  const first = read.problems.find(({ severity }) => severity === 'error')
  if (!first) return
  throw new Failure('CONFIG_INVALID', `${path}, line ${first.line ?? 1}: ${first.message} Mend the file first.`, {
    problems: read.problems,
  })
}

/** The text with these values and no others; what does not change stays as it is. */
export function textWith({ path, text, read }: LinkedFile, values: Readonly<Record<string, string>>): string {
  const gone = Object.keys(read.values).filter((key) => !Object.hasOwn(values, key))
  return editConfigText(text ?? '', formatOfPath(path), values, gone)
}
