/** Someone who looks on at a stream that others look on at too. */
export interface Viewer {
  end(reason: string): void
}

/** Those who share one stream. `left` is called once nobody has come back for `lingerMs` after the last one went. */
export class Audience {
  readonly #viewers = new Set<Viewer>()
  readonly #lingerMs: number
  readonly #left: () => void
  #linger: ReturnType<typeof setTimeout> | undefined

  constructor(lingerMs: number, left: () => void) {
    this.#lingerMs = lingerMs
    this.#left = left
  }

  get size(): number {
    return this.#viewers.size
  }

  /** Answers how to leave again. */
  join(viewer: Viewer): () => void {
    clearTimeout(this.#linger)
    this.#viewers.add(viewer)
    return () => {
      if (!this.#viewers.delete(viewer) || this.#viewers.size > 0) return
      this.#linger = setTimeout(this.#left, this.#lingerMs)
      this.#linger.unref()
    }
  }

  /** Tells all of them that there is no more to come. */
  end(reason: string): void {
    for (const viewer of this.#viewers) viewer.end(reason)
  }

  /** Calls `left` no more. */
  close(): void {
    clearTimeout(this.#linger)
  }
}
