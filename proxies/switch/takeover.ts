import { isListening, type Route } from '../proxy/index.ts'

const every = 20
const longest = 60_000

/**
 * After an address was refused because another process has it, watches until that one lets go: the time from then to our own
 * listening is a time in which nobody was served, and nobody else could measure it.
 */
export class Takeover {
  readonly #lastSeen = new Map<string, number>()
  readonly #timers = new Map<string, NodeJS.Timeout>()

  watch(key: string, { host, port }: Route['listen']): void {
    const since = performance.now()
    this.#lastSeen.set(key, since)
    clearInterval(this.#timers.get(key))
    const timer = setInterval(() => {
      const now = performance.now()
      if (now - since > longest) this.forget(key)
      else if (isListening(host, port)) this.#lastSeen.set(key, now)
      else clearInterval(timer)
    }, every)
    timer.unref()
    this.#timers.set(key, timer)
  }

  /** Milliseconds since the other process was last seen listening; 0 where none had the address. Off by 20 ms at most. */
  gap(key: string): number {
    const seen = this.#lastSeen.get(key)
    return seen === undefined ? 0 : performance.now() - seen
  }

  forget(key: string): void {
    clearInterval(this.#timers.get(key))
    this.#timers.delete(key)
    this.#lastSeen.delete(key)
  }
}
