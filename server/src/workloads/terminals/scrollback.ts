const firstBytes = 16_384
/** A cut falls into a line, maybe into a colour or a letter: the next line is a clean start, if it is not far. */
const lookBytes = 4_096
const newline = 10

/** The last bytes of an output that has no end, each with its place in the whole. */
export class Scrollback {
  readonly #maxBytes: number
  #ring = Buffer.alloc(0)
  #end = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How many bytes there were in all: the place of the next one. */
  get end(): number {
    return this.#end
  }
  /** The place of the oldest byte that is kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#ring.length)
  }

  push(data: Uint8Array): void {
    if (data.length === 0) return
    this.#grow(Math.min(this.#maxBytes, this.#end + data.length))
    const size = this.#ring.length
    const kept = data.length > size ? data.subarray(data.length - size) : data
    const at = (this.#end + data.length - kept.length) % size
    const first = Math.min(kept.length, size - at)
    this.#ring.set(kept.subarray(0, first), at)
    this.#ring.set(kept.subarray(first), 0)
    this.#end += data.length
  }

  /** What came after the first `after` bytes; where those are gone, or for null, what is kept from the next line on. */
  since(after: number | null): { readonly offset: number; readonly data: Buffer } {
    const { start } = this
    if (after !== null && after >= start && after <= this.#end) return { offset: after, data: this.#from(after) }
    const all = this.#from(start)
    const line = start === 0 ? -1 : all.subarray(0, lookBytes).indexOf(newline)
    return { offset: start + line + 1, data: all.subarray(line + 1) }
  }

  #from(offset: number): Buffer {
    const size = this.#ring.length
    if (offset === this.#end) return Buffer.alloc(0)
    const [from, to] = [offset % size, this.#end % size]
    return from < to
      ? Buffer.from(this.#ring.subarray(from, to))
      : Buffer.concat([this.#ring.subarray(from), this.#ring.subarray(0, to)])
  }

  /** Until it is full it has not wrapped, so its bytes stay where they are. */
  #grow(wanted: number): void {
    if (wanted <= this.#ring.length) return
    const size = Math.min(this.#maxBytes, Math.max(firstBytes, wanted, this.#ring.length * 2))
    const larger = Buffer.alloc(size)
    larger.set(this.#ring)
    this.#ring = larger
  }
}
