import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type BlockHead, decodedHeads, encodedHead, headOf, lastSeqOf, packed, unpacked } from './block.ts'
import type { Lines } from './lines.ts'

/** Where a segment is and what it spans; enough to choose whether to open it. Times are epoch microseconds. */
export interface SegmentSpan {
  readonly stream: number
  readonly path: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly from: number
  readonly to: number
  readonly bytes: number
}

const dataOf = (path: string): string => `${path}.data`
const indexOf = (path: string): string => `${path}.index`

/** Later blocks stand for those of the same lines before them: a small block is written anew with what came after it. */
export function standing(heads: readonly BlockHead[]): BlockHead[] {
  const kept: BlockHead[] = []
  for (const head of heads) {
    while (kept.length > 0 && kept.at(-1)!.firstSeq >= head.firstSeq) kept.pop()
    kept.push(head)
  }
  return kept
}

/** The heads of a segment, or none where it has been removed meanwhile. */
export function readHeads(path: string): { heads: BlockHead[]; whole: number; broken: number } {
  try {
    return decodedHeads(readFileSync(indexOf(path)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { heads: [], whole: 0, broken: 0 }
    throw error
  }
}

/** The bytes of a block, or null where they are gone or are not what was written. */
export function readBlock(file: number, head: BlockHead): Buffer | null {
  const bytes = Buffer.allocUnsafe(head.bytes)
  const read = readSync(file, bytes, 0, head.bytes, head.offset)
  return read === head.bytes && crc32(bytes) === head.crc ? bytes : null
}

/** Opens the data of a segment to read blocks from; null where it has been removed meanwhile. */
export function openData(path: string): number | null {
  try {
    return openSync(dataOf(path), 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export const removeSegment = (path: string): void => {
  rmSync(dataOf(path), { force: true })
  rmSync(indexOf(path), { force: true })
}

/** The one segment of a stream that is being written: two files, the blocks and their heads. Not safe for two writers. */
export class Segment {
  readonly stream: number
  readonly path: string
  #data: number
  #index: number
  #dataBytes = 0
  #indexBytes = 0
  #heads: BlockHead[] = []
  #dirty = false

  /** Opens or makes it. What a crash tore off the end is cut away. */
  constructor(stream: number, path: string) {
    this.stream = stream
    this.path = path
    this.#data = openSync(dataOf(path), 'a+', 0o600)
    this.#index = openSync(indexOf(path), 'a+', 0o600)
    const { heads, whole } = readHeads(path)
    ftruncateSync(this.#index, whole)
    this.#indexBytes = whole
    this.#dataBytes = heads.reduce((end, { offset, bytes }) => Math.max(end, offset + bytes), 0)
    ftruncateSync(this.#data, this.#dataBytes)
    this.#heads = standing(heads)
  }

  get bytes(): number {
    return this.#dataBytes + this.#indexBytes
  }
  get heads(): readonly BlockHead[] {
    return this.#heads
  }
  get last(): BlockHead | null {
    return this.#heads.at(-1) ?? null
  }

  /** Appends a block. Throws what the disk says; what stood before stands then. */
  append(lines: Lines, firstSeq: number): void {
    const data = packed(lines)
    const head = headOf(lines, firstSeq, data, this.#dataBytes)
    this.#put(data, head)
  }

  #put(data: Buffer, head: BlockHead): void {
    const encoded = encodedHead(head)
    try {
      writeAll(this.#data, data)
      writeAll(this.#index, encoded)
    } catch (error) {
      ftruncateSync(this.#data, this.#dataBytes)
      ftruncateSync(this.#index, this.#indexBytes)
      throw error
    }
    this.#dataBytes += data.length
    this.#indexBytes += encoded.length
    this.#heads = standing([...this.#heads, head])
    this.#dirty = true
  }

  /** The lines of its last block, to be written anew with more. Null where they cannot be read. */
  reopenLast(): Lines | null {
    const { last } = this
    if (last === null) return null
    const bytes = readBlock(this.#data, last)
    return bytes === null ? null : unpacked(bytes, last.count)
  }

  /** Bytes of blocks that a later one stands for. */
  get deadBytes(): number {
    return this.#dataBytes - this.#heads.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Takes the standing blocks of another segment over as they are. */
  copyFrom(path: string): void {
    const file = openData(path)
    if (file === null) return
    try {
      for (const head of standing(readHeads(path).heads)) {
        const bytes = readBlock(file, head)
        if (bytes !== null) this.#put(bytes, { ...head, offset: this.#dataBytes })
      }
    } finally {
      closeSync(file)
    }
  }

  span(): SegmentSpan {
    return {
      stream: this.stream,
      path: this.path,
      firstSeq: this.#heads[0]?.firstSeq ?? 0,
      lastSeq: this.last === null ? 0 : lastSeqOf(this.last),
      from: this.#heads.reduce((first, { from }) => Math.min(first, from), Infinity),
      to: this.#heads.reduce((last, { to }) => Math.max(last, to), -Infinity),
      bytes: this.bytes,
    }
  }

  sync(): void {
    if (!this.#dirty) return
    fdatasyncSync(this.#data)
    fdatasyncSync(this.#index)
    this.#dirty = false
  }

  close(): void {
    closeSync(this.#data)
    closeSync(this.#index)
  }
}

/** Node writes what fits; the rest is up to us. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
}
