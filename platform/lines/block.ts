import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { bitsPerWord, bloomOf } from './bloom.ts'
import { levelsOf, type Lines } from './lines.ts'
import { lineLevels } from './marks.ts'
import { VarintReader, VarintWriter } from './varint.ts'
import { eachWord, WordSet } from './words.ts'

/** What is known of a block without opening it. Times are epoch microseconds, `counts` are lines by level. */
export interface BlockHead {
  readonly firstSeq: number
  readonly count: number
  readonly from: number
  readonly to: number
  readonly rawBytes: number
  readonly offset: number
  readonly bytes: number
  readonly crc: number
  readonly counts: Uint32Array
  readonly bloom: Uint8Array
}
export const lastSeqOf = ({ firstSeq, count }: Pick<BlockHead, 'firstSeq' | 'count'>): number => firstSeq + count - 1

const magic = 0x4b4c4257 // WBLK
const fixed = 4 + 4 + 4 + 8 + 4 + 8 + 8 + 4 + 8 + 4 + 4 + 4 * lineLevels + 4
const words = new WordSet()
const addWord = (hash: number): void => words.add(hash)
const level = (n: number) => ({ params: { [constants.ZSTD_c_compressionLevel]: n } })

/** The bytes of a block: the length of its columns, then columns and text, each compressed with zstd. */
export function packed(lines: Lines): Buffer {
  const columns = new VarintWriter(lines.at.length * 3)
  let before = 0
  for (const at of lines.at) {
    columns.signed(at - before)
    before = at
  }
  const times = columns.done()
  const frame = zstdCompressSync(Buffer.concat([times, lines.marks]), level(1))
  const text = zstdCompressSync(lines.text, level(3))
  const head = Buffer.alloc(8)
  head.writeUInt32LE(frame.length, 0)
  head.writeUInt32LE(times.length, 4)
  return Buffer.concat([head, frame, text])
}

/** Throws a RangeError when the bytes are not a block of that many lines. */
export function unpacked(bytes: Buffer, count: number): Lines {
  const columns = unpackedColumns(bytes, count)
  return { ...columns, text: zstdDecompressSync(bytes.subarray(8 + bytes.readUInt32LE(0))) }
}

export function unpackedColumns(bytes: Buffer, count: number): Pick<Lines, 'at' | 'marks'> {
  const frame = zstdDecompressSync(bytes.subarray(8, 8 + bytes.readUInt32LE(0)))
  const times = bytes.readUInt32LE(4)
  const reader = new VarintReader(frame.subarray(0, times))
  const at = new Float64Array(count)
  let before = 0
  for (let index = 0; index < count; index++) at[index] = before += reader.signed()
  const marks = frame.subarray(times)
  if (marks.length !== count) throw new RangeError('A block has other lines than its head tells')
  return { at, marks }
}

/** The head of a block that stands at `offset` of its data file. It has no filter where that would not be worth its bytes. */
export function headOf(lines: Lines, firstSeq: number, data: Buffer, offset: number): BlockHead {
  words.clear()
  eachWord(lines.text, addWord)
  let from = Infinity
  let to = -Infinity
  for (const at of lines.at) {
    if (at < from) from = at
    if (at > to) to = at
  }
  return {
    firstSeq,
    count: lines.at.length,
    from,
    to,
    rawBytes: lines.text.length,
    offset,
    bytes: data.length,
    crc: crc32(data),
    counts: levelsOf(lines.marks),
    bloom: words.size * bitsPerWord > data.length * 4 ? new Uint8Array(0) : bloomOf(words),
  }
}

/** A head as it stands in an index file, with a checksum of its own. */
export function encodedHead(head: BlockHead): Buffer {
  const buffer = Buffer.alloc(fixed + head.bloom.length)
  let at = buffer.writeUInt32LE(magic, 0)
  at = buffer.writeUInt32LE(buffer.length, at)
  at += 4
  at = buffer.writeDoubleLE(head.firstSeq, at)
  at = buffer.writeUInt32LE(head.count, at)
  at = buffer.writeDoubleLE(head.from, at)
  at = buffer.writeDoubleLE(head.to, at)
  at = buffer.writeUInt32LE(head.rawBytes, at)
  at = buffer.writeDoubleLE(head.offset, at)
  at = buffer.writeUInt32LE(head.bytes, at)
  at = buffer.writeUInt32LE(head.crc, at)
  for (const count of head.counts) at = buffer.writeUInt32LE(count, at)
  at = buffer.writeUInt32LE(head.bloom.length, at)
  buffer.set(head.bloom, at)
  buffer.writeUInt32LE(crc32(buffer.subarray(12)), 8)
  return buffer
}

const magicBytes = Buffer.alloc(4)
magicBytes.writeUInt32LE(magic)

function decodedHead(buffer: Buffer, start: number): { head: BlockHead; length: number } | null {
  if (start + fixed > buffer.length || buffer.readUInt32LE(start) !== magic) return null
  const length = buffer.readUInt32LE(start + 4)
  if (length < fixed || start + length > buffer.length) return null
  const record = buffer.subarray(start, start + length)
  if (crc32(record.subarray(12)) !== record.readUInt32LE(8)) return null
  const counts = new Uint32Array(lineLevels)
  for (let index = 0; index < lineLevels; index++) counts[index] = record.readUInt32LE(60 + 4 * index)
  const head: BlockHead = {
    firstSeq: record.readDoubleLE(12),
    count: record.readUInt32LE(20),
    from: record.readDoubleLE(24),
    to: record.readDoubleLE(32),
    rawBytes: record.readUInt32LE(40),
    offset: record.readDoubleLE(44),
    bytes: record.readUInt32LE(52),
    crc: record.readUInt32LE(56),
    counts,
    bloom: record.subarray(fixed),
  }
  return { head, length }
}

/**
 * The heads of an index file. `whole` is where the last good one ends: what comes after it was torn by a crash. `broken` counts the
 * places in between that are not what was written.
 */
export function decodedHeads(buffer: Buffer): { heads: BlockHead[]; whole: number; broken: number } {
  const heads: BlockHead[] = []
  let whole = 0
  let broken = 0
  for (let start = 0; start < buffer.length;) {
    const found = decodedHead(buffer, start)
    if (found === null) {
      start = buffer.indexOf(magicBytes, start + 1)
      if (start < 0) break
      continue
    }
    if (start !== whole) broken++
    heads.push(found.head)
    whole = start += found.length
  }
  return { heads, whole, broken }
}
