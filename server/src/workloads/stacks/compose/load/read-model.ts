import type { Around } from './around.ts'
import { toCanonical } from './canonical.ts'
import { withDefaults } from './defaults.ts'
import { withListedVariables } from './environment.ts'
import { Extends } from './extends.ts'
import { applyInclude } from './include.ts'
import { mergeModels } from './merge.ts'
import { mapping, type Mapping } from '../tree/node.ts'
import { resolvePaths } from './paths.ts'
import { documentsOf, type SourceFile } from './read-alone.ts'
import { withoutPaths } from '../tree/resets.ts'
import { withoutRepeats } from './unique.ts'
import type { Problems } from '../../file/problems.ts'
import { project } from '../spec/project.ts'
import { locate } from '../tree/locate.ts'

/** Merges files into one model in long forms, with all they extend and include; paths are resolved. `trail` are the files that include this one. */
export function readModel(files: readonly SourceFile[], around: Around, trail: readonly string[]): Mapping {
  let model = mapping(new Map(), null)
  for (const file of files) {
    for (const { root, resets } of documentsOf(file, around)) {
      const extended = new Extends(around).apply(root, file.path, resets)
      const whole = applyInclude(extended, around, [...trail, file.path], readModel)
      const merged = withoutRepeats(mergeModels(withoutPaths(model, resets), whole, around.problems)) as Mapping
      checkSpec(merged, around.problems)
      model = withoutRepeats(toCanonical(merged, around)) as Mapping
    }
  }
  return withListedVariables(resolvePaths(withDefaults(model), around.directory), around.variables)
}

/** Tells what the specification does not allow, of all that is merged so far: a later file may not mend what an earlier one has. */
function checkSpec(model: Mapping, problems: Problems): void {
  locate(model, problems)
  project.check(model, [], problems)
}
