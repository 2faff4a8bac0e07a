import { parseEnvFile } from '../../file/env-file.ts'
import type { Problems } from '../../file/problems.ts'
import type { Around } from './around.ts'
import { shown } from './around.ts'
import { Budget } from '../tree/budget.ts'
import { EnvironmentReader, mapServices } from './environment.ts'
import { type ProjectFiles, resolveFrom } from './files.ts'
import { lookUpIn, type Variables } from '../tree/interpolate.ts'
import { entryOf, type Mapping, textOf } from '../tree/node.ts'
import { locate } from '../tree/locate.ts'
import { normalize } from './normalize.ts'
import { activeProfiles, isActive, profilesOf } from '../spec/profiles.ts'
import { parseYaml } from '../tree/parse.ts'
import type { SourceFile } from './read-alone.ts'
import { readModel } from './read-model.ts'
import { substitute } from '../../file/substitute.ts'

export interface LoadInput {
  /** The file that was handed in, and those that are put over it, in order. */
  readonly sources: readonly SourceFile[]
  readonly files: ProjectFiles
  /** Absolute folder of the project; null where it is not known, and relative paths then stay relative. */
  readonly directory: string | null
  /** Win over those of .env. */
  readonly variables: Variables
  /** Wins over what the file says. */
  readonly name: string | null
  /** Whether `c:/data` names a drive, as it does to Compose, or a volume of one letter. */
  readonly drives?: boolean
}
export interface Loaded {
  /** In long forms, variables, files and paths resolved; services of every profile, and every network. */
  readonly model: Mapping
  readonly name: string | null
  /** Those handed in and those of .env. */
  readonly variables: Variables
}

/** The name of a project out of any text: small letters, digits, dashes and underscores. */
export const projectName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')

/** Loads a Compose project. What is wrong with it is in `problems`; where that is an error the answer is of use only to tell more. */
export function loadCompose(input: LoadInput, problems: Problems): Loaded {
  const directory = input.directory ?? ''
  const budget = new Budget()
  const told = new Set<string>()
  const base: Around = {
    problems,
    budget,
    told,
    files: input.files,
    root: directory,
    directory,
    variables: input.variables,
    drives: input.drives ?? true,
  }
  const variables = withDotEnv(base)
  const sources = input.sources.map((file) => ({
    ...file,
    parsed: file.parsed ?? parseYaml(file.text, { problems, budget, file: file.shownAs }),
  }))
  const name = nameOf({ ...input, sources }, variables, problems)
  const around = { ...base, variables: name === null ? variables : { ...variables, COMPOSE_PROJECT_NAME: name } }
  const model = readModel(sources, around, [])
  if (model.entries.size === 0 && !problems.failed)
    problems.error([], 'The file is empty or not a map. It starts with name: and services:.')
  const reader = new EnvironmentReader(around)
  const whole = normalize(model, name ?? 'stack', around.variables)
  const profiles = activeProfiles(around.variables)
  const resolved = mapServices(whole, (service, of) => {
    const isUsed = isActive(profilesOf(service), profiles)
    return reader.labels(reader.environment(service, of, isUsed), of, isUsed)
  })
  locate(resolved, problems)
  return { model: resolved, name, variables: around.variables }
}

function withDotEnv(around: Around): Variables {
  const path = resolveFrom(around.directory, '.env')
  const found = around.files.find(path)
  if (!('text' in found)) return around.variables
  const { values, problems } = parseEnvFile(found.text, around.variables)
  for (const { line, message } of problems)
    around.problems.at(null, [], `${shown(around, path)} line ${line}: ${message}`)
  return { ...Object.fromEntries(values), ...around.variables }
}

/** The last name that a file gives, else COMPOSE_PROJECT_NAME, else that of the folder. */
function nameOf({ sources, name, directory }: LoadInput, variables: Variables, problems: Problems): string | null {
  if (name !== null) return name
  const named = variables.COMPOSE_PROJECT_NAME
  if (named) {
    if (projectName(named) !== named)
      problems.error(['name'], `COMPOSE_PROJECT_NAME is "${named}", but a name has only a-z, 0-9, - and _.`)
    return named
  }
  let written = ''
  for (const { parsed } of sources)
    for (const { root } of parsed ?? []) written = textOf(entryOf(root, 'name')) || written
  const read = projectName(substitute(written, lookUpIn(variables)).value)
  if (written !== '' && read === '')
    problems.error(['name'], `"${written}" has nothing a name is made of: a-z, 0-9, - or _.`)
  return read || projectName(directory?.split('/').at(-1) ?? '') || null
}
