import type { Path, Problems } from '../../file/problems.ts'
import type { Around } from './around.ts'
import { toCanonical } from './canonical.ts'
import { interpolateTree } from '../tree/interpolate.ts'
import { mergeModels } from './merge.ts'
import { entryOf, isNothing, mapping, type Mapping, textOf } from '../tree/node.ts'
import { type Parsed, parseYaml } from '../tree/parse.ts'
import { splitVolume } from './short-volume.ts'
import { withoutRepeats } from './unique.ts'

/** One of the files that a model is merged of. */
export interface SourceFile {
  /** As ProjectFiles knows it. */
  readonly path: string
  readonly text: string
  /** Name in what is told of it; null for the file that was handed in. */
  readonly shownAs: string | null
  /** Its documents, where it was parsed already. */
  readonly parsed?: readonly Parsed[]
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
  const documents = file.parsed ?? parseYaml(file.text, { problems, budget: around.budget, file: file.shownAs })
  return documents.flatMap(({ root, resets }) => {
    if (root.kind === 'map') {
      const read = interpolateTree(root, around) as Mapping
      tellRepeats(read, problems)
      return [{ root: read, resets }]
    }
    if (!problems.failed && isNothing(root) && documents.length > 1)
      problems.at(root.place, [], 'A document of the file is empty. Take away the --- that starts or ends it.')
    else if (!problems.failed)
      problems.at(root.place, [], 'The file is empty or not a map. It starts with name: and services:.')
    return []
  })
}

/** Two volumes of one place in one list are a slip: the later one counts. */
function tellRepeats(root: Mapping, problems: Problems): void {
  const services = entryOf(root, 'services')
  if (services?.kind !== 'map') return
  for (const [name, { value }] of services.entries) {
    const volumes = entryOf(value, 'volumes')
    const seen = new Set<string>()
    for (const [index, item] of (volumes?.kind === 'list' ? volumes.items : []).entries()) {
      const target = item.kind === 'scalar' ? splitVolume(item.text).target : textOf(entryOf(item, 'target'))
      const path = ['services', name, 'volumes', index]
      if (target !== null && seen.has(target))
        problems.at(item.place, path, `${target} is mounted twice, and the later one counts. Keep one.`, 'warning')
      if (target !== null) seen.add(target)
    }
  }
}
