import { ownersPrefix } from '@wheelhouse/driver'
import type { Path } from './problems.ts'
import type { Reader } from './reader.ts'

export function readLabels(reader: Reader, value: unknown, path: Path): Record<string, string> {
  const labels = reader.pairs(value, path)
  for (const name of labels.keys()) {
    const prefix = ownersPrefix(name)
    if (prefix)
      reader.problems.error(path, `The label ${name} is reserved: names that start with ${prefix} mark owners.`)
  }
  return Object.fromEntries([...labels].map(([name, text]) => [name, text ?? '']))
}
