import { type Across, p95, type Series, type SeriesQuery } from '../query.ts'

/** More values than this are not answered at once: 64 MB. */
const mostValues = 8_000_000

/** More was asked for than one answer holds. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'

  constructor() {
    super('The answer would hold more values than fit. Ask for a wider step, fewer entities or the top few')
  }
}

/** Takes the series of entities as they come and keeps what the query wants of them. */
export class Reduce {
  readonly #query: Pick<SeriesQuery, 'group' | 'top'>
  readonly #count: number
  readonly #groups = new Map<number, Group>()
  #series: Ranked[] = []
  #held = 0

  constructor(query: Pick<SeriesQuery, 'group' | 'top'>, count: number) {
    this.#query = query
    this.#count = count
  }

  add(entity: number, values: Float64Array): void {
    const { group } = this.#query
    if (group === null) return this.#keep({ id: entity, values })
    const id = group.of === null ? 0 : group.of.get(entity)
    if (id === undefined) return
    let found = this.#groups.get(id)
    if (found === undefined) {
      this.#groups.set(id, (found = new Group(group.across, this.#count)))
      this.#hold(this.#count * 2)
    }
    if (group.across === 'p95') this.#hold(this.#count)
    found.add(values)
  }

  /** By rank where the top is asked for, else by number. */
  result(): Series[] {
    for (const [id, group] of this.#groups) this.#keep({ id, values: group.result() })
    this.#trim(0)
    if (this.#query.top === null) this.#series.sort((a, b) => a.id - b.id)
    return this.#series.map(({ id, values }) => ({ id, values }))
  }

  #hold(values: number): void {
    this.#held += values
    if (this.#held > mostValues) throw new AnswerTooLarge()
  }

  #keep(series: Series): void {
    const { top } = this.#query
    if (top === null) this.#hold(this.#count)
    this.#series.push({ ...series, rank: top === null ? 0 : rankOf(series.values, top) })
    this.#trim(256)
  }

  #trim(slack: number): void {
    const { top } = this.#query
    if (top === null || this.#series.length <= top.count + slack) {
      if (top === null || slack > 0) return
    }
    this.#series = this.#series.toSorted((a, b) => b.rank - a.rank || a.id - b.id).slice(0, top.count)
  }
}

type Ranked = Series & { readonly rank: number }

function rankOf(values: Float64Array, { by, order }: NonNullable<SeriesQuery['top']>): number {
  let sum = 0
  let most = -Infinity
  let count = 0
  for (const value of values) {
    if (value !== value) continue
    sum += value
    count++
    if (value > most) most = value
  }
  const rank = by === 'max' ? most : sum / count
  return order === 'highest' ? rank : -rank
}

class Group {
  readonly #across: Across
  readonly #values: Float64Array
  readonly #counts: Float64Array
  readonly #all: Float64Array[] = []

  constructor(across: Across, count: number) {
    this.#across = across
    this.#values = new Float64Array(count).fill(Number.NaN)
    this.#counts = new Float64Array(count)
  }

  add(series: Float64Array): void {
    if (this.#across === 'p95') {
      this.#all.push(series)
      return
    }
    const values = this.#values
    for (let at = 0; at < values.length; at++) {
      const value = series[at]!
      if (value !== value) continue
      const before = values[at]!
      if (this.#counts[at]!++ === 0) values[at] = value
      else if (this.#across === 'max') values[at] = value > before ? value : before
      else if (this.#across === 'min') values[at] = value < before ? value : before
      else values[at] = before + value
    }
  }

  result(): Float64Array {
    if (this.#across === 'p95')
      return this.#values.map((_, at) => p95(Float64Array.from(this.#all.map((one) => one[at]!)).filter(isKnown)))
    if (this.#across === 'count') return this.#counts
    return this.#across === 'avg' ? this.#values.map((value, at) => value / this.#counts[at]!) : this.#values
  }
}

const isKnown = (value: number): boolean => value === value
