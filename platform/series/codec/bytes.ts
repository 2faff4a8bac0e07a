/** Bytes that grow as they are written. Whole numbers take as few as they need: seven bits each, lowest first. */
export class ByteWriter {
  #bytes = new Uint8Array(65_536)
  #view = new DataView(this.#bytes.buffer)
  length = 0

  clear(): void {
    this.length = 0
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more))
    wider.set(this.#bytes.subarray(0, this.length))
    this.#bytes = wider
    this.#view = new DataView(wider.buffer)
  }

  /** Room must be reserved: one byte. */
  byte(value: number): void {
    this.#bytes[this.length++] = value
  }

  /** Room must be reserved, nine bytes: from 0 to 2^53. */
  unsigned(value: number): void {
    let rest = value
    while (rest >= 0x1000_0000) {
      this.#bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.length++] = rest
  }

  /** Room must be reserved, nine bytes: from -2^52 to 2^52; small ones of either sign stay small. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** Room must be reserved, nine bytes each: the differences of whole numbers, signed, the first from zero. */
  differences(values: Float64Array, count: number): void {
    const bytes = this.#bytes
    let to = this.length
    let before = 0
    for (let at = 0; at < count; at++) {
      const value = values[at]!
      const difference = value - before
      before = value
      if (difference < 0x3fff_ffff && difference > -0x3fff_ffff) {
        let rest = difference < 0 ? -difference * 2 - 1 : difference * 2
        for (; rest >= 0x80; rest >>>= 7) bytes[to++] = (rest & 0x7f) | 0x80
        bytes[to++] = rest
      } else {
        this.length = to
        this.signed(difference)
        to = this.length
      }
    }
    this.length = to
  }

  /** Room must be reserved: eight bytes. */
  float(value: number): void {
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** What was written, until it is written to or cleared again. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }
}

/** Throws a RangeError at the end of its bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    const value = this.#bytes[this.at++]
    if (value === undefined) throw new RangeError('A number is cut off')
    return value
  }

  unsigned(): number {
    let byte = this.byte()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let scale = 0x80
    do {
      byte = this.byte()
      value += (byte & 0x7f) * scale
      scale *= 0x80
    } while (byte >= 0x80)
    return value
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** What `differences` wrote, each divided by `scale`. */
  sums(into: Float64Array, count: number, scale: number): void {
    const bytes = this.#bytes
    let from = this.at
    let sum = 0
    for (let at = 0; at < count; at++) {
      const byte = bytes[from]!
      if (byte < 0x80) {
        from++
        sum += (byte & 1) === 0 ? byte >>> 1 : -(byte >>> 1) - 1
      } else {
        this.at = from
        sum += this.signed()
        from = this.at
      }
      into[at] = sum
    }
    this.at = from
    if (scale !== 1) for (let at = 0; at < count; at++) into[at]! /= scale
  }

  float(): number {
    const value = this.#view.getFloat64(this.at, true)
    this.at += 8
    return value
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new RangeError('A piece is cut off')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
