import { stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { type Client, Problem } from '@wheelhouse/client'
import { Complaint, complaintOf, detailLines, usage } from '../failure.ts'
import { nearestHint } from '../nearest.ts'

export interface SourceOptions {
  file?: string
  environment?: string
}

/** Where the manifest is on the machine of the control plane. */
export interface ManifestPlace {
  readonly directory: string
  readonly manifest?: string
}

export const usualManifests = ['wheelhouse.yaml', 'wheelhouse.yml'] as const
const usual: readonly string[] = usualManifests

const kindOf = async (path: string): Promise<'file' | 'folder' | null> => {
  const found = await stat(path).catch(() => null)
  return found === null ? null : found.isDirectory() ? 'folder' : 'file'
}

const placeOf = (directory: string, name: string): ManifestPlace =>
  name === usual[0] ? { directory } : { directory, manifest: name }

/** The folder in hand, or the folder or file that was named. What is not here may be there: an absolute path is taken at its word. */
export async function manifestPlace(file: string | undefined): Promise<ManifestPlace> {
  const path = resolve(file ?? '.')
  const kind = await kindOf(path)
  if (kind === 'file') return placeOf(dirname(path), basename(path))
  if (kind === null) {
    if (file === undefined || !isAbsolute(file)) throw usage(`There is no file or folder ${file ?? path}.`)
    return /\.ya?ml$/.test(path) ? placeOf(dirname(path), basename(path)) : { directory: path }
  }
  for (const name of usual) if ((await kindOf(join(path, name))) === 'file') return placeOf(path, name)
  throw usage(`There is no wheelhouse.yaml in ${file ?? 'this folder'}. Go to its folder, or name it with -f.`)
}

const aboutPlace = (problem: Problem, place: ManifestPlace): boolean =>
  ['NOT_FOUND', 'POLICY_REFUSED'].includes(problem.code) &&
  (JSON.stringify(problem.details) + problem.message).includes(place.directory)

/** Runs it; when the server cannot use the folder, what to do is said beside what it said. */
export async function atPlace<T>(place: ManifestPlace, url: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Problem) || !aboutPlace(error, place)) throw error
    const said = complaintOf(error)
    throw new Complaint(said.exit, said.code, said.message, [
      ...said.lines,
      `The control plane at ${url} reads ${place.directory} on its own machine.`,
      'Run wh on that machine, or name the folder as it is called there with -f.',
    ])
  }
}

export type Described = Awaited<ReturnType<Client['deployments']['describe']>>

/** What the manifest holds; one that has errors is refused with line and column. */
export async function describeManifest(
  client: Client,
  url: string,
  place: ManifestPlace,
  more: { environment?: string | undefined; target?: string | undefined; variables?: Record<string, string> } = {},
): Promise<Described> {
  const described = await atPlace(place, url, () => client.deployments.describe({ ...place, ...more }))
  const errors = described.problems.filter((problem) => problem.severity === 'error')
  if (errors.length === 0) return described
  throw new Complaint(
    'usage',
    'STACK_INVALID',
    `${join(place.directory, place.manifest ?? 'wheelhouse.yaml')} has errors.`,
    detailLines({ problems: errors }),
  )
}

/** One of the names, or a complaint with the nearest. */
export function oneOf(kind: string, name: string, names: readonly string[]): string {
  if (names.includes(name)) return name
  const hint = nearestHint(name, names) || (names.length > 0 ? ` There is ${names.join(', ')}.` : '')
  throw usage(`The manifest has no ${kind} "${name}".${hint}`)
}

/** `a,b c` given as several texts or with commas, each once. */
export const listed = (texts: readonly string[]): string[] => [
  ...new Set(
    texts
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter(Boolean),
  ),
]

interface ConfigEntry {
  config?: { set?: unknown } | null
}
interface Manifest extends ConfigEntry {
  environments?: Record<string, ConfigEntry | null> | null
}

async function parsed(source: string): Promise<Manifest | null> {
  const { parse } = await import('yaml')
  try {
    return parse(source) as Manifest | null
  } catch {
    // The server has read it; what this parser cannot is left to the rule.
    return null
  }
}

/** The set whose values the manifest takes: the one it names, else `<stack>-<environment>`. */
export async function setOfManifest(described: Described): Promise<string> {
  const file = await parsed(described.source)
  const environment = described.environment ?? 'production'
  const named = file?.environments?.[environment]?.config?.set ?? file?.config?.set
  return typeof named === 'string' && !named.includes('$') ? named : `${described.name ?? 'stack'}-${environment}`
}
