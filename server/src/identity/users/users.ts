import { randomUUID } from 'node:crypto'
import type { NewEvent, users } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { hashPassword } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Handlers } from '../../dispatch/handler.ts'
import { type Account, openAccounts } from './accounts.ts'
import { type Lockout, openLockout } from './lockout.ts'
import { userHandlers } from './operations.ts'
import { openUserStore, type UserPatch, type UserRecord } from './store.ts'
import type { NewUser, UserChange, UserRoom } from './user-room.ts'
import { defaultPreferences } from './user.ts'

export interface UsersDeps {
  readonly database: Database
  readonly state: State
  readonly emit: (event: NewEvent) => void
  /** Epoch ms. */
  readonly clock?: () => number
}

export interface Users {
  readonly handlers: Handlers<typeof users>
  readonly lockout: Lockout
  byId(id: string): Promise<UserRecord | null>
  /** The name as it was typed: case does not count. */
  byName(username: string): Promise<UserRecord | null>
  /** What a user may do at this moment; null for one who is removed or disabled. */
  active(userId: string): Promise<Account | null>
  hasAdmin(): Promise<boolean>
  /** Stores a user as told; password rules are the caller's. Throws the database's unique violation for a name that is taken. */
  create(user: NewUser): Promise<UserRecord>
  /** For what a person may change about himself. */
  changeSelf(
    id: string,
    patch: Pick<UserPatch, 'displayName' | 'email' | 'preferences' | 'passwordHash'>,
  ): Promise<UserRecord | null>
  seen(id: string, at: number): Promise<void>
  /** Listeners have finished before the change is answered. */
  onChanged(listener: (change: UserChange) => Promise<void>): void
}

export function createUsers(deps: UsersDeps): Users {
  const clock = deps.clock ?? Date.now
  const store = openUserStore(deps.database)
  const accounts = openAccounts(store, deps.state)
  const lockout = openLockout(deps.state, clock)
  const listeners: ((change: UserChange) => Promise<void>)[] = []

  const room: UserRoom = {
    store,
    lockout,
    emit: deps.emit,
    async create(user) {
      const record: UserRecord = {
        id: randomUUID(),
        username: user.username,
        displayName: user.displayName ?? user.username,
        email: user.email ?? null,
        role: user.role,
        reach: user.reach ?? 'all',
        grants: user.grants ?? [],
        preferences: defaultPreferences,
        passwordHash: await hashPassword(user.password),
        disabled: false,
        version: 1,
        createdAt: clock(),
        lastSeenAt: null,
      }
      await store.insert(record)
      return record
    },
    async changed(user, what) {
      await (what === 'removed' ? accounts.removed(user) : accounts.changed(user))
      for (const listener of listeners) await listener({ userId: user.id, what })
    },
  }

  return {
    handlers: userHandlers(room),
    lockout,
    byId: (id) => store.byId(id),
    byName: (username) => store.byName(username.toLowerCase()),
    active: (userId) => accounts.active(userId),
    hasAdmin: () => store.hasAdmin(),
    create: (user) => room.create(user),
    async changeSelf(id, patch) {
      const user = await store.update(id, patch)
      if (user) await accounts.changed(user)
      return user
    },
    seen: (id, at) => store.seen(id, at),
    onChanged(listener) {
      listeners.push(listener)
    },
  }
}
