import type { Lines } from '@wheelhouse/platform/lines'

/** Lines of one service as they are taken down. `firstSeq` is null where they could not be written yet. */
export interface TakenLines {
  readonly serviceId: string
  readonly source: number
  readonly lines: Lines
  readonly firstSeq: number | null
}

/** Tells what is taken down to whoever listens now: those who look on at lines live need no stream of their own from the target. */
export class Taps {
  readonly #listeners = new Set<(taken: TakenLines) => void>()

  listen(listener: (taken: TakenLines) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(taken: TakenLines): void {
    for (const listener of this.#listeners) listener(taken)
  }
}
