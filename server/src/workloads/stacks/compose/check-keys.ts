import { didYouMean } from '../file/nearest.ts'
import type { Path } from '../file/problems.ts'
import type { Fields, Reader } from '../file/reader.ts'
import type { KeyTable } from './keys.ts'

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
