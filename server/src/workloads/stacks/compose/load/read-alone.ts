import type { Path } from '../../file/problems.ts'
import type { Around } from './around.ts'
import { toCanonical } from './canonical.ts'
import { interpolateTree } from '../tree/interpolate.ts'
import { mergeModels } from './merge.ts'
import { isNothing, mapping, type Mapping } from '../tree/node.ts'
import { parseYaml } from '../tree/parse.ts'
import { withoutRepeats } from './unique.ts'

/** One of the files that a model is merged of. */
export interface SourceFile {
  /** As ProjectFiles knows it. */
  readonly path: string
  readonly text: string
  /** Name in what is told of it; null for the file that was handed in. */
  readonly shownAs: string | null
}

/** A file whose services are looked at for extends. */
export interface ReadFile {
  readonly model: Mapping
  readonly resets: readonly Path[]
}

/** One file on its own, without what it extends or includes: in long forms, its paths still as they are written. */
export function readAlone(file: SourceFile, around: Around): ReadFile {
  let model = mapping(new Map(), null)
  const resets: Path[] = []
  for (const parsed of documentsOf(file, around)) {
    resets.push(...parsed.resets)
    model = withoutRepeats(mergeModels(model, parsed.root, around.problems)) as Mapping
    model = withoutRepeats(toCanonical(model, around)) as Mapping
  }
  return { model, resets }
}

/** The documents of a file with variables put in. What is no map is told and left out. */
export function documentsOf(file: SourceFile, around: Around): { root: Mapping; resets: readonly Path[] }[] {
  const { problems } = around
  const documents = parseYaml(file.text, { problems, budget: around.budget, file: file.shownAs })
  return documents.flatMap(({ root, resets }) => {
    if (root.kind === 'map') return [{ root: interpolateTree(root, around) as Mapping, resets }]
    if (!problems.failed && !(isNothing(root) && documents.length > 1))
      problems.at(root.place, [], 'The file is empty or not a map. It starts with name: and services:.')
    return []
  })
}
