import type { FileEntry } from '@wheelhouse/contract'
import type { Readable } from 'node:stream'

/** Files of a container or of a volume. Paths are absolute; `..` is refused before it comes here. */
export interface Files {
  /** At most `limit` entries, by name. NOT_FOUND, or STATE_CONFLICT where the path is no folder. */
  list(
    path: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly truncated: boolean }>
  /** BODY_TOO_LARGE above `maxBytes`; STATE_CONFLICT where it is no regular file. Follows no link out of the volume. */
  read(
    path: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly data: Uint8Array; readonly mode: number }>
  write(path: string, data: Uint8Array, mode: number, signal: AbortSignal): Promise<void>
  remove(path: string, signal: AbortSignal): Promise<void>
  /** A tar of a file or folder, named by its last part. */
  archive(path: string, signal: AbortSignal): Promise<Readable>
  /** Puts a tar into the folder `path`, which must be there. */
  extract(path: string, tar: Readable, signal: AbortSignal): Promise<void>
}
