import type { TickPart } from '@wheelhouse/platform/series'
import type { Registry } from '../../../inventory/targets/index.ts'
import type { Entities } from './entities.ts'
import { type KeptMetric, type ObservedName, observedMetrics } from './given.ts'
import type { TickSource } from './held-values.ts'
import { Sheet } from './sheet.ts'

/** How long a first value holds where nothing is said. From the second on it holds as long as they lie apart, and half as long again. */
const usualHoldMs = 15_000
const mostHoldMs = 3_600_000

interface Observed {
  sum: number
  count: number
  /** Of a gauge: the value that holds. Of a counter: all that was added. */
  value: number
  until: number
  /** When it was last observed, of the monotonic clock. */
  seenAt: number
  /** It has been taken down at least once: before, a gauge has no value. */
  isTaken: boolean
}

/**
 * What other rooms observe between two ticks. Of a gauge the average is taken down, and what was taken down last for as long as it holds;
 * a counter is given what it rose by.
 */
export class Observations implements TickSource {
  readonly #registry: Registry
  readonly #entities: Entities
  readonly #byMetric = new Map<
    number,
    { readonly sheet: Sheet; readonly metric: KeptMetric; readonly of: Map<number, Observed> }
  >()

  constructor(registry: Registry, entities: Entities) {
    this.#registry = registry
    this.#entities = entities
  }

  observe(name: ObservedName, serviceId: string, value: number, holdMs?: number): void {
    const metric = observedMetrics.find((one) => one.name === name)
    if (metric === undefined) throw new RangeError(`Nothing is kept under the name ${name}`)
    const service = this.#registry.service(serviceId)
    if (service === null || !Number.isFinite(value)) return
    const entity = this.#entities.service(service, Date.now()).id
    let kept = this.#byMetric.get(metric.id)
    if (kept === undefined)
      this.#byMetric.set(metric.id, (kept = { sheet: new Sheet([metric]), metric, of: new Map() }))
    let observed = kept.of.get(entity)
    if (observed === undefined)
      kept.of.set(entity, (observed = { sum: 0, count: 0, value: 0, until: 0, seenAt: Infinity, isTaken: false }))
    const now = performance.now()
    const usual = Math.max(usualHoldMs, (now - observed.seenAt) * 1.5)
    observed.until = now + Math.min(holdMs ?? usual, mostHoldMs)
    observed.seenAt = now
    if (metric.kind === 'counter') observed.value += value
    else {
      observed.sum += value
      observed.count++
    }
  }

  *current(now: number): Generator<{ metric: KeptMetric; entity: number; value: number }> {
    for (const { metric, of } of this.#byMetric.values())
      for (const [entity, { value, until, isTaken }] of of)
        if (isTaken && (metric.kind === 'counter' || until >= now)) yield { metric, entity, value }
  }

  #isGone(entity: number): boolean {
    const serviceId = this.#entities.byId(entity)?.serviceId ?? null
    return serviceId === null || this.#registry.service(serviceId) === null
  }

  /** What is to be kept at a tick. `now` is of the monotonic clock. */
  take(now: number): TickPart[] {
    const parts: TickPart[] = []
    for (const { sheet, metric, of } of this.#byMetric.values()) {
      for (const [entity, observed] of of) {
        if (this.#isGone(entity)) {
          of.delete(entity)
          continue
        }
        observed.isTaken = true
        if (observed.count > 0) {
          observed.value = rounded(observed.sum / observed.count, metric)
          observed.sum = observed.count = 0
        }
        // A counter stands where it stood while nothing comes; forgotten it would begin anew.
        if (metric.kind === 'gauge' && observed.until < now) of.delete(entity)
        else if (observed.until + mostHoldMs < now) of.delete(entity)
        else sheet.set(entity, [observed.value])
      }
      const part = sheet.take()
      if (part !== null) parts.push(part)
    }
    return parts
  }
}

const rounded = (value: number, { unit }: KeptMetric): number =>
  unit === 'ms' ? Math.round(value * 100) / 100 : Math.round(value * 1e6) / 1e6
