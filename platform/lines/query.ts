export const fieldOperators = ['>=', '<=', '!=', '!~', '=', '~', '>', '<'] as const
export type FieldOperator = (typeof fieldOperators)[number]

/** What is read off a line, by name. */
export type LineFields = Readonly<Record<string, string | number | boolean | null>>

/** What a line must say, or must not. Words and `contains` do not tell upper from lower case unless `exact`. */
export interface Condition {
  /**
   * words: these words, one after the other, whole; contains: these letters anywhere; regex: a JavaScript pattern; field: a field of the
   * line, which must be there.
   */
  readonly kind: 'words' | 'contains' | 'regex' | 'field'
  readonly value: string
  readonly exact?: boolean
  readonly not?: boolean
  /** Of a field: which, and how it stands to `value`. `~` is "holds these letters". */
  readonly field?: { readonly name: string; readonly operator: FieldOperator }
}

/** Where one line stands among the lines of all streams. */
export interface Position {
  readonly at: number
  readonly stream: number
  readonly seq: number
}

/** Times are epoch microseconds, both included. */
export interface Query {
  /** null for all streams. */
  readonly streams: readonly number[] | null
  readonly from: number
  readonly to: number
  /** A bit for each wanted level (1 << level); 0 for any. */
  readonly levels: number
  /** A bit for each wanted source; 0 for any. */
  readonly sources: number
  readonly conditions: readonly Condition[]
  readonly order: 'newest' | 'oldest'
  /** Goes on behind this line, in the order told. */
  readonly after: Position | null
  readonly limit: number
}

/** Before (negative) or behind one another, oldest first. */
export const compare = (a: Position, b: Position): number => a.at - b.at || a.stream - b.stream || a.seq - b.seq
