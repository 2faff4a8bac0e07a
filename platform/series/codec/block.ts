import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader, ByteWriter } from './bytes.ts'
import { readColumn, writeColumn } from './column.ts'

/** Columns of one series key each, of entities next to each other, compressed together: what is read and checked as one. */
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
/** About this many points are compressed together: fewer compress worse, more cost one who wants a single series. */
const pointsPerBlock = 32_768
export const columnsPerBlock = (points: number): number =>
  Math.min(1024, Math.max(16, Math.ceil(pointsPerBlock / Math.max(1, points))))

export interface PackedBlock {
  readonly bytes: Uint8Array
  readonly crc: number
  readonly firstEntity: number
  readonly lastEntity: number
}

/** Gathers columns and makes blocks of them. Entities must come in rising order. */
export class BlockWriter {
  readonly #points: number
  readonly #columns = new ByteWriter()
  readonly #whole = new ByteWriter()
  #entities: number[] = []
  #ends: number[] = []

  constructor(points: number) {
    this.#points = points
  }

  /** Takes a column; one of gaps alone is left out. Answers whether the block is full. */
  add(entity: number, values: Float64Array): boolean {
    if (writeColumn(this.#columns, values, this.#points)) {
      this.#entities.push(entity)
      this.#ends.push(this.#columns.length)
    }
    return this.#entities.length >= columnsPerBlock(this.#points)
  }

  /** The block of what was added since the last one; null where that is nothing. */
  done(): PackedBlock | null {
    const entities = this.#entities
    if (entities.length === 0) return null
    const whole = this.#whole
    whole.clear()
    whole.reserve(16 + entities.length * 18)
    whole.unsigned(entities.length)
    let before = 0
    for (const entity of entities) {
      whole.unsigned(entity - before)
      before = entity
    }
    before = 0
    for (const end of this.#ends) {
      whole.unsigned(end - before)
      before = end
    }
    whole.append(this.#columns.done())
    const bytes = zstdCompressSync(whole.done(), zstd)
    this.#columns.clear()
    this.#entities = []
    this.#ends = []
    return { bytes, crc: crc32(bytes), firstEntity: entities[0]!, lastEntity: entities.at(-1)! }
  }
}

/**
 * The columns of a block for entities that are wanted. `values` is written over for the next one. Throws a RangeError or what zstd
 * throws where the bytes are not a block.
 */
export function* columnsOf(
  bytes: Uint8Array,
  points: number,
  isWanted: (entity: number) => boolean,
): Generator<{ entity: number; values: Float64Array }> {
  const reader = new ByteReader(zstdDecompressSync(bytes))
  const count = reader.unsigned()
  const entities = new Float64Array(count)
  let entity = 0
  for (let at = 0; at < count; at++) entities[at] = entity += reader.unsigned()
  const lengths = new Float64Array(count)
  for (let at = 0; at < count; at++) lengths[at] = reader.unsigned()
  const values = new Float64Array(points)
  for (let at = 0; at < count; at++) {
    const end = reader.at + lengths[at]!
    if (isWanted(entities[at]!)) {
      readColumn(reader, values, points)
      if (reader.at !== end) throw new RangeError('A column has another length than is told')
      yield { entity: entities[at]!, values }
    }
    reader.at = end
  }
}
