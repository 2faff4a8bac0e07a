import type { Variables } from '../file/interpolation.ts'
import { didYouMean } from '../file/nearest.ts'
import type { Path } from '../file/problems.ts'
import type { Fields, Reader } from '../file/reader.ts'
import type { KeyTable } from './keys.ts'

/** What the parts of a Compose file share while they are read. */
export interface ComposeScope {
  readonly reader: Reader
  readonly project: string
  readonly variables: Variables
  /** Texts of env_file entries, by path as written. */
  readonly files: Readonly<Record<string, string>>
  /** Absolute folder on the target that relative paths start from. */
  readonly directory: string | null
}

/** Says what becomes of each key: unknown and refused ones are errors, those without effect warnings. */
export function checkKeys(reader: Reader, fields: Fields, path: Path, table: KeyTable): void {
  const known = [...table.taken, ...Object.keys(table.warned), ...Object.keys(table.refused)]
  for (const key of Object.keys(fields)) {
    const at = [...path, key]
    if (table.taken.includes(key) || key.startsWith('x-')) continue
    if (Object.hasOwn(table.warned, key)) reader.problems.warnAtKey(at, `${key} ${table.warned[key]}.`)
    else if (Object.hasOwn(table.refused, key)) reader.problems.errorAtKey(at, `${key} ${table.refused[key]}.`)
    else reader.problems.errorAtKey(at, `unknown key ${key}.${didYouMean(key, known)}`)
  }
}

/** A short form (text) and a long form (map) of one thing. */
export const isLong = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
