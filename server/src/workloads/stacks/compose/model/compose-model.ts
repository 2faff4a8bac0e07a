import type { Problems } from '../../file/problems.ts'
import { type Loaded, loadCompose, type LoadInput } from '../load/load.ts'
import { activeProfiles } from '../spec/profiles.ts'
import { canonicalJson, type ComposeProject } from './canonical-json.ts'
import { checkConsistency } from './consistency.ts'

export interface ComposeModel extends Loaded {
  /** What `docker compose config --format json` writes of the same files; null where it would refuse them. */
  readonly json: ComposeProject | null
}

/** Loads a project, tells all that the Compose Specification does not allow, and gives its canonical form. */
export function readComposeModel(input: LoadInput, problems: Problems): ComposeModel {
  const loaded = loadCompose(input, problems)
  const profiles = activeProfiles(loaded.variables)
  checkConsistency(loaded.model, profiles, problems)
  const { name, model } = loaded
  const isUseful = name !== null && !problems.failed
  let json: ComposeProject | null = null
  return {
    ...loaded,
    // Whoever only asks a target does without.
    get json() {
      if (isUseful) json ??= canonicalJson(model, name, profiles)
      return json
    },
  }
}
