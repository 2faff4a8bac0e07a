import { Failure } from '@wheelhouse/contract'
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { parse } from 'yaml'

const mostBytes = 1_000_000

/** Absolute real path of something below a folder. Throws POLICY_REFUSED when it leads out of it, null when it is not there. */
export async function resolveInside(directory: string, path: string): Promise<string | null> {
  const real = await realpath(resolve(directory, path)).catch(() => null)
  if (real === null) return null
  const inside = relative(directory, real)
  if (inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))) return real
  throw new Failure('POLICY_REFUSED', `${path} leads out of ${directory}. Files of a stack stay in its folder.`)
}

/** Text of a file below a folder; null when it is not there. Throws POLICY_REFUSED when it leads out of it. */
export async function readInside(directory: string, path: string): Promise<string | null> {
  const real = await resolveInside(directory, path)
  if (real === null) return null
  const found = await stat(real)
  if (!found.isFile()) return null
  if (found.size > mostBytes) throw new Failure('VALIDATION_FAILED', `${path} is larger than 1 MB. It cannot be read.`)
  return (await readFile(real, 'utf8')).replace(/^\uFEFF/, '')
}

type Entry = string | { readonly path?: string }

/** Texts of the env_file entries of a stack file, by path as written. Those that are not there are left out: the reader tells of them. */
export async function readEnvFiles(directory: string, source: string): Promise<Record<string, string>> {
  let services: Record<string, { env_file?: Entry | readonly Entry[] } | null>
  try {
    const root = parse(source, { logLevel: 'silent', merge: true }) as { services?: typeof services } | null
    services = root?.services ?? {}
  } catch {
    return {}
  }
  const files: Record<string, string> = {}
  for (const service of Object.values(services)) {
    const given = service?.env_file
    if (given === undefined || given === null) continue
    for (const entry of Array.isArray(given) ? (given as readonly Entry[]) : [given as Entry]) {
      const path = typeof entry === 'string' ? entry : entry?.path
      if (typeof path !== 'string' || path in files) continue
      const text = await readInside(directory, path)
      if (text !== null) files[path] = text
    }
  }
  return files
}
