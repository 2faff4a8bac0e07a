import { readFile, rm, writeFile } from 'node:fs/promises'
import { type Certificate, type certificates, Failure, type NewEvent } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { run } from '@wheelhouse/platform/exec'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Handlers } from '../../dispatch/index.ts'
import type { Authority } from './authority/authority.ts'
import { findMkcert, type Mkcert } from './authority/mkcert.ts'
import { ownAuthority } from './authority/own-authority.ts'
import type { RunProgram } from './authority/run-program.ts'
import { debianStore, systemStore, type SystemStorePlace } from './authority/system-store.ts'
import { domainsOf, nameText, readChain } from './certificate-text.ts'
import { watchExpiry } from './expiry.ts'
import { certificateHandlers } from './operations.ts'
import { createCertificateStore } from './store.ts'
import type { Guard } from './verify/handshake.ts'
import { certificateView, daysLeftOf, stateOf } from './view.ts'

export { sealedColumns } from './store.ts'
export type { Guard } from './verify/handshake.ts'

export interface CertificatesParts {
  readonly database: Database
  readonly secrets: Secrets
  readonly log: Log
  /** Where certificates are written unless a caller names another folder. Absolute. */
  readonly folder: string
  /** `auto` takes mkcert where it is on the PATH. */
  readonly authority: 'auto' | 'wheelhouse'
  /** CAROOT of mkcert; its own choice when null. */
  readonly mkcertRoot: string | null
  readonly guard: Guard
  announce(event: NewEvent): unknown
  /** Where the system keeps what it trusts, and how commands run; a test names another root. */
  readonly machine?: {
    readonly store?: SystemStorePlace
    readonly run?: RunProgram
    readonly readText?: (path: string) => Promise<string>
  }
  readonly now?: () => number
}

/** What a check before a deployment wants to know. */
export interface InspectedCertificate {
  readonly domains: readonly string[]
  readonly issuer: string
  readonly notAfter: string
  /** Whole days; below zero once it has ended. */
  readonly daysLeft: number
  readonly state: Certificate['state']
}

export interface Certificates {
  readonly handlers: Handlers<typeof certificates>
  /** Reads a PEM file. Throws NOT_FOUND, or VALIDATION_FAILED where it is no certificate. */
  inspectFile(path: string): Promise<InspectedCertificate>
  /** One from the list, by id or name. */
  find(name: string): Promise<Certificate | null>
  start(): Promise<void>
  close(): void
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8')

/** TLS certificates: made by mkcert or an authority of our own, or made elsewhere and watched here. */
export function createCertificates(parts: CertificatesParts): Certificates {
  const now = parts.now ?? Date.now
  const machine = parts.machine ?? {}
  const store = createCertificateStore(parts.database, parts.secrets)
  const own = ownAuthority(store, now)
  const system = systemStore({
    place: machine.store ?? debianStore,
    run: machine.run ?? run,
    readText: machine.readText ?? readText,
    writeText: (path, text) => writeFile(path, text, { mode: 0o644 }),
    remove: (path) => rm(path, { force: true }),
  })
  const expiry = watchExpiry({ store, log: parts.log, now, announce: parts.announce })

  // Asked each time: mkcert may be installed while we run.
  async function authority(): Promise<Authority | Mkcert> {
    if (parts.authority === 'wheelhouse') return own
    const found = await findMkcert({
      run: machine.run ?? run,
      readText: machine.readText ?? readText,
      root: parts.mkcertRoot,
      now,
    })
    return found ?? own
  }

  return {
    handlers: certificateHandlers({
      store,
      system,
      authority,
      folder: parts.folder,
      now,
      guard: parts.guard,
      announce: parts.announce,
    }),
    async inspectFile(path) {
      const text = await readText(path).catch((error: NodeJS.ErrnoException) => {
        throw new Failure(
          'NOT_FOUND',
          error.code === 'ENOENT'
            ? `There is no file ${path}.`
            : `${path} cannot be read (${error.code ?? 'unknown'}).`,
          { kind: 'certificate', id: path },
        )
      })
      const [leaf] = readChain(text)
      return {
        domains: domainsOf(leaf),
        issuer: nameText(leaf.issuer),
        notAfter: leaf.validToDate.toISOString(),
        daysLeft: daysLeftOf(leaf, now()),
        state: stateOf(leaf, now()),
      }
    },
    async find(name) {
      const record = await store.find(name)
      return record && certificateView(record, now())
    },
    start: () => expiry.start(),
    close: () => expiry.close(),
  }
}
