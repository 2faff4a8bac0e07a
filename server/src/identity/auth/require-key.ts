import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { openAuthStore, signingKeyContext } from './store.ts'

/**
 * For the start: refuses a master key that is not the one this database was sealed under, since what is sealed under another key
 * could not be opened once the right one is back. Throws KeyUnknown.
 */
export async function requireKey(database: Database, secrets: Secrets): Promise<void> {
  for (const { id, sealed } of await openAuthStore(database).signingKeys()) secrets.open(sealed, signingKeyContext(id))
}
