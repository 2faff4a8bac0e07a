import type { TableRows } from '../part.ts'

/** How what came back differs from what was dumped, a clause each. */
export function rowsDiffer(expected: TableRows, found: TableRows): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort()
  return names.flatMap((name) => {
    const [before, after] = [expected[name], found[name]]
    if (before === after) return []
    if (after === undefined) return [`the table ${name} is missing`]
    if (before === undefined) return [`the table ${name} is new`]
    return [`${name} has ${after} rows where there were ${before}`]
  })
}
export const rowsIn = (tables: TableRows): number => Object.values(tables).reduce((sum, rows) => sum + rows, 0)
