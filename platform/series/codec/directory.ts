import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader, ByteWriter } from './bytes.ts'

/** Where a block stands in a window: columns of one key, of entities from the first to the last. */
export interface BlockPlace {
  readonly key: number
  readonly firstEntity: number
  readonly lastEntity: number
  readonly offset: number
  readonly length: number
  readonly crc: number
}

/** What a window holds: when its points were, in the order they came (epoch ms), and its blocks by key, then by entity. */
export interface Directory {
  readonly times: Float64Array
  readonly blocks: readonly BlockPlace[]
}

const magic = 0x57534857 // WHSW
/** At the end of a window: the length of its directory, that one's checksum, the magic number. */
export const footBytes = 12

/** The last piece of a window: its directory, then its foot. Blocks must stand one after the other from 0 on. */
export function encodedDirectory({ times, blocks }: Directory): Uint8Array {
  const writer = new ByteWriter()
  writer.reserve(32 + times.length * 9 + blocks.length * 45)
  writer.unsigned(times.length)
  let before = 0
  for (const time of times) {
    writer.signed(time - before)
    before = time
  }
  writer.unsigned(blocks.length)
  before = 0
  for (const { key, firstEntity, lastEntity, length, crc } of blocks) {
    writer.unsigned(key - before)
    writer.unsigned(firstEntity)
    writer.unsigned(lastEntity - firstEntity)
    writer.unsigned(length)
    writer.unsigned(crc)
    before = key
  }
  const packed = zstdCompressSync(writer.done())
  const foot = Buffer.alloc(footBytes)
  foot.writeUInt32LE(packed.length, 0)
  foot.writeUInt32LE(crc32(packed), 4)
  foot.writeUInt32LE(magic, 8)
  return Buffer.concat([packed, foot])
}

/** How long the directory before a foot is; null where it is no foot. */
export function directoryLength(foot: Uint8Array, windowBytes: number): number | null {
  const view = new DataView(foot.buffer, foot.byteOffset, foot.byteLength)
  if (foot.length !== footBytes || view.getUint32(8, true) !== magic) return null
  const length = view.getUint32(0, true)
  return length + footBytes > windowBytes ? null : length
}

/** The directory of bytes that are its and its foot's. Null where they are not what was written. */
export function decodedDirectory(bytes: Uint8Array): Directory | null {
  const packed = bytes.subarray(0, bytes.length - footBytes)
  const foot = new DataView(bytes.buffer, bytes.byteOffset + packed.length, footBytes)
  if (crc32(packed) !== foot.getUint32(4, true)) return null
  const reader = new ByteReader(zstdDecompressSync(packed))
  const times = new Float64Array(reader.unsigned())
  let before = 0
  for (let at = 0; at < times.length; at++) times[at] = before += reader.signed()
  const blocks: BlockPlace[] = []
  let key = 0
  let offset = 0
  for (let left = reader.unsigned(); left > 0; left--) {
    key += reader.unsigned()
    const firstEntity = reader.unsigned()
    const lastEntity = firstEntity + reader.unsigned()
    const length = reader.unsigned()
    blocks.push({ key, firstEntity, lastEntity, offset, length, crc: reader.unsigned() })
    offset += length
  }
  return { times, blocks }
}
