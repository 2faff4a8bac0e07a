import type { Path } from './problems.ts'
import type { Reader } from './reader.ts'

/** Labels that say who owns what: a file that set them could pass its services off as another stack's. */
const reserved = ['wheelhouse.', 'com.docker.compose.', 'com.docker.stack.']

export function readLabels(reader: Reader, value: unknown, path: Path): Record<string, string> {
  const labels = reader.pairs(value, path)
  for (const name of labels.keys()) {
    const prefix = reserved.find((start) => name.startsWith(start))
    if (prefix)
      reader.problems.error(path, `The label ${name} is reserved: names that start with ${prefix} mark owners.`)
  }
  return Object.fromEntries([...labels].map(([name, text]) => [name, text ?? '']))
}
