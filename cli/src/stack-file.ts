import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Client } from '@wheelhouse/client'
import { usage } from './failure.ts'
import { findFile, overrides, readOr } from './find-stack-file.ts'

export { readOr } from './find-stack-file.ts'

export interface StackOptions {
  file?: string
  target?: string
  name?: string
  var?: string[]
  envFile?: string[]
}

export interface StackInput {
  source: string
  directory?: string
  target?: string
  name?: string
  variables?: Record<string, string>
  files?: Record<string, string>
}

/** The texts that name other files and variables of this machine: the stack file, and what is put over it. */
export const textsOf = ({ source, files = {}, variables }: StackInput): string[] => [
  source,
  ...[...overrides, ...(variables?.COMPOSE_FILE?.split(':').slice(1) ?? [])].flatMap((name) => files[name] ?? []),
]

function pairs(texts: readonly string[]): Record<string, string> {
  const entries = texts.map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at < 1) throw usage(`--var takes NAME=VALUE, not "${text.split('=')[0] ?? ''}".`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return Object.fromEntries(entries)
}

/** Names the file asks for as $NAME or ${NAME…}; only these are taken from the shell, so that nothing else leaves it. */
const asked = (source: string): string[] => [...source.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '')

async function variablesOf(source: string, folder: string, options: StackOptions): Promise<Record<string, string>> {
  const variables: Record<string, string> = {}
  for (const path of options.envFile ?? []) {
    const text = await readOr(path)
    if (text === null) throw usage(`There is no file ${path}.`)
    Object.assign(variables, parseEnv(text))
  }
  if (options.envFile === undefined) Object.assign(variables, parseEnv((await readOr(join(folder, '.env'))) ?? ''))
  for (const name of asked(source)) if (process.env[name] !== undefined) variables[name] = process.env[name]
  return { ...variables, ...pairs(options.var ?? []) }
}

type EnvEntry = string | { path?: string; required?: boolean }

/** Texts of the env_file entries, by path as written. A broken file is left to the server, which says line and column. */
async function envFilesOf(source: string, folder: string): Promise<Record<string, string>> {
  if (!source.includes('env_file')) return {}
  const { parse } = await import('yaml')
  let services: Record<string, { env_file?: EnvEntry | EnvEntry[] } | null> = {}
  try {
    services =
      (parse(source, { merge: true, logLevel: 'silent' }) as { services?: typeof services } | null)?.services ?? {}
  } catch {
    return {}
  }
  const files: Record<string, string> = {}
  for (const service of Object.values(services)) {
    for (const entry of [service?.env_file ?? []].flat()) {
      const path = typeof entry === 'string' ? entry : (entry.path ?? '')
      const text = path === '' ? null : await readOr(isAbsolute(path) ? path : join(folder, path))
      if (text !== null) files[path] = text
      else if (typeof entry === 'string' || entry.required !== false)
        throw usage(`env_file: there is no ${path} beside the stack file.`)
    }
  }
  return files
}

const mostRounds = 30
/** Where a file can name others that only the server knows how to read. */
const namesOthers = /^\s*-?\s*["']?(?:include|extends|label_file|security_opt)["']?\s*:/m

/**
 * Brings along what a Compose file includes, extends and names, and what those name in turn: the server says what it lacks. A file
 * outside of the folder goes only where one that was read names it, so that no server can ask for others of this machine.
 */
export async function withNeeded(input: StackInput, client: Pick<Client, 'stacks'>): Promise<StackInput> {
  if (!textsOf(input).some((text) => namesOthers.test(text))) return input
  const folder = input.directory ?? '.'
  const files: Record<string, string> = { ...input.files }
  const asked = new Set<string>()
  for (let round = 0; round < mostRounds; round += 1) {
    const { needs } = await client.stacks.validate({ ...input, files })
    const fresh = needs.filter((path) => !asked.has(path))
    if (fresh.length === 0) break
    for (const path of fresh) {
      asked.add(path)
      const inside = relative(folder, resolve(folder, path))
      const read = [input.source, ...Object.values(files)]
      const named = read.some((one) => one.includes(basename(path)))
      if ((inside.startsWith('..') || isAbsolute(inside)) && !named) continue
      const found = await readOr(resolve(folder, path))
      if (found !== null) files[path] = found
    }
  }
  return Object.keys(files).length > 0 ? { ...input, files } : input
}

/** Everything the server needs of a stack file, as it cannot see the files of this machine. */
export async function readStackFile(options: StackOptions): Promise<StackInput> {
  const { path, source, over, listed } = await findFile(options.file)
  const folder = resolve(path === '-' ? '.' : dirname(path))
  const texts = [source, ...over.map(({ text }) => text)]
  // Which files make the project was settled here: the server is told what came of it.
  const {
    COMPOSE_FILE: _list,
    COMPOSE_PATH_SEPARATOR: _mark,
    ...own
  } = await variablesOf(texts.join('\n'), folder, options)
  const variables = listed === null ? own : { ...own, COMPOSE_FILE: listed }
  const files: Record<string, string> = Object.fromEntries(over.map(({ name, text }) => [name, text]))
  for (const text of texts) Object.assign(files, await envFilesOf(text, folder))
  return {
    source,
    directory: folder,
    ...(options.target ? { target: options.target } : {}),
    ...(options.name ? { name: options.name } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(Object.keys(files).length > 0 ? { files } : {}),
  }
}
