import { LiveBlock } from '../presentation/live-block.ts'
import { bytes, percent, rate } from '../presentation/units.ts'
import type { Shell } from '../shell.ts'

const drawMs = 200
const barWidth = 24

/** How far a transfer is, drawn on the terminal while it runs; nothing where nobody looks. */
export class TransferProgress {
  readonly #block: LiveBlock | null
  readonly #total: number | null
  readonly #unicode: boolean
  readonly #since = Date.now()
  #done = 0
  #drawn = 0

  /** `total` in bytes, null where it is not known. */
  constructor(shell: Shell, total: number | null) {
    this.#block = shell.talk.glyphs ? new LiveBlock(process.stderr) : null
    this.#unicode = shell.talk.unicode
    this.#total = total
    shell.signal.addEventListener('abort', () => this.#block?.end(), { once: true })
  }

  get bytes(): number {
    return this.#done
  }

  add(count: number): void {
    this.#done += count
    if (this.#block === null || Date.now() - this.#drawn < drawMs) return
    this.#draw()
  }

  end(): void {
    if (this.#block === null) return
    this.#draw()
    this.#block.end()
  }

  #draw(): void {
    this.#drawn = Date.now()
    const speed = rate((this.#done * 1000) / Math.max(1, this.#drawn - this.#since))
    const total = this.#total
    const line =
      total === null
        ? [bytes(this.#done), speed]
        : [
            this.#bar(total),
            percent((100 * this.#done) / Math.max(1, total)),
            `${bytes(this.#done)} of ${bytes(total)}`,
            speed,
          ]
    this.#block?.draw([line.join('  ')])
  }

  #bar(total: number): string {
    const full = Math.min(barWidth, Math.round((barWidth * this.#done) / Math.max(1, total)))
    const [ink, ground] = this.#unicode ? ['█', '░'] : ['#', '.']
    return ink.repeat(full) + ground.repeat(barWidth - full)
  }
}

/** The same bytes, counted as they pass. */
export const counted = (body: ReadableStream<Uint8Array>, progress: TransferProgress): ReadableStream<Uint8Array> =>
  body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        progress.add(chunk.byteLength)
        controller.enqueue(chunk)
      },
    }),
  )
