import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { ProgramMissing } from '@wheelhouse/platform/exec'
import type { RunProgram } from './run-program.ts'

/** Where the trusted authorities of a system are, and the command that makes its bundle anew. */
export interface SystemStorePlace {
  readonly folder: string
  readonly bundle: string
  readonly update: readonly [string, ...string[]]
}

export const debianStore: SystemStorePlace = {
  folder: '/usr/local/share/ca-certificates',
  bundle: '/etc/ssl/certs/ca-certificates.crt',
  update: ['update-ca-certificates'],
}

export interface SystemStoreParts {
  readonly place: SystemStorePlace
  readonly run: RunProgram
  readonly readText: (path: string) => Promise<string>
  /** Throws what node:fs throws. */
  readonly writeText: (path: string, text: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const timeoutMs = 60_000
const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '')

const byHand = (why: string): Failure =>
  new Failure(
    'CAPABILITY_MISSING',
    `${why} Download the certificate of the authority and add it to the trusted roots by hand: on Windows with certutil -addstore Root, on macOS in Keychain Access.`,
  )

/** The store of a Debian-like system: found out by reading its bundle, changed by its own command. */
export function systemStore(parts: SystemStoreParts) {
  const { place } = parts
  const fileFor = (pem: string): string => {
    const name = new X509Certificate(pem).fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()
    return join(place.folder, `wheelhouse-${name}.crt`)
  }

  async function update(): Promise<void> {
    const { exitCode, stderr } = await parts.run(place.update, { timeoutMs })
    if (exitCode === 0) return
    throw new Failure('TARGET_REFUSED', `${place.update[0]} refused: ${stderr.trim().slice(-300)}`)
  }

  const store = {
    /** Whether the system trusts it, and how that was found. Also true of one that somebody else put there. */
    async holds(pem: string): Promise<{ trusted: boolean; trustedBy: string }> {
      const bundle = await parts.readText(place.bundle).catch(() => null)
      if (bundle === null)
        return { trusted: false, trustedBy: `${place.bundle} cannot be read: this system keeps its roots elsewhere` }
      const wanted = bare(pem)
      const trusted = (bundle.match(block) ?? []).some((each) => bare(each) === wanted)
      return { trusted, trustedBy: `${trusted ? 'it is' : 'it is not'} in ${place.bundle}` }
    },

    /** Throws CAPABILITY_MISSING where the system has no such store or does not let us change it. */
    async change(pem: string, trust: boolean): Promise<void> {
      const file = fileFor(pem)
      try {
        if (trust) await parts.writeText(file, pem)
        else await parts.remove(file)
        await update()
      } catch (error) {
        if (error instanceof Failure) throw error
        if (error instanceof ProgramMissing) {
          if (trust) await parts.remove(file).catch(() => undefined)
          throw byHand(`There is no ${error.program} here.`)
        }
        const { code } = error as { code?: string }
        if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
          throw byHand(`${place.folder} belongs to root, and Wheelhouse runs as another user.`)
        if (code === 'ENOENT' || code === 'ENOTDIR') throw byHand(`There is no ${place.folder} here.`)
        throw error
      }
      if ((await store.holds(pem)).trusted === trust) return
      throw byHand(
        trust
          ? `${place.update[0]} ran, and the authority is not in ${place.bundle}.`
          : `The authority is still in ${place.bundle}: something else put it there.`,
      )
    },
  }
  return store
}
export type SystemStore = ReturnType<typeof systemStore>
