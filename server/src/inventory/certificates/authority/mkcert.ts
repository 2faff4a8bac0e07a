import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { ProgramMissing, type RunResult } from '@wheelhouse/platform/exec'
import type { AuthorityPair } from '../store.ts'
import { dayMs } from '../view.ts'
import type { Authority } from './authority.ts'
import type { RunProgram } from './run-program.ts'

const leewayMs = 60_000
const timeoutMs = 30_000

export interface Mkcert extends Authority {
  readonly source: 'mkcert'
  /** Puts its authority into the trust store of the system, or takes it out again. */
  trust(trust: boolean): Promise<void>
}

export interface MkcertParts {
  readonly run: RunProgram
  readonly readText: (path: string) => Promise<string>
  /** Folder of its authority; its own choice when null. */
  readonly root: string | null
  readonly now: () => number
}

/** mkcert where it is on the PATH, else null. */
export async function findMkcert(parts: MkcertParts): Promise<Mkcert | null> {
  // Firefox and Java have stores of their own; only the system's is ours to change.
  const env = { TRUST_STORES: 'system', ...(parts.root === null ? {} : { CAROOT: parts.root }) }
  const mkcert = async (...args: string[]): Promise<RunResult> => {
    const result = await parts.run(['mkcert', ...args], { env, timeoutMs })
    if (result.exitCode === 0) return result
    const said = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? ''
    throw new Failure('TARGET_REFUSED', `mkcert refused: ${said.slice(0, 300)}`)
  }
  let root: string
  try {
    root = (await mkcert('-CAROOT')).stdout.trim()
  } catch (error) {
    if (error instanceof ProgramMissing) return null
    throw error
  }
  const rootFile = (name: string): Promise<string> => parts.readText(join(root, name))

  async function make(domains: readonly string[]): Promise<AuthorityPair> {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-mkcert-'))
    try {
      const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
      await mkcert('-cert-file', certificate, '-key-file', key, ...domains)
      return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const authority = (): Promise<string> =>
    rootFile('rootCA.pem').catch(async () => {
      // It makes its authority with the first certificate.
      await make(['localhost'])
      return rootFile('rootCA.pem')
    })

  return {
    source: 'mkcert',
    certificate: authority,
    async issue(domains, days) {
      if (days === null) return make(domains)
      // mkcert has one length for all; another is signed here with the key of its authority.
      const certificate = await authority()
      const key = await rootFile('rootCA-key.pem')
      const { signLeaf } = await import('./sign.ts')
      const at = parts.now()
      return signLeaf({ certificate, key }, { domains, notBefore: at - leewayMs, notAfter: at + days * dayMs })
    },
    async trust(trust) {
      await mkcert(trust ? '-install' : '-uninstall')
    },
  }
}
