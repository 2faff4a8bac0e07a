const pauseMs = 150

/** Asks for a list again after something has changed: once for a burst, and never twice at the same time. */
export class Refetch {
  readonly #fetch: () => Promise<void>
  readonly #failed: (error: unknown) => void
  #wanted = false
  #busy = false

  constructor(fetch: () => Promise<void>, failed: (error: unknown) => void) {
    this.#fetch = fetch
    this.#failed = failed
  }

  ask(): void {
    this.#wanted = true
    if (!this.#busy) void this.#run()
  }

  async #run(): Promise<void> {
    this.#busy = true
    try {
      while (this.#wanted) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        this.#wanted = false
        await this.#fetch()
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#busy = false
    }
  }
}
