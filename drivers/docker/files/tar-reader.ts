import { applyPax, blockBytes, isExtension, readHeader, readPax, type TarHeader } from './tar-header.ts'

/** Extensions hold names and numbers; one that is longer is no honest one. */
const maxExtensionBytes = 1_048_576

/**
 * Takes the bytes of a tar as they come, however they are cut, and tells each entry and its content. Nothing is kept but the block
 * in hand. `entry` and `data` may throw: what they throw ends the reading. Throws an `Error` for what is no tar, or ends too early.
 */
export class TarReader {
  readonly #entry: (header: TarHeader) => void
  readonly #data: (chunk: Uint8Array) => void
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of content still to come, and of the padding behind it. */
  #left = 0
  #padding = 0
  #extension: { readonly flag: string; readonly chunks: Buffer[] } | null = null
  #pax: ReadonlyMap<string, string> = new Map()
  #ended = false
  #any = false

  constructor(entry: (header: TarHeader) => void, data: (chunk: Uint8Array) => void = () => undefined) {
    this.#entry = entry
    this.#data = data
  }

  push(chunk: Uint8Array): void {
    let bytes = this.#rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : null
    bytes ??= Buffer.concat([this.#rest, chunk])
    while (bytes.length > 0 && !this.#ended) {
      if (this.#left > 0) {
        const content = bytes.subarray(0, this.#left)
        this.#take(content)
        this.#left -= content.length
        bytes = bytes.subarray(content.length)
        if (this.#left === 0) this.#settle()
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, bytes.length)
        this.#padding -= skipped
        bytes = bytes.subarray(skipped)
      } else {
        if (bytes.length < blockBytes) break
        this.#header(bytes.subarray(0, blockBytes))
        bytes = bytes.subarray(blockBytes)
      }
    }
    this.#rest = this.#ended ? Buffer.alloc(0) : Buffer.from(bytes)
  }

  /** Call at the end of the bytes. */
  end(): void {
    if (this.#ended) return
    if (!this.#any || this.#left > 0 || this.#rest.length > 0) throw new Error('the tar ends in the middle')
  }

  #header(block: Buffer): void {
    const read = readHeader(block)
    if (!read) {
      this.#ended = true
      return
    }
    this.#any = true
    const { flag } = read
    if (isExtension(flag)) {
      if (read.header.sizeBytes > maxExtensionBytes) throw new Error('a header of the tar is too long')
      this.#extension = { flag, chunks: [] }
      this.#expect(read.header.sizeBytes)
      return
    }
    const header = applyPax(read.header, this.#pax)
    this.#pax = new Map()
    this.#entry(header)
    this.#expect(header.sizeBytes)
  }

  #expect(sizeBytes: number): void {
    this.#left = sizeBytes
    this.#padding = (blockBytes - (sizeBytes % blockBytes)) % blockBytes
    if (sizeBytes === 0) this.#settle()
  }

  #take(content: Buffer): void {
    if (this.#extension) this.#extension.chunks.push(Buffer.from(content))
    else this.#data(content)
  }

  #settle(): void {
    if (!this.#extension) return
    const { flag, chunks } = this.#extension
    this.#extension = null
    const data = Buffer.concat(chunks)
    if (flag === 'x') {
      this.#pax = new Map([...this.#pax, ...readPax(data)])
      // Its name and size stand elsewhere then, where other readers look and this one does not.
      if ([...this.#pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) throw new Error('it holds a sparse file')
    }
    const name = (): string => data.toString('utf8').replace(/\0.*$/s, '')
    if (flag === 'L') this.#pax = new Map([...this.#pax, ['path', name()]])
    if (flag === 'K') this.#pax = new Map([...this.#pax, ['linkpath', name()]])
  }
}
