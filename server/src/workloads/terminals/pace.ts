import { setTimeout as sleep } from 'node:timers/promises'
import type { Viewer } from './viewer.ts'

const lookMs = 20
const stalledMs = 1_000
const burstBytes = 4_194_304
const burstMs = 50

/**
 * How fast the output of one terminal is taken. Who alone looks at his own command slows it down as any terminal does, as long
 * as he reads at all; with a second viewer, or nobody, it runs free, but not so fast that it fills the house.
 */
export class Pace {
  #bytes = 0
  #since = performance.now()
  /** Who has not read for a while is not waited for again until he has. */
  #stalled: Viewer | null = null

  async after(bytes: number, viewers: ReadonlySet<Viewer>): Promise<void> {
    this.#bytes += bytes
    if (this.#bytes >= burstBytes) {
      const left = burstMs - (performance.now() - this.#since)
      if (left > 0) await sleep(left)
      this.#bytes = 0
      this.#since = performance.now()
    }
    let quietSince = performance.now()
    let waiting = Infinity
    for (;;) {
      const [only] = viewers
      if (!only?.full || viewers.size > 1 || !only.writes) break
      if (this.#stalled === only) return
      if (only.waitingBytes < waiting) {
        waiting = only.waitingBytes
        quietSince = performance.now()
      } else if (performance.now() - quietSince > stalledMs) {
        this.#stalled = only
        return
      }
      await sleep(lookMs)
    }
    this.#stalled = null
  }
}
