import { BlockWriter, type PackedBlock } from '../codec/block.ts'
import { type BlockPlace, encodedDirectory } from '../codec/directory.ts'

/** Puts the pieces of a window together: blocks, then its directory. Keys must come rising, and entities within each. */
export class WindowWriter {
  readonly #times: Float64Array
  readonly #writer: BlockWriter
  readonly #blocks: BlockPlace[] = []
  #offset = 0

  constructor(times: Float64Array) {
    this.#times = times
    this.#writer = new BlockWriter(times.length)
  }

  /** Answers a piece whenever a block has become full. */
  *add(key: number, entity: number, values: Float64Array): Generator<Uint8Array> {
    if (this.#writer.add(entity, values)) yield* this.endKey(key)
  }

  /** To be called after the last column of a key. */
  *endKey(key: number): Generator<Uint8Array> {
    const block = this.#writer.done()
    if (block !== null) yield this.#place(key, block)
  }

  #place(key: number, { bytes, ...block }: PackedBlock): Uint8Array {
    this.#blocks.push({ key, ...block, offset: this.#offset, length: bytes.length })
    this.#offset += bytes.length
    return bytes
  }

  end(): Uint8Array {
    return encodedDirectory({ times: this.#times, blocks: this.#blocks })
  }
}
