import type { Sample } from '@wheelhouse/contract'

const fields = [
  'cpuPercent',
  'memoryBytes',
  'memoryLimitBytes',
  'networkInBytesPerS',
  'networkOutBytesPerS',
  'blockReadBytesPerS',
  'blockWriteBytesPerS',
  'pids',
] as const satisfies readonly (keyof Sample)[]

/** The recent readings of one service in a ring of numbers: 72 bytes a reading. What the target could not tell is NaN. */
export class Series {
  readonly #capacity: number
  readonly #at: Float64Array
  readonly #values: Float64Array
  #next = 0
  #size = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#at = new Float64Array(capacity)
    this.#values = new Float64Array(capacity * fields.length)
  }

  push(sample: Sample): void {
    this.#at[this.#next] = Date.parse(sample.at)
    fields.forEach((field, i) => (this.#values[this.#next * fields.length + i] = sample[field] ?? Number.NaN))
    this.#next = (this.#next + 1) % this.#capacity
    this.#size = Math.min(this.#size + 1, this.#capacity)
  }

  /** Oldest first. */
  since(timeMs: number): Sample[] {
    const samples: Sample[] = []
    for (let i = 0; i < this.#size; i++) {
      const slot = (this.#next - this.#size + i + this.#capacity) % this.#capacity
      const at = this.#at[slot] ?? 0
      if (at >= timeMs) samples.push(this.#read(slot, at))
    }
    return samples
  }

  /** The last `count` readings of two fields, for sparklines. */
  tail(count: number): { cpuPercent: (number | null)[]; memoryBytes: (number | null)[] } {
    const recent = this.since(0).slice(-count)
    return {
      cpuPercent: recent.map((sample) => sample.cpuPercent),
      memoryBytes: recent.map((sample) => sample.memoryBytes),
    }
  }

  #read(slot: number, at: number): Sample {
    const value = (i: number): number | null => {
      const number = this.#values[slot * fields.length + i] ?? Number.NaN
      return Number.isNaN(number) ? null : number
    }
    return {
      at: new Date(at).toISOString(),
      ...Object.fromEntries(fields.map((field, i) => [field, value(i)])),
    } as Sample
  }
}
