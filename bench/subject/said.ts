import { type Lines, linesOf, markOf } from '@wheelhouse/platform/lines'

const paths = ['/api/orders', '/api/orders/:id', '/api/cart', '/login', '/assets/app.js', '/health', '/api/search']
const agents = ['Mozilla/5.0 (X11; Linux x86_64)', 'curl/8.5.0', 'okhttp/4.12.0', 'Googlebot/2.1']

/** Lines as services say them, about 170 bytes each, four in ten with an id of their own; the same ones in every run. */
export class Said {
  #state = 0x2545f491
  #number = 0

  /** `atUs` of the first; the next follow by 10 µs each. */
  batch(count: number, atUs: number): Lines {
    const rows = Array.from({ length: count }, (_, index) => ({ at: atUs + index * 10, ...this.#line() }))
    return linesOf(rows)
  }

  /** A word that stands in one line alone. */
  rare(number: number): string {
    return `needle${number}`
  }

  #line(): { marks: number; text: string } {
    const number = ++this.#number
    const random = this.#random()
    const path = paths[random % paths.length]!
    const took = (random >>> 8) % 900
    if (number % 1_000_003 === 0)
      return { marks: markOf(5, 1, false), text: `ERROR lost ${this.rare(number)} in ${path}` }
    if (random % 50 === 0)
      return {
        marks: markOf(5, 1, false),
        text: `2026-11-20T10:00:00.000Z ERROR [orders] payment refused by the bank path=${path} took=${took}ms trace=${this.#trace()} attempt=${random % 4} customer=${random % 90_000} reason="limit reached"`,
      }
    const trace = random % 10 < 4 ? ` trace=${this.#trace()}` : ''
    return {
      marks: markOf(3, 0, false),
      text: `10.0.${random % 255}.${(random >>> 4) % 255} - - [20/Nov/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" ${random % 20 === 0 ? 404 : 200} ${(random >>> 3) % 90_000} "-" "${agents[random % agents.length]}" ${took}${trace}`,
    }
  }

  #trace(): string {
    return (this.#random().toString(16) + this.#random().toString(16)).padStart(16, '0')
  }

  /** xorshift32 */
  #random(): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>>= 0)
  }
}
