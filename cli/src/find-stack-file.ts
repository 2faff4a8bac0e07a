import { readFile, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { Complaint, usage } from './failure.ts'

const own = ['wheelhouse.yaml', 'wheelhouse.yml']
const compose = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
/** What Compose puts over a file that it found by itself: the first of these that is there. */
export const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/** Null where there is none. */
export async function readOr(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Complaint('failed', 'FILE', `${path} cannot be read: ${(error as Error).message}.`)
  }
}

interface Over {
  /** From the folder of the first file. */
  readonly name: string
  readonly text: string
}
export interface FoundFile {
  readonly path: string
  readonly source: string
  /** What is put over it, in order; nothing where the file was named. */
  readonly over: readonly Over[]
  /** The files of COMPOSE_FILE, from the folder of the first and with colons between them; null where it does not count. */
  readonly listed: string | null
}

/**
 * The file that was named, or the usual one of a folder. Where nothing was named: that of the current folder, the files of
 * COMPOSE_FILE, or those of the next folder above that has some, as Compose does.
 */
export async function findFile(given: string | undefined): Promise<FoundFile> {
  if (given === '-') return { path: '-', source: await text(process.stdin), over: [], listed: null }
  if (given === undefined) return findHere()
  if ((await stat(given).catch(() => null))?.isDirectory() === true) {
    const found = await findIn(given, [...own, ...compose])
    if (found !== null) return found
    throw usage(`There is no stack file in ${given}. Name one with -f.`)
  }
  const source = await readOr(given)
  if (source === null) throw usage(`There is no file ${given}.`)
  return { path: given, source, over: [], listed: null }
}

async function findHere(): Promise<FoundFile> {
  const found = (await findIn('.', own)) ?? (await findListed()) ?? (await findIn('.', compose))
  if (found !== null) return found
  for (let folder = dirname(resolve('.')), below = ''; folder !== below; [folder, below] = [dirname(folder), folder]) {
    const above = await findIn(folder, compose)
    if (above !== null) return above
  }
  throw usage('There is no stack file in this folder. Name one with -f.')
}

async function findIn(folder: string, names: readonly string[]): Promise<FoundFile | null> {
  for (const name of names) {
    const path = join(folder, name)
    const source = await readOr(path)
    if (source === null) continue
    const over = basename(path).includes('compose') ? await overrideIn(folder) : []
    return { path, source, over, listed: null }
  }
  return null
}

async function overrideIn(folder: string): Promise<Over[]> {
  for (const name of overrides) {
    const found = await readOr(join(folder, name))
    if (found !== null) return [{ name, text: found }]
  }
  return []
}

/** What COMPOSE_FILE lists, in the environment or in the `.env` of this folder; null where it lists nothing. */
async function findListed(): Promise<FoundFile | null> {
  const env: Record<string, string | undefined> = { ...parseEnv((await readOr('.env')) ?? ''), ...process.env }
  const paths = (env.COMPOSE_FILE ?? '')
    .split(env.COMPOSE_PATH_SEPARATOR || delimiter)
    .map((path) => path.trim())
    .filter((path) => path !== '')
  const [first] = paths
  if (first === undefined) return null
  const folder = dirname(resolve(first))
  const files = await Promise.all(
    paths.map(async (path): Promise<Over> => {
      const found = await readOr(path)
      if (found === null) throw usage(`COMPOSE_FILE names ${path}, which is not there.`)
      return { name: relative(folder, resolve(path)).replaceAll('\\', '/'), text: found }
    }),
  )
  const [main, ...over] = files
  return { path: first, source: main!.text, over, listed: files.map(({ name }) => name).join(':') }
}
