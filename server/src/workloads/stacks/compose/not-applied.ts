import type { Path } from '../file/problems.ts'
import type { Fields, Reader } from '../file/reader.ts'
import type { KeyTable } from './keys.ts'

/** The words for a key that a target is not asked for. */
export const notApplied = (key: string, words: string): string => `not applied: ${key}${words ? `: ${words}` : ''}.`

/** Tells which keys are read and checked but cannot be brought to a target. */
export function tellNotApplied(reader: Reader, fields: Fields, path: Path, table: KeyTable): void {
  for (const key of Object.keys(fields))
    if (Object.hasOwn(table.notApplied, key))
      reader.problems.warnAtKey([...path, key], notApplied(key, table.notApplied[key]!))
}
