/** A column of a table that holds sealed values: told by whoever seals them, so that they can be sealed anew under another key. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** Columns that name a row. */
  readonly key: readonly string[]
  /** What the value of a row was sealed for, by its key. */
  context(key: Readonly<Record<string, string | number>>): string
}
