import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Failure } from '@wheelhouse/contract'

export interface AheadLimits {
  /** What waits in memory before the file is used. */
  readonly memoryBytes: number
  /** What waits in the file; it gets no larger. */
  readonly fileBytes: number
  /** With all of that full, a reader that takes less than `leastBytes` in this time is left. */
  readonly patienceMs: number
  readonly leastBytes: number
}

const usual: AheadLimits = {
  memoryBytes: 4 * 1_048_576,
  fileBytes: 1024 * 1_048_576,
  patienceMs: 60_000,
  leastBytes: 1_048_576,
}
const readBytes = 262_144

/**
 * The same bytes, taken as fast as they come and given as fast as they are read; what is between waits in memory, then in a file of
 * `folder`. An engine keeps a container locked while files are read from it: until then nobody can look at it, stop it or start it, and
 * how long that is must not be up to whoever reads. Throws TIMED_OUT to a reader that is too slow for all that.
 */
export async function* readAhead(
  from: Readable,
  folder: string,
  limits: AheadLimits = usual,
): AsyncGenerator<Uint8Array> {
  const ahead = new Ahead(folder, limits)
  const filled = ahead.fill(from)
  // Told at the end, when all that came before is read.
  filled.catch(() => undefined)
  try {
    for (let chunk = await ahead.next(); chunk !== null; chunk = await ahead.next()) yield chunk
    await filled
  } finally {
    from.destroy()
    ahead.leave()
    await filled.catch(() => undefined)
    await ahead.close()
  }
}

class Ahead {
  readonly #folder: string
  readonly #limits: AheadLimits
  #file: FileHandle | null = null
  #fileLimit: number
  #memory: Uint8Array[] = []
  #memoryBytes = 0
  /** Bytes that ever went into the file, and that were read of it again. */
  #written = 0
  #read = 0
  #taken = 0
  #state: 'filling' | 'ended' | 'left' = 'filling'
  #wake = Promise.withResolvers<void>()

  constructor(folder: string, limits: AheadLimits) {
    this.#folder = folder
    this.#limits = limits
    this.#fileLimit = limits.fileBytes
  }

  async fill(from: Readable): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Uint8Array>) {
        await this.#put(chunk)
        if (this.#state === 'left') return
      }
    } finally {
      if (this.#state === 'filling') this.#state = 'ended'
      this.#change()
    }
  }

  /** Null at the end, of whatever kind: `fill` tells which. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const first = this.#memory.shift()
      if (first) {
        this.#memoryBytes -= first.length
        return this.#gave(first)
      }
      const waiting = this.#written - this.#read
      if (waiting > 0 && this.#file) {
        const at = this.#read % this.#limits.fileBytes
        const length = Math.min(readBytes, waiting, this.#limits.fileBytes - at)
        const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, at)
        this.#read += bytesRead
        return this.#gave(buffer.subarray(0, bytesRead))
      }
      if (this.#state !== 'filling') return null
      await this.#wake.promise
    }
  }

  leave(): void {
    this.#state = 'left'
    this.#change()
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  #gave(chunk: Uint8Array): Uint8Array {
    this.#taken += chunk.length
    this.#change()
    return chunk
  }

  #change(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  async #put(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0 && this.#state !== 'left';) {
      const waiting = this.#written - this.#read
      // What is in memory is older than what is in the file.
      if (waiting === 0 && this.#memoryBytes < this.#limits.memoryBytes) {
        this.#memory.push(rest)
        this.#memoryBytes += rest.length
        this.#change()
        return
      }
      const at = this.#written % this.#limits.fileBytes
      const length = Math.min(rest.length, this.#fileLimit - waiting, this.#limits.fileBytes - at)
      if (length > 0 && (await this.#write(rest.subarray(0, length), at))) {
        rest = rest.subarray(length)
        this.#written += length
        this.#change()
      } else await this.#room()
    }
  }

  /** False where the disk has no room: then the reader is waited for. */
  async #write(data: Uint8Array, at: number): Promise<boolean> {
    try {
      this.#file ??= await this.#open()
      for (let done = 0; done < data.length;)
        done += (await this.#file.write(data, done, data.length - done, at + done)).bytesWritten
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
      this.#fileLimit = 0
      return false
    }
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const path = join(this.#folder, `${randomUUID()}.ahead`)
    const file = await open(path, 'wx+', 0o600)
    // It goes with its last reader, also with one that is killed.
    await rm(path)
    return file
  }

  async #room(): Promise<void> {
    const before = this.#taken
    const timer = Promise.withResolvers<'over'>()
    const timeout = setTimeout(() => timer.resolve('over'), this.#limits.patienceMs)
    try {
      // Not at each byte that is taken: only one that takes enough is worth waiting for, or all that there is.
      const enough = Math.min(this.#limits.leastBytes, this.#limits.memoryBytes)
      const empty = (): boolean => this.#memoryBytes === 0 && this.#read === this.#written
      while (this.#state !== 'left' && this.#taken - before < enough && !empty())
        if ((await Promise.race([this.#wake.promise, timer.promise])) === 'over')
          throw new Failure(
            'TIMED_OUT',
            'This download was taken too slowly, and kept its container locked. Try again.',
          )
    } finally {
      clearTimeout(timeout)
    }
  }
}
