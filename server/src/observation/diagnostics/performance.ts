import type { PerformanceReport } from '@wheelhouse/contract'
import { ResponseTimes } from '../health/index.ts'

/** More operations than there are in the contract cannot come. */
const mostOperations = 2_000

interface Measured {
  readonly times: ResponseTimes
  count: number
  errors: number
  maxMs: number
}

/** How long each operation took since the start: counts in steps, so its size does not grow with the calls. */
export class OperationTimes {
  readonly #since = new Date().toISOString()
  readonly #operations = new Map<string, Measured>()

  take(operation: string, tookMs: number, failed: boolean): void {
    let one = this.#operations.get(operation)
    if (!one) {
      if (this.#operations.size >= mostOperations) return
      one = { times: new ResponseTimes(), count: 0, errors: 0, maxMs: 0 }
      this.#operations.set(operation, one)
    }
    one.count++
    if (failed) one.errors++
    one.maxMs = Math.max(one.maxMs, tookMs)
    one.times.add(tookMs)
  }

  report(): PerformanceReport {
    const items = [...this.#operations].map(([operation, { times, count, errors, maxMs }]) => ({
      operation,
      count,
      errors,
      p50Ms: times.quantile(0.5) ?? 0,
      p95Ms: times.quantile(0.95) ?? 0,
      maxMs: Math.round(maxMs * 10) / 10,
    }))
    return {
      since: this.#since,
      calls: items.reduce((sum, { count }) => sum + count, 0),
      items: items.toSorted((a, b) => b.p95Ms - a.p95Ms || b.count - a.count),
    }
  }
}
