import type { TickPart } from '@wheelhouse/platform/series'
import type { KeptMetric } from './given.ts'
import { Sheet } from './sheet.ts'

/** Something whose values are asked for at each tick; `now` is of the monotonic clock. */
export interface TickSource {
  take(now: number): TickPart[]
  /** What holds now. */
  current(now: number): Iterable<{ readonly metric: KeptMetric; readonly entity: number; readonly value: number }>
}

/** Values that are what they were last told to be, for as long as they hold. */
export class HeldValues implements TickSource {
  readonly #byMetric = new Map<
    number,
    { metric: KeptMetric; sheet: Sheet; of: Map<number, { value: number; until: number }> }
  >()

  get size(): number {
    return [...this.#byMetric.values()].reduce((sum, { of }) => sum + of.size, 0)
  }

  /** `until` is of the monotonic clock. */
  set(metric: KeptMetric, entity: number, value: number, until: number): void {
    let kept = this.#byMetric.get(metric.id)
    if (kept === undefined)
      this.#byMetric.set(metric.id, (kept = { metric, sheet: new Sheet([metric]), of: new Map() }))
    kept.of.set(entity, { value, until })
  }

  *current(now: number): Generator<{ metric: KeptMetric; entity: number; value: number }> {
    for (const { metric, of } of this.#byMetric.values())
      for (const [entity, { value, until }] of of) if (until >= now) yield { metric, entity, value }
  }

  take(now: number): TickPart[] {
    const parts: TickPart[] = []
    for (const [id, { sheet, of }] of this.#byMetric) {
      for (const [entity, { value, until }] of of)
        if (until < now) of.delete(entity)
        else sheet.set(entity, [value])
      const part = sheet.take()
      if (part !== null) parts.push(part)
      else if (sheet.isEmpty) this.#byMetric.delete(id)
    }
    return parts
  }
}
