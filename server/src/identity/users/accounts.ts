import type { Grant, Reach, Role } from '@wheelhouse/contract'
import type { State } from '@wheelhouse/platform/state'
import type { UserRecord, UserStore } from './store.ts'

/** What authentication needs to know of a user on every call. `gone` is kept for a while so that a slow reader cannot bring it back. */
export interface Account {
  readonly userId: string
  readonly version: number
  readonly gone: boolean
  readonly username: string
  readonly disabled: boolean
  readonly role: Role
  readonly reach: Reach
  readonly grants: readonly Grant[]
}

/** How long an instance that died between its write and its word to the others can leave them with an old answer. */
const keepMs = 60_000
const goneMs = 15 * 60_000
const keyOf = (userId: string): string => `identity/account/${userId}`

const accountOf = (user: UserRecord): Account => ({
  userId: user.id,
  version: user.version,
  gone: false,
  username: user.username,
  disabled: user.disabled,
  role: user.role,
  reach: user.reach,
  grants: user.grants,
})

export interface Accounts {
  /** null for one who is removed or disabled. */
  active(userId: string): Promise<Account | null>
  changed(user: UserRecord): Promise<void>
  removed(user: UserRecord): Promise<void>
}

/**
 * Authority by user, kept in the shared state so that most calls need no database. A newer version always wins: a reader that loaded
 * the row before a change and writes after it meets the higher version and takes that instead.
 */
export function openAccounts(store: UserStore, state: State): Accounts {
  const put = async (account: Account, ttlMs: number): Promise<Account> => {
    const key = keyOf(account.userId)
    for (;;) {
      const known = await state.get<Account>(key)
      if (known && known.version >= account.version) return known
      if (await state.compareAndSet(key, known, account, ttlMs)) return account
    }
  }
  return {
    async active(userId) {
      let account = await state.get<Account>(keyOf(userId))
      if (!account) {
        const user = await store.byId(userId)
        if (!user) return null
        account = await put(accountOf(user), keepMs)
      }
      return account.gone || account.disabled ? null : account
    },
    async changed(user) {
      await put(accountOf(user), keepMs)
    },
    async removed(user) {
      await put({ ...accountOf(user), version: Number.MAX_SAFE_INTEGER, gone: true }, goneMs)
    },
  }
}
