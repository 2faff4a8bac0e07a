import type { NewEvent, registries } from '@wheelhouse/contract'
import type { RegistrySignIn } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Handlers } from '../../dispatch/index.ts'
import { registryHandlers } from './operations.ts'
import { readReference } from './reference.ts'
import { openRegistryStore } from './store.ts'

export { sealedColumns } from './store.ts'
export { signedIn } from './signed-in.ts'
export { type ImageReference, readReference, wholeName } from './reference.ts'

export interface RegistriesParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly now?: () => number
  announce(event: NewEvent): unknown
}

/** Registries of images, and how to sign in to them. */
export interface Registries {
  readonly handlers: Handlers<typeof registries>
  /** For one call to the registry of this image; null where none is known or it needs none. */
  signInFor(reference: string): Promise<RegistrySignIn | null>
  /** An engine was refused with the sign-in of this image's registry: told once, until it works again. */
  refused(reference: string, reason: string): Promise<void>
  /** The sign-in worked. */
  worked(reference: string): Promise<void>
}

export function createRegistries(parts: RegistriesParts): Registries {
  const now = parts.now ?? Date.now
  const store = openRegistryStore(parts.database, parts.secrets)
  const holding = (reference: string) => store.at(readReference(reference).registry)

  return {
    handlers: registryHandlers({ store, now, announce: parts.announce }),
    async signInFor(reference) {
      const record = await holding(reference)
      if (record === null || record.username === null) return null
      const password = await store.password(record.id)
      return password === null ? null : { address: record.address, username: record.username, password }
    },
    async refused(reference, reason) {
      const record = await holding(reference)
      if (record === null || record.state === 'refused') return
      await store.judge(record.id, { state: 'refused', reason, checkedAt: now() })
      parts.announce({
        type: 'registry.refused',
        severity: 'warning',
        message: `${record.name} (${record.address}) refuses our sign-in. Change its password.`,
        data: { registryId: record.id, address: record.address },
      })
    },
    async worked(reference) {
      const record = await holding(reference)
      if (record === null || record.state === 'ok') return
      await store.judge(record.id, { state: 'ok', reason: null, checkedAt: now() })
    },
  }
}
