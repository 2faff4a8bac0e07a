import type { User } from '@wheelhouse/contract'
import type { Preferences, UserRecord } from './store.ts'

export const defaultPreferences: Preferences = { theme: 'system', density: 'default', singleKeys: true }

export const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))

/** A user as every face sees one: no password hash. `lockedUntil` is epoch ms. */
export const userView = (user: UserRecord, lockedUntil: number | null): User => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  email: user.email,
  role: user.role,
  reach: user.reach,
  grants: [...user.grants],
  disabled: user.disabled,
  lockedUntil: isoOrNull(lockedUntil),
  lastSeenAt: isoOrNull(user.lastSeenAt),
  createdAt: iso(user.createdAt),
})

/** One who can administer the house: an administrator of granted reach holds nothing by the role. */
export const isAbleAdmin = (user: Pick<UserRecord, 'role' | 'reach' | 'disabled'>): boolean =>
  user.role === 'admin' && user.reach === 'all' && !user.disabled
