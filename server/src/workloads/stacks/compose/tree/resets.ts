import type { Path } from '../../file/problems.ts'
import { entryOf, type Mapping, type Node, withEntry } from '../tree/node.ts'

function without(node: Node, path: Path): Node {
  const [key, ...rest] = path
  if (node.kind !== 'map' || typeof key !== 'string') return node
  const inner = entryOf(node, key)
  if (inner === undefined) return node
  return withEntry(node, key, rest.length === 0 ? undefined : without(inner, rest))
}

/** Takes away what a later file marks with !reset or !override. Entries of lists stay. */
export const withoutPaths = (model: Mapping, paths: readonly Path[]): Mapping =>
  paths.reduce<Mapping>((left, path) => without(left, path) as Mapping, model)
