import { constants } from 'node:fs'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { markLine, type Offsets, sumOffsets } from './stamped-line.ts'

export interface Position {
  readonly file: number
  readonly offset: number
}

/** An `@` line at least this often, so that finding the offsets again reads little. */
const markEvery = 65_536

/**
 * The kept log of one service: numbered files, the highest is written, the oldest are deleted. A file never changes its name,
 * so a reader's place stays true. `head` moves only when bytes are wholly written.
 */
export class LogFiles {
  readonly folder: string
  readonly #limits: { readonly maxBytes: number; readonly files: number }
  readonly #readers = new Set<() => void>()
  #handle: FileHandle | null = null
  #head: Position = { file: 1, offset: 0 }
  #sinceMark = Number.POSITIVE_INFINITY
  closed = false

  constructor(folder: string, limits: { readonly maxBytes: number; readonly files: number }) {
    this.folder = folder
    this.#limits = limits
  }

  get head(): Position {
    return this.#head
  }
  path(file: number): string {
    return join(this.folder, `${String(file).padStart(6, '0')}.log`)
  }

  async list(): Promise<number[]> {
    const names = await readdir(this.folder).catch(() => [])
    return names
      .filter((name) => /^\d{6,}\.log$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  }

  /** Opens the newest file, cuts a line torn by a crash, and answers where the raw output stood. */
  async open(): Promise<Offsets> {
    const file = (await this.list()).at(-1) ?? 1
    const handle = await open(this.path(file), constants.O_RDWR | constants.O_CREAT, 0o600)
    this.#handle = handle
    const { size } = await handle.stat()
    let offsets: Offsets | null = null
    let kept = 0
    for (let window = 4 * markEvery; offsets === null; window *= 4) {
      const start = Math.max(0, size - window)
      const data = Buffer.alloc(size - start)
      await handle.read(data, 0, data.length, start)
      const end = data.lastIndexOf(10) + 1
      const begin = start === 0 ? 0 : data.indexOf(10) + 1
      kept = start + end
      offsets = sumOffsets(data.subarray(begin, end))
      if (start === 0) break
    }
    await handle.truncate(kept)
    this.#head = { file, offset: kept }
    this.#sinceMark = Number.POSITIVE_INFINITY
    return offsets ?? { o: 0, e: 0 }
  }

  /** Adds whole lines; `before` is where the raw output stood before them. Written at a place, so a torn write is written over. */
  async append(lines: Buffer, before: Offsets): Promise<void> {
    if (this.closed || this.#handle === null) return
    if (this.#head.offset > 0 && this.#head.offset + lines.length > this.#limits.maxBytes) await this.#rotate()
    const marked = this.#sinceMark >= markEvery || this.#head.offset === 0
    const data = marked ? Buffer.concat([markLine(new Date().toISOString(), before), lines]) : lines
    let written = 0
    while (written < data.length) {
      const { bytesWritten } = await this.#handle.write(
        data,
        written,
        data.length - written,
        this.#head.offset + written,
      )
      written += bytesWritten
    }
    this.#head = { file: this.#head.file, offset: this.#head.offset + data.length }
    this.#sinceMark = marked ? lines.length : this.#sinceMark + lines.length
    this.#wake()
  }

  /** The raw output was cut: says where it stands now. */
  async mark(offsets: Offsets): Promise<void> {
    this.#sinceMark = Number.POSITIVE_INFINITY
    await this.append(Buffer.alloc(0), offsets)
  }

  async #rotate(): Promise<void> {
    const file = this.#head.file + 1
    const next = await open(this.path(file), 'w+', 0o600)
    await this.#handle?.close()
    this.#handle = next
    this.#head = { file, offset: 0 }
    for (const old of await this.list()) {
      if (old < file - this.#limits.files) await rm(this.path(old), { force: true })
    }
  }

  #wake(): void {
    for (const reader of this.#readers) reader()
    this.#readers.clear()
  }

  /** Resolves when `head` is beyond `from`, the log is closed or the signal aborts. */
  async beyond(from: Position, signal: AbortSignal): Promise<void> {
    while (!this.closed && !signal.aborted && this.#head.file === from.file && this.#head.offset <= from.offset) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done)
          this.#readers.delete(done)
          resolve()
        }
        signal.addEventListener('abort', done, { once: true })
        this.#readers.add(done)
      })
    }
  }

  async close(): Promise<void> {
    this.closed = true
    this.#wake()
    await this.#handle?.close()
    this.#handle = null
  }
}
