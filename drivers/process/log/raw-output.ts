import { type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunIdentity } from '../group.ts'
import { whileFrozen } from './freeze.ts'
import type { LogFiles } from './log-files.ts'
import { type Offsets, stamp, type Stream, systemLine } from './stamped-line.ts'

const chunkBytes = 65_536
const streams: readonly Stream[] = ['o', 'e']
/** Reading again at once would cost more than it brings; a viewer does not notice this. */
const settleMs = 10

/**
 * The raw files a service writes to, `run/o` and `run/e`: what it writes survives us. While we run they are read as they grow,
 * stamped with the time of reading and kept in LogFiles; then they are cut while the service stands still, so no byte is lost.
 */
export class RawOutput {
  readonly #folder: string
  readonly #files: LogFiles
  readonly #limits: { readonly maxBytes: number; readonly files: number }
  /** A raw file that is larger is cut. */
  readonly #rawLimit: number
  readonly #handles = new Map<Stream, FileHandle>()
  readonly #buffer = Buffer.alloc(chunkBytes)
  #consumed: Offsets = { o: 0, e: 0 }
  /** Read but not yet a whole line. */
  readonly #rest: Record<Stream, Buffer> = { o: Buffer.alloc(0), e: Buffer.alloc(0) }
  #chain: Promise<void> = Promise.resolve()
  #scheduled = false
  #run: RunIdentity | null = null
  #closed = false
  #watcher: FSWatcher | null = null
  #polls = 0
  /** Why output cannot be kept at the moment. */
  trouble: string | null = null

  constructor(folder: string, files: LogFiles, limits: { readonly maxBytes: number; readonly files: number }) {
    this.#folder = folder
    this.#files = files
    this.#limits = limits
    this.#rawLimit = Math.min(Math.max(limits.maxBytes, chunkBytes), 8 * 1024 * 1024)
  }

  /** Takes up where the log ends. What was written meanwhile gets the time of the last write: a better one is not known. */
  async open(onExit: () => void): Promise<void> {
    this.#consumed = await this.#files.open()
    for (const stream of streams) {
      const handle = await open(join(this.#folder, stream), 'a+', 0o600)
      this.#handles.set(stream, handle)
      const { size, mtime } = await handle.stat()
      if (size < this.#consumed[stream]) this.#consumed[stream] = 0
      await this.#exclusive(() => this.#drain(stream, mtime.toISOString(), false))
    }
    this.#watch(onExit)
    this.notice()
  }

  /** One watch tells of output and of the exit record beside it. Without it (there is a limit) `poll` finds the output. */
  #watch(onExit: () => void): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_, file) => {
        if (file === 'exit') onExit()
        else this.notice()
      })
      this.#watcher.on('error', () => {
        this.#watcher?.close()
        this.#watcher = null
      })
    } catch {
      this.#watcher = null
    }
  }

  /** Called once a second. A watch may miss an event, so it is not trusted for ever. */
  poll(): void {
    if (this.#watcher === null || this.trouble !== null || ++this.#polls % 10 === 0) this.notice()
  }

  /** Descriptors for the child, open for appending; close them after the start. */
  async descriptors(): Promise<{ stdout: FileHandle; stderr: FileHandle }> {
    const stdout = await open(join(this.#folder, 'o'), 'a', 0o600)
    return { stdout, stderr: await open(join(this.#folder, 'e'), 'a', 0o600) }
  }

  /** Whose group may be frozen to cut the files; null while nothing runs or it is paused. */
  set writer(run: RunIdentity | null) {
    this.#run = run
  }

  /** Something may have been written. Cheap: many calls make one reading. */
  notice(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    void this.#exclusive(async () => {
      await this.#drainAll(false)
      setTimeout(() => {
        this.#scheduled = false
        void this.#look()
      }, settleMs).unref()
    })
  }

  /** Reads on when something came while we rested. */
  async #look(): Promise<void> {
    if (this.trouble !== null) return
    for (const stream of streams) {
      const size =
        (
          await this.#handles
            .get(stream)
            ?.stat()
            .catch(() => null)
        )?.size ?? 0
      if (size > this.#position(stream)) this.notice()
    }
  }

  /** All that was written until now is in the log afterwards; with `final` also a last line without its end. */
  flush(final = false): Promise<void> {
    return this.#exclusive(() => this.#drainAll(final))
  }

  /** Nobody writes: empties the raw files. */
  reset(): Promise<void> {
    return this.#exclusive(async () => {
      await this.#drainAll(true)
      if (this.trouble === null) await this.#cut()
    })
  }

  say(text: string): Promise<void> {
    return this.#exclusive(() => this.#append(systemLine(new Date().toISOString(), text)))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watcher?.close()
    await this.#chain
    for (const handle of this.#handles.values()) await handle.close()
    await this.#files.close()
  }

  #exclusive(act: () => Promise<void>): Promise<void> {
    const attempt = async (): Promise<void> => {
      try {
        await act()
        this.trouble = null
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error)
      }
    }
    this.#chain = this.#chain.then(attempt)
    return this.#chain
  }

  #position(stream: Stream): number {
    return this.#consumed[stream] + this.#rest[stream].length
  }

  async #append(lines: Buffer): Promise<void> {
    await this.#files.append(lines, this.#consumed)
  }

  async #drainAll(final: boolean): Promise<void> {
    for (const stream of streams) await this.#drain(stream, null, final)
    const run = this.#run
    if (run === null || streams.every((stream) => this.#position(stream) <= this.#rawLimit)) return
    await whileFrozen(run, async () => {
      // It was paused or ended in between: its own silence is not ours to end.
      for (const stream of streams) await this.#drain(stream, null, false, true)
      await this.#cut()
    })
  }

  /** Reads to the end, or while running until it is time to cut. */
  async #drain(stream: Stream, at: string | null, final: boolean, frozen = false): Promise<void> {
    const handle = this.#handles.get(stream)
    if (!handle) return
    for (;;) {
      await this.#skip(stream, (await handle.stat()).size)
      const position = this.#position(stream)
      const { bytesRead } = await handle.read(this.#buffer, 0, chunkBytes, position)
      const data = Buffer.concat([this.#rest[stream], this.#buffer.subarray(0, bytesRead)])
      const last = bytesRead === 0
      const { bytes, consumed } = stamp(data, stream, at ?? new Date().toISOString(), last && final)
      if (bytes.length > 0) await this.#append(bytes)
      this.#consumed[stream] += consumed
      this.#rest[stream] = Buffer.from(data.subarray(consumed))
      if (last || (!frozen && this.#run !== null && position > this.#rawLimit)) return
    }
  }

  /** More than the whole log can hold: only the last part could stay, so only that is read. */
  async #skip(stream: Stream, size: number): Promise<void> {
    const backlog = size - this.#position(stream)
    if (backlog <= this.#limits.maxBytes * (this.#limits.files + 1)) return
    const dropped = size - this.#limits.maxBytes - this.#consumed[stream]
    this.#consumed[stream] += dropped
    this.#rest[stream] = Buffer.alloc(0)
    await this.#append(
      systemLine(new Date().toISOString(), `${dropped} bytes of output were dropped: more than the log may hold`),
    )
    await this.#files.mark(this.#consumed)
  }

  /** Empties both files but for a line that is not whole yet. */
  async #cut(): Promise<void> {
    for (const stream of streams) {
      const handle = this.#handles.get(stream)
      await handle?.truncate(0)
      if (this.#rest[stream].length > 0) await handle?.appendFile(this.#rest[stream])
      this.#consumed[stream] = 0
    }
    await this.#files.mark(this.#consumed)
  }
}
