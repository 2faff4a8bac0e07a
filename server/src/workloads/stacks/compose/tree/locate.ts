import type { Problems } from '../../file/problems.ts'
import type { Entry, Node } from './node.ts'

/** Lets `problems` find where the values of the model stand, so that readers of plain values can point at them. */
export function locate(root: Node, problems: Problems): void {
  problems.locateBy((path, atKey) => {
    let node: Node | undefined = root
    let place = root.place
    for (const [depth, part] of path.entries()) {
      const entry: Entry | undefined = node?.kind === 'map' ? node.entries.get(String(part)) : undefined
      node = node?.kind === 'list' && typeof part === 'number' ? node.items[part] : entry?.value
      if (node === undefined) break
      const isWanted = atKey && depth === path.length - 1
      place = (isWanted ? (entry?.key ?? node.place) : (node.place ?? entry?.key)) ?? place
    }
    return place
  })
}
