/** The last 1,024 durations: what an upstream is like now, in 8 kB. */
export class LatencyWindow {
  readonly #samples = new Float64Array(1024)
  #count = 0

  add(durationMs: number): void {
    this.#samples[this.#count++ % this.#samples.length] = durationMs
  }

  /** Nearest-rank quantiles in milliseconds, null each when nothing was measured. */
  quantiles(shares: readonly number[]): (number | null)[] {
    const sorted = this.#samples.slice(0, Math.min(this.#count, this.#samples.length)).sort()
    return shares.map((share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null)
  }
}
