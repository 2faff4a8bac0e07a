import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Complaint } from './failure.ts'

/** One server and how to get in. */
export interface Context {
  readonly url: string
  readonly user: string | null
  readonly token: string | null
  /** To revoke the token at logout. */
  readonly tokenId: string | null
  readonly expiresAt: string | null
}
export interface Contexts {
  readonly current: string | null
  readonly contexts: Readonly<Record<string, Context>>
}

export const defaultUrl = 'http://127.0.0.1:8080'

export const contextsFile = (): string =>
  join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'wheelhouse', 'contexts.json')

export async function readContexts(): Promise<Contexts> {
  const file = contextsFile()
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, contexts: {} }
    throw new Complaint(
      'failed',
      'CONTEXTS',
      `${file} cannot be read: ${(error as Error).message}. Fix its owner or mode.`,
    )
  }
  try {
    const read = JSON.parse(text) as Partial<Contexts>
    if (typeof read.contexts !== 'object') throw new TypeError('no contexts in it')
    return { current: read.current ?? null, contexts: read.contexts }
  } catch (error) {
    throw new Complaint(
      'failed',
      'CONTEXTS',
      `${file} is damaged: ${(error as Error).message}. Delete it and run wh login.`,
    )
  }
}

/** Written beside and renamed, so that a crash leaves the old file; the tokens in it are for the owner's eyes only. */
export async function writeContexts(contexts: Contexts): Promise<void> {
  const file = contextsFile()
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await chmod(dirname(file), 0o700)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, file)
}

/** `10.0.0.5` becomes http://10.0.0.5; a path or a query has no place in it. */
export function serverUrl(text: string): string {
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  let url: URL
  try {
    url = new URL(spelled)
  } catch {
    throw new Complaint('usage', 'USAGE', `"${text}" is no address. Use one such as https://wheelhouse.example.org.`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Complaint('usage', 'USAGE', `${url.protocol} is not spoken here. Use http:// or https://.`)
  return url.origin
}

/** The name a context gets unless told: the host, with its port when it has one. */
export const contextName = (url: string): string => new URL(url).host

/** On plain http the token can be read by everyone on the way, unless the way is this machine. */
export function unsafe(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
