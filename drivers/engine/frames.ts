/** One piece of output. Without a TTY the engine keeps stdout and stderr apart. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Buffer
}

const headerBytes = 8

/**
 * Takes apart a multiplexed stream of the Engine API: 8 bytes (stream, 0, 0, 0, length as big-endian uint32), then the
 * payload. Chunks may be cut anywhere; what has come of a frame is passed on at once.
 */
export class Demultiplexer {
  #header = Buffer.alloc(0)
  #stream: Frame['stream'] = 'stdout'
  #missing = 0

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    while (rest.length > 0) {
      if (this.#missing === 0) {
        rest = this.#readHeader(rest)
        continue
      }
      const data = rest.subarray(0, this.#missing)
      rest = rest.subarray(data.length)
      this.#missing -= data.length
      frames.push({ stream: this.#stream, data })
    }
    return frames
  }

  #readHeader(rest: Buffer): Buffer {
    const wanted = headerBytes - this.#header.length
    this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)])
    if (this.#header.length === headerBytes) {
      this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout'
      this.#missing = this.#header.readUInt32BE(4)
      this.#header = Buffer.alloc(0)
    }
    return rest.subarray(Math.min(wanted, rest.length))
  }
}
