import type { MetricKind, TickPart } from '@wheelhouse/platform/series'

export interface SheetColumn {
  readonly id: number
  readonly kind: MetricKind
}

/** So many ticks without a value, and an entity is left out. */
const mostEmpty = 360

interface Row {
  readonly values: Float64Array
  empty: number
}

/**
 * The values of one tick, a row an entity. Rows stay when they have no values for a while: parts of the same entities and metrics are
 * kept with the least work.
 */
export class Sheet {
  readonly #metrics: readonly SheetColumn[]
  readonly #rows = new Map<number, Row>()
  #order: number[] | null = null
  #set = 0

  constructor(metrics: readonly SheetColumn[]) {
    this.#metrics = metrics.map(({ id, kind }) => ({ id, kind }))
  }

  /** Values in the order of the metrics; NaN for what is not known. */
  set(entity: number, values: ArrayLike<number>): void {
    let row = this.#rows.get(entity)
    if (row === undefined) {
      this.#rows.set(entity, (row = { values: new Float64Array(this.#metrics.length), empty: 0 }))
      this.#order = null
    }
    row.values.set(values)
    row.empty = -1
    this.#set++
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** What was set since it was last taken; null for nothing. */
  take(): TickPart | null {
    if (this.#set === 0 && this.#rows.size === 0) return null
    this.#order ??= [...this.#rows.keys()].sort((a, b) => a - b)
    const entities = this.#order
    const width = this.#metrics.length
    const values = new Float64Array(entities.length * width)
    for (const [index, entity] of entities.entries()) {
      const row = this.#rows.get(entity)!
      if (row.empty === -1) values.set(row.values, index * width)
      else values.fill(Number.NaN, index * width, (index + 1) * width)
      if (++row.empty < mostEmpty) continue
      this.#rows.delete(entity)
      this.#order = null
    }
    const any = this.#set > 0
    this.#set = 0
    return any ? { entities, metrics: this.#metrics, values } : null
  }
}
