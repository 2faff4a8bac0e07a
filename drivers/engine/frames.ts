/** One piece of output. Without a TTY the engine keeps stdout and stderr apart. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr'
  readonly data: Buffer
}

const headerBytes = 8
const nothing = Buffer.alloc(0)

/**
 * Takes apart a multiplexed stream of the Engine API: 8 bytes (stream, 0, 0, 0, length as big-endian uint32), then the
 * payload. Chunks may be cut anywhere; what has come of a frame is passed on at once.
 */
export class Demultiplexer {
  #header: Buffer = nothing
  #stream: Frame['stream'] = 'stdout'
  #missing = 0

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    const all = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < all.length;) {
      if (this.#missing === 0) {
        at = this.#readHeader(all, at)
        continue
      }
      const data = all.subarray(at, at + this.#missing)
      at += data.length
      this.#missing -= data.length
      frames.push({ stream: this.#stream, data })
    }
    return frames
  }

  /** Where it goes on behind the header, or behind what there is of it. */
  #readHeader(all: Buffer, at: number): number {
    const wanted = headerBytes - this.#header.length
    if (wanted === headerBytes && all.length - at >= headerBytes) {
      this.#begin(all, at)
      return at + headerBytes
    }
    this.#header = Buffer.concat([this.#header, all.subarray(at, at + wanted)])
    if (this.#header.length === headerBytes) {
      this.#begin(this.#header, 0)
      this.#header = nothing
    }
    return Math.min(at + wanted, all.length)
  }

  #begin(header: Buffer, at: number): void {
    this.#stream = header[at] === 2 ? 'stderr' : 'stdout'
    this.#missing = header.readUInt32BE(at + 4)
  }
}
