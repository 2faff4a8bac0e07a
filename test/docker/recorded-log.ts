import type { ServerResponse } from 'node:http'

const everyMs = 100
/** So far behind a reader may fall in one write; the rest waits until it has taken that. */
const mostLines = 2_000

const words = ['listening', 'accepted', 'cache', 'miss', 'took', 'orders', 'user', 'refresh', 'queue', 'checkout']

/**
 * What one container says: so many lines a second, from its start on, each told by its number alone. Nothing is kept, and nothing is
 * lost: whoever asks again from a moment gets the same lines, as from the file of an engine.
 */
export class RecordedLog {
  readonly #name: string
  readonly #beganMs: number
  readonly #perS: number
  /** Epoch ms of the last line; null while it goes on. */
  #quietMs: number | null = null

  constructor(name: string, perS: number, beganMs = Date.now()) {
    this.#name = name
    this.#perS = perS
    this.#beganMs = beganMs
  }

  /** Lines said by now. */
  get said(): number {
    return this.#countAt(this.#quietMs ?? Date.now())
  }

  hush(): void {
    this.#quietMs ??= Date.now()
  }

  /** Writes the lines after a moment as an engine frames them, and goes on with those that come, as fast as they are taken. */
  follow(response: ServerResponse, sinceS: number): void {
    let next = Math.max(0, Math.ceil((sinceS * 1000 - this.#beganMs) * (this.#perS / 1000)))
    let isTaken = true
    const write = (): void => {
      while (isTaken && next < this.said) {
        const until = Math.min(this.said, next + mostLines)
        isTaken = response.write(this.#framed(next, until))
        next = until
      }
    }
    response.on('drain', () => {
      isTaken = true
      write()
    })
    const timer = setInterval(write, everyMs)
    response.on('close', () => clearInterval(timer))
    write()
  }

  #countAt(ms: number): number {
    return Math.floor(((ms - this.#beganMs) * this.#perS) / 1000)
  }

  #framed(from: number, until: number): Buffer {
    let text = ''
    for (let line = from; line < until; line++) text += this.#line(line)
    return Buffer.from(text, 'latin1')
  }

  /** The eight bytes of a frame's head hold no letter above 0x7f for lines below 128 bytes, and so does the whole text. */
  #line(number: number): string {
    const ms = this.#beganMs + (number * 1000) / this.#perS
    const nanos = Math.floor((ms % 1) * 1e6)
    const stamp = `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`
    const level = number % 97 === 0 ? 'ERROR' : number % 13 === 0 ? 'WARN' : 'INFO'
    const word = words[number % words.length]
    const text = `${stamp} ${level} ${this.#name} ${word} id=${(number * 2_654_435_761) % 4_294_967_296} n=${number}\n`
    return `\u0001\0\0\0\0\0\0${String.fromCharCode(text.length)}${text}`
  }
}
