import { Failure } from '@wheelhouse/contract'
import type { Readable } from 'node:stream'
import type { PlaceSpec } from '../backup-plan.ts'

/** A backup that is being written; it is in no list until `finish`. */
export interface Writing {
  /** Stores a part and proves that it arrived; `sha256` is asked for after the last byte went by. */
  write(name: string, content: Readable, sha256: () => string, signal: AbortSignal): Promise<void>
  /** Makes it whole: from here on it is there, before it was not. */
  finish(): Promise<void>
  /** Removes what was written. */
  abandon(): Promise<void>
}

/** Where backups are kept. Throws `Failure`: STORAGE_FULL, TARGET_REFUSED, TARGET_UNREACHABLE. */
export interface Place {
  begin(id: string): Promise<Writing>
  /** NOT_FOUND where the part is missing. */
  read(id: string, name: string, signal?: AbortSignal): Promise<Readable>
  /** Harmless when it is not there. Also what a crash left of it. */
  remove(id: string): Promise<void>
  close(): void
}

export const placeText = (spec: PlaceSpec): string =>
  spec.kind === 'folder' ? spec.path : `s3://${spec.bucket}${spec.prefix === '' ? '' : `/${spec.prefix}`}`

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What an error of the disk means to people; others are passed on as they are. */
export function diskFailure(error: unknown, path: string): unknown {
  if (error instanceof Failure) return error
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  if (full.has(code)) {
    return new Failure(
      'STORAGE_FULL',
      `The disk of ${path} is full, so nothing was saved. Free some space or choose another place, and try again.`,
      { path },
      { cause: error },
    )
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EBUSY', 'EXDEV', 'EISDIR'].includes(code)) {
    const why = { EROFS: 'its disk is read-only', ENOTDIR: 'a part of it is no folder', EBUSY: 'it is a mount point' }
    const reason = why[code as keyof typeof why] ?? `this user may not (${code})`
    return new Failure('STATE_CONFLICT', `${path} cannot be written: ${reason}.`, { path, code }, { cause: error })
  }
  return error
}
