import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** One entry of the store that `docker context` keeps. */
export interface DockerContext {
  readonly name: string
  readonly description: string
  /** unix://…, tcp://…, ssh://…, npipe://… */
  readonly host: string
  readonly skipsVerification: boolean
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null
}

interface Meta {
  readonly Name?: string
  readonly Metadata?: { readonly Description?: string }
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } }
}

const storeOf = (environment: NodeJS.ProcessEnv): string =>
  join(environment.DOCKER_CONFIG || join(homedir(), '.docker'), 'contexts')

const textOf = (...path: string[]): Promise<string | undefined> =>
  readFile(join(...path), 'utf8').catch(() => undefined)

/**
 * Reads the store of Docker's command line: `meta/<digest of the name>/meta.json`, and `tls/<the same>/docker/{ca,cert,key}.pem`.
 * What cannot be read as such is left out.
 */
export async function readDockerContexts(environment: NodeJS.ProcessEnv = process.env): Promise<DockerContext[]> {
  const store = storeOf(environment)
  const digests = await readdir(join(store, 'meta')).catch(() => [])
  const found = await Promise.all(digests.map((digest) => readOne(store, digest)))
  return found.filter((context) => context !== null).toSorted((a, b) => a.name.localeCompare(b.name))
}

async function readOne(store: string, digest: string): Promise<DockerContext | null> {
  const text = await textOf(store, 'meta', digest, 'meta.json')
  let meta: Meta
  try {
    meta = JSON.parse(text ?? 'null') as Meta
  } catch {
    return null
  }
  const host = meta?.Endpoints?.docker?.Host
  if (!meta?.Name || !host) return null
  const folder = join(store, 'tls', digest, 'docker')
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => textOf(folder, name)))
  return {
    name: meta.Name,
    description: meta.Metadata?.Description ?? '',
    host,
    skipsVerification: meta.Endpoints?.docker?.SkipTLSVerify ?? false,
    tls:
      ca === undefined && cert === undefined && key === undefined
        ? null
        : { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) },
  }
}
