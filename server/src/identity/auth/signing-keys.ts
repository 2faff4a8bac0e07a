import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type AuthStore, signingKeyContext as contextOf, type SigningKeyRecord } from './store.ts'

export interface SigningKey {
  readonly id: string
  readonly key: KeyObject
}
export interface SigningKeys {
  /** The key that signs. */
  current(): Promise<SigningKey>
  /** A key that may still verify; null for an unknown or long retired one. */
  byId(id: string): Promise<KeyObject | null>
  /** Signs with a new key from now on; tokens signed before work until they expire. */
  rotate(): Promise<void>
}

const renewAfterMs = 90 * 86_400_000
/** How long an instance may go on signing with a key that another one has retired. */
const reloadMs = 60_000

interface Loaded {
  readonly at: number
  readonly current: SigningKey | null
  readonly createdAt: number
  readonly byId: ReadonlyMap<string, KeyObject>
}

/** Keys of the access tokens: 256 random bits each, sealed under the master key in the database, shared by all instances. */
export function openSigningKeys(
  store: AuthStore,
  secrets: Secrets,
  log: Log,
  clock: () => number,
  accessTokenMs: number,
): SigningKeys {
  let loaded: Loaded | null = null
  const graceMs = accessTokenMs + 2 * reloadMs

  const unseal = async (record: SigningKeyRecord): Promise<KeyObject | null> => {
    try {
      const bytes = secrets.open(record.sealed, contextOf(record.id)).reveal()
      if (secrets.needsReseal(record.sealed)) {
        await store.resealSigningKey(record.id, secrets.seal(bytes, contextOf(record.id)))
      }
      return createSecretKey(bytes, 'base64url')
    } catch (error) {
      // Losing the master key ends the access tokens of the next minutes; refresh tokens do not hang on it.
      log.warn({ error, signingKey: record.id }, 'A signing key cannot be opened and is passed over')
      return null
    }
  }
  const make = (): SigningKeyRecord => {
    const id = randomUUID()
    const sealed = secrets.seal(randomBytes(32).toString('base64url'), contextOf(id))
    return { id, sealed, createdAt: clock(), retiredAt: null }
  }
  const load = async (): Promise<Loaded> => {
    const byId = new Map<string, KeyObject>()
    let current: SigningKeyRecord | undefined
    for (const record of await store.signingKeys()) {
      if (record.retiredAt !== null && record.retiredAt + graceMs < clock()) continue
      const key = await unseal(record)
      if (!key) continue
      byId.set(record.id, key)
      if (record.retiredAt === null) current ??= record
    }
    const key = current && byId.get(current.id)
    loaded = {
      at: clock(),
      current: current && key ? { id: current.id, key } : null,
      createdAt: current?.createdAt ?? 0,
      byId,
    }
    return loaded
  }
  const fresh = async (): Promise<Loaded> => (loaded && clock() - loaded.at < reloadMs ? loaded : load())
  const rotate = async (): Promise<Loaded> => {
    await store.replaceSigningKeys(make(), clock() - graceMs)
    return load()
  }

  return {
    async current() {
      let keys = await fresh()
      if (!keys.current) {
        await store.addSigningKey(make())
        keys = await load()
      } else if (clock() - keys.createdAt > renewAfterMs) keys = await rotate()
      if (!keys.current) throw new Error('The signing key that was just written cannot be read')
      return keys.current
    },
    async byId(id) {
      let keys = await fresh()
      // Another instance may have made it a moment ago; forged ids must not make a query each.
      if (!keys.byId.has(id) && clock() - keys.at > 1000) keys = await load()
      return keys.byId.get(id) ?? null
    },
    async rotate() {
      await rotate()
    },
  }
}
