/** One series over the points of a source. `values` is written over when the next one is asked for. */
export interface Column {
  readonly entity: number
  readonly values: Float64Array
}

/** Which entities: those from `first` to `last`, of these only some where `only` is not null. */
export interface Wanted {
  readonly first: number
  readonly last: number
  readonly only: ReadonlySet<number> | null
}
export const everyEntity: Wanted = { first: 0, last: 2 ** 32, only: null }

/** Points of many series at the same times: a sealed window, or what is not sealed yet. */
export interface Points {
  /** How long a point stands for. */
  readonly stepMs: number
  /** In the order they came: a clock that was set back shows here. Epoch ms; of a rolled-up point, when it begins. */
  readonly times: Float64Array
  /** Keys of columns (see tick.ts), rising. */
  readonly keys: readonly number[]
  /** Entities at which it is good to cut when columns of this key are asked for in slices. */
  edges(key: number): readonly number[]
  /** Columns of a key by rising entity. */
  columns(key: number, wanted: Wanted): Promise<Iterable<Column>>
}
