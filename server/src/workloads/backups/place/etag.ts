import { createHash, type Hash } from 'node:crypto'

/** The ETag that a storage gives an object sent in pieces of `partBytes`: it tells whether all bytes arrived, without reading back. */
export class ExpectedEtag {
  readonly #partBytes: number
  readonly #done: Buffer[] = []
  #current: Hash = createHash('md5')
  #filled = 0

  constructor(partBytes: number) {
    this.#partBytes = partBytes
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      // A full piece is closed by the byte after it: the last piece may be just full.
      if (this.#filled === this.#partBytes) this.#close()
      const piece = chunk.subarray(at, at + this.#partBytes - this.#filled)
      this.#current.update(piece)
      this.#filled += piece.length
      at += piece.length
    }
  }

  /** Call once, after the last byte. */
  matches(etag: string): boolean {
    this.#close()
    const [only] = this.#done
    const bare = etag.replaceAll('"', '')
    if (this.#done.length === 1 && only && !bare.includes('-')) return bare === only.toString('hex')
    return bare === `${createHash('md5').update(Buffer.concat(this.#done)).digest('hex')}-${this.#done.length}`
  }

  #close(): void {
    this.#done.push(this.#current.digest())
    this.#current = createHash('md5')
    this.#filled = 0
  }
}
