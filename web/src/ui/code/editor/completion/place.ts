import type { Path } from './schema.ts'

/** What is being written at a position, and where in the whole it stands. */
export interface Place {
  /** Of the mapping that a key goes into, or of the value. */
  readonly path: Path
  readonly kind: 'key' | 'value'
  /** What stands of it already, up to the position. */
  readonly word: string
  /** Keys that the same mapping has. */
  readonly present: ReadonlySet<string>
  /** Within braces or brackets, where a line does not end an entry. */
  readonly flow: boolean
}
