import type { Token } from '@wheelhouse/contract'
import type { OwnedToken } from './store.ts'

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** A token as every face sees one: without its hash. */
export const tokenView = (token: OwnedToken): Token => ({
  id: token.id,
  name: token.name,
  userId: token.userId,
  username: token.username,
  scopes: [...token.scopes],
  prefix: `wh_${token.prefix}`,
  createdAt: new Date(token.createdAt).toISOString(),
  expiresAt: isoOrNull(token.expiresAt),
  lastUsedAt: isoOrNull(token.lastUsedAt),
})
