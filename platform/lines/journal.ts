import { closeSync, fdatasyncSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'
import type { Lines } from './lines.ts'
import { writeAll } from './segment.ts'

/** Lines of one stream, before they are part of a block. */
export interface Entry {
  readonly stream: number
  readonly firstSeq: number
  readonly lines: Lines
}

const magic = 0x4a4c4857 // WHLJ
const headBytes = 32
/** As a name sorts, so it was written. */
const nameOf = (number: number): string => `${String(number).padStart(12, '0')}.journal`
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** magic, length of what follows the checksum, its checksum, stream, count, first seq, length of the text; then the frame. */
function encoded({ stream, firstSeq, lines }: Entry): Buffer[] {
  const { at, marks, text } = lines
  const frame = zstdCompressSync(
    Buffer.concat([new Uint8Array(at.buffer, at.byteOffset, at.byteLength), marks, text]),
    fast,
  )
  const head = Buffer.alloc(headBytes)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(headBytes - 12 + frame.length, 4)
  head.writeUInt32LE(stream, 12)
  head.writeUInt32LE(at.length, 16)
  head.writeDoubleLE(firstSeq, 20)
  head.writeUInt32LE(text.length, 28)
  head.writeUInt32LE(crc32(frame, crc32(head.subarray(12))), 8)
  return [head, frame]
}

function* decoded(buffer: Buffer): Generator<Entry> {
  for (let start = 0; start + headBytes <= buffer.length;) {
    const end = start + 12 + buffer.readUInt32LE(start + 4)
    if (buffer.readUInt32LE(start) !== magic || end > buffer.length) return
    if (crc32(buffer.subarray(start + 12, end)) !== buffer.readUInt32LE(start + 8)) return
    const count = buffer.readUInt32LE(start + 16)
    const raw = zstdDecompressSync(buffer.subarray(start + headBytes, end))
    // A copy of its own: the columns must be aligned.
    const at = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + count * 8))
    const marks = new Uint8Array(raw.subarray(count * 8, count * 9))
    yield {
      stream: buffer.readUInt32LE(start + 12),
      firstSeq: buffer.readDoubleLE(start + 20),
      lines: { at, marks, text: raw.subarray(count * 9) },
    }
    start = end
  }
}

interface JournalFile {
  readonly number: number
  readonly path: string
  bytes: number
  /** The last line of each stream in it. */
  readonly last: Map<number, number>
}

/** Where lines are written down first, in files that go as soon as all their lines stand in blocks. */
export class Journal {
  readonly #folder: string
  readonly #fileBytes: number
  #files: JournalFile[] = []
  #open: number | null = null
  #dirty = false

  constructor(folder: string, fileBytes: number) {
    this.#folder = folder
    this.#fileBytes = fileBytes
  }

  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  get fileCount(): number {
    return this.#files.length
  }

  /** Everything that was written down, in its order. To be read through before the first `append`. */
  *replay(): Generator<Entry> {
    for (const name of readdirSync(this.#folder)
      .filter((one) => one.endsWith('.journal'))
      .sort()) {
      const path = join(this.#folder, name)
      const buffer = readFileSync(path)
      const file: JournalFile = { number: Number.parseInt(name, 10), path, bytes: buffer.length, last: new Map() }
      this.#files.push(file)
      for (const entry of decoded(buffer)) {
        file.last.set(entry.stream, entry.firstSeq + entry.lines.at.length - 1)
        yield entry
      }
    }
  }

  /** Writes entries down; they outlive this process from then on, and the machine after `sync`. Throws what the disk says. */
  append(entries: readonly Entry[]): void {
    const bytes = Buffer.concat(entries.flatMap(encoded))
    let file = this.#files.at(-1)
    if (this.#open === null || file === undefined || file.bytes >= this.#fileBytes) file = this.#begin()
    try {
      writeAll(this.#open!, bytes)
    } catch (error) {
      ftruncateSync(this.#open!, file.bytes)
      throw error
    }
    file.bytes += bytes.length
    for (const { stream, firstSeq, lines } of entries) file.last.set(stream, firstSeq + lines.at.length - 1)
    this.#dirty = true
  }

  sync(): void {
    if (!this.#dirty || this.#open === null) return
    fdatasyncSync(this.#open)
    this.#dirty = false
  }

  /** The streams that keep the oldest file from going. */
  holders(isSealed: (stream: number, seq: number) => boolean): number[] {
    const [oldest] = this.#files
    return oldest === undefined
      ? []
      : [...oldest.last].filter(([stream, seq]) => !isSealed(stream, seq)).map(([stream]) => stream)
  }

  /** Removes the files whose lines all stand in blocks; `before` sees to it that these outlive a crash of the machine. */
  release(isSealed: (stream: number, seq: number) => boolean, before: (streams: Iterable<number>) => void): void {
    while (this.#files.length > 0) {
      const [oldest] = this.#files
      if ([...oldest!.last].some(([stream, seq]) => !isSealed(stream, seq))) return
      before(oldest!.last.keys())
      if (this.#files.length === 1) this.#end()
      rmSync(oldest!.path, { force: true })
      this.#files.shift()
    }
  }

  close(): void {
    this.sync()
    this.#end()
  }

  #begin(): JournalFile {
    const number = (this.#files.at(-1)?.number ?? 0) + 1
    const path = join(this.#folder, nameOf(number))
    this.sync()
    const opened = openSync(path, 'a', 0o600)
    this.#end()
    this.#open = opened
    const file: JournalFile = { number, path, bytes: 0, last: new Map() }
    this.#files.push(file)
    return file
  }

  #end(): void {
    if (this.#open !== null) closeSync(this.#open)
    this.#open = null
  }
}
