import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'

/** `environment` with its files already in it; a name without a value anywhere is left out. */
export function readEnvironment(reader: Reader, value: unknown, path: Path): Record<string, string> {
  const result: [string, string][] = []
  for (const [name, text] of reader.pairs(value, path)) {
    if (text !== null) result.push([name, text])
    else reader.problems.warn([...path, name], `${name} has no value here or among the variables, so it is left out.`)
  }
  return Object.fromEntries(result)
}
