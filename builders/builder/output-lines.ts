import { StringDecoder } from 'node:string_decoder'
import type { Mask } from './mask-values.ts'

const LONGEST_BYTES = 8192

/**
 * Makes lines of what a program prints, in pieces cut anywhere. A line over 8 kB is cut and says so; a bar that redraws itself
 * with carriage returns counts as what it shows last. Values are masked before the cut, so that no part of one is left.
 */
export class OutputLines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #mask: Mask
  readonly #tell: (line: string) => void
  readonly #room: number
  #line = ''
  #cut = false

  constructor(mask: Mask, tell: (line: string) => void) {
    this.#mask = mask
    this.#tell = tell
    this.#room = LONGEST_BYTES + mask.longest
  }

  push(chunk: Uint8Array): void {
    this.#add(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)))
  }

  /** What stands after the last line end is a line too. */
  end(): void {
    this.#add(this.#decoder.end())
    if (this.#line !== '') this.#finish()
  }

  #add(text: string): void {
    const [first = '', ...others] = text.split('\n')
    this.#append(first)
    for (const piece of others) {
      this.#finish()
      this.#append(piece)
    }
  }

  #append(piece: string): void {
    if (piece === '') return
    const joined = this.#line + piece
    // The last character may be the first half of a line end.
    const redrawn = joined.lastIndexOf('\r', joined.length - 2)
    if (redrawn !== -1) this.#cut = false
    this.#line = joined.slice(redrawn + 1)
    if (this.#line.length <= this.#room) return
    this.#line = this.#line.slice(0, this.#room)
    this.#cut = true
  }

  #finish(): void {
    const masked = this.#mask.apply(this.#line.replace(/\r$/, ''))
    const bytes = Buffer.from(masked)
    const whole = !this.#cut && bytes.length <= LONGEST_BYTES
    this.#line = ''
    this.#cut = false
    // A decoder leaves out a character that the cut went through.
    this.#tell(whole ? masked : `${new StringDecoder('utf8').write(bytes.subarray(0, LONGEST_BYTES))}… [line cut]`)
  }
}
