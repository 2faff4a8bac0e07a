import { createHash } from 'node:crypto'
import { Failure, type FileText, type FolderListing } from '@wheelhouse/contract'
import type { Files } from '@wheelhouse/driver'

const listedMost = 5000
const readMostBytes = 1_048_576

/** A path as it is kept and told: without `.`, doubled or closing slashes. Throws VALIDATION_FAILED for one that climbs. */
export function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || path.includes('\0')) {
    throw new Failure('VALIDATION_FAILED', 'path: it holds "..", which is not followed. Name the place itself.', {
      field: 'path',
    })
  }
  return `/${parts.join('/')}`
}

export async function listFiles(files: Files, path: string, signal: AbortSignal): Promise<FolderListing> {
  const place = plainPath(path)
  const { entries, truncated } = await files.list(place, listedMost, signal)
  return { path: place, entries: [...entries], truncated }
}

const digestOf = (data: Uint8Array): string => `sha256:${createHash('sha256').update(data).digest('hex')}`
const modeText = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`

function textOf(data: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
    if (!text.includes('\0')) return text
  } catch {
    // Told below.
  }
  throw new Failure('STATE_CONFLICT', `${path} is no text in UTF-8. Download it instead.`, { path })
}

export async function readText(files: Files, path: string, signal: AbortSignal): Promise<FileText> {
  const place = plainPath(path)
  const { data, mode } = await files.read(place, readMostBytes, signal)
  const text = textOf(data, place)
  return { path: place, text, sizeBytes: data.length, mode: modeText(mode), digest: digestOf(data) }
}

/** Writes one after the other, so that of two who have read the same only the first overwrites it. */
const turns = new Map<string, Promise<unknown>>()

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key)
  const mine = (before ?? Promise.resolve()).then(work, work)
  turns.set(key, mine)
  try {
    return await mine
  } finally {
    if (turns.get(key) === mine) turns.delete(key)
  }
}

export interface Written {
  readonly path: string
  readonly text: string
  readonly digest?: string | undefined
  readonly mode?: string | undefined
}

/** Refuses with CONFLICT to overwrite what the writer has not seen. `key` names whose files they are. */
export function writeText(files: Files, key: string, written: Written, signal: AbortSignal): Promise<FileText> {
  const place = plainPath(written.path)
  const data = Buffer.from(written.text, 'utf8')
  if (data.length > readMostBytes) {
    throw new Failure('BODY_TOO_LARGE', `${place} would have ${data.length} bytes. Upload what is larger than 1 MB.`)
  }
  return inTurn(`${key}:${place}`, async () => {
    const before = await current(files, place, signal)
    if (before === null && written.digest !== undefined) {
      throw new Failure('CONFLICT', `${place} has been removed since you read it. Save it as a new file.`, {
        path: place,
      })
    }
    if (before !== null && written.digest === undefined) {
      throw new Failure('CONFLICT', `There is a file ${place} already. Open it to change it.`, { path: place })
    }
    if (before !== null && before.digest !== written.digest) {
      throw new Failure('CONFLICT', `${place} has changed since you read it. Read it again, then change it.`, {
        path: place,
        digest: before.digest,
      })
    }
    const mode = written.mode === undefined ? (before?.mode ?? 0o644) : Number.parseInt(written.mode, 8)
    await files.write(place, data, mode, signal)
    return { path: place, text: written.text, sizeBytes: data.length, mode: modeText(mode), digest: digestOf(data) }
  })
}

async function current(
  files: Files,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly digest: string; readonly mode: number } | null> {
  try {
    const { data, mode } = await files.read(path, readMostBytes, signal)
    return { digest: digestOf(data), mode }
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null
    throw error
  }
}
