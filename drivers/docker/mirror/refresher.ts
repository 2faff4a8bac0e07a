/**
 * Runs one piece of work for each touched id: at once when the id is at rest, once more after `pauseMs` when it was
 * touched meanwhile, and at most `limit` at the same time. So a single event costs no delay and a burst no storm.
 */
export class Refresher {
  readonly #limit: number
  readonly #pauseMs: number
  readonly #run: (id: string) => Promise<void>
  readonly #waiting = new Set<string>()
  /** Ids at work, and whether each was touched again. */
  readonly #busy = new Map<string, boolean>()
  #running = 0
  #idle: (() => void)[] = []
  #closed = false

  constructor(limit: number, pauseMs: number, run: (id: string) => Promise<void>) {
    this.#limit = limit
    this.#pauseMs = pauseMs
    this.#run = run
  }

  touch(id: string): void {
    if (this.#busy.has(id)) this.#busy.set(id, true)
    else this.#waiting.add(id)
    this.#pump()
  }

  /** Resolves when nothing waits or runs. */
  idle(): Promise<void> {
    if (this.#closed || (this.#waiting.size === 0 && this.#busy.size === 0)) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  close(): void {
    this.#closed = true
    this.#waiting.clear()
    this.#settle()
  }

  #pump(): void {
    while (!this.#closed && this.#running < this.#limit && this.#waiting.size > 0) {
      const [id] = this.#waiting
      if (id === undefined) return
      this.#waiting.delete(id)
      this.#busy.set(id, false)
      this.#running += 1
      void this.#run(id).finally(() => this.#done(id))
    }
  }

  #done(id: string): void {
    this.#running -= 1
    if (this.#busy.get(id) && !this.#closed) {
      setTimeout(() => {
        this.#busy.delete(id)
        this.touch(id)
      }, this.#pauseMs).unref()
    } else {
      this.#busy.delete(id)
    }
    this.#pump()
    if (this.#waiting.size === 0 && this.#busy.size === 0) this.#settle()
  }

  #settle(): void {
    const waiters = this.#idle
    this.#idle = []
    for (const resolve of waiters) resolve()
  }
}
