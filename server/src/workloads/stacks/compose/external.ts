import type { Path } from '../file/problems.ts'
import type { Fields, Reader } from '../file/reader.ts'

/** The name on the target of a network or volume that must be there already; '' for the one in the file; null when it is not external. */
export function readExternal(reader: Reader, fields: Fields, path: Path): string | null {
  const at = [...path, 'external']
  const value = fields.external
  if (value === undefined || value === null) return null
  const name = reader.string(fields.name, [...path, 'name']) ?? ''
  if (typeof value !== 'object') return reader.boolean(value, at) === true ? checked(reader, fields, path, name) : null
  const older = reader.map(value, at)
  if (!older) return null
  return checked(reader, fields, path, reader.string(older.name, [...at, 'name']) ?? name)
}

function checked(reader: Reader, fields: Fields, path: Path, name: string): string {
  for (const key of Object.keys(fields)) {
    if (key === 'external' || key === 'name' || key.startsWith('x-')) continue
    reader.problems.errorAtKey(
      [...path, key],
      `${key} does not go with external: what is external is only used, never made.`,
    )
  }
  return name
}
