import type { encryption } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Handlers } from '../../dispatch/index.ts'
import { encryptionHandlers, type EncryptionRoom, enqueueReseal, resealKind, stateOf } from './operations.ts'
import { reseal } from './reseal.ts'
import { openSealedStore } from './store.ts'

export interface Encryption {
  readonly handlers: Handlers<typeof encryption>
  /** Goes on with what a rotation that was cut off, or a key put before the old one in its variable, left under an older key. */
  start(): Promise<void>
}

/** The master key and all that is sealed under it. Call before `jobs.start()`. */
export function createEncryption(parts: Omit<EncryptionRoom, 'store'> & { readonly database: Database }): Encryption {
  const room: EncryptionRoom = { ...parts, store: openSealedStore(parts.database) }
  room.jobs.define(resealKind, (_data, job) => reseal(room, job))
  return {
    handlers: encryptionHandlers(room),
    async start() {
      if (room.secrets.keyIds.length < 2) return
      const { olderValues } = await stateOf(room)
      if (olderValues > 0) await enqueueReseal(room, 'system')
    },
  }
}
