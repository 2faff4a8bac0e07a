import { Failure } from '@wheelhouse/contract'
import type { State } from '@wheelhouse/platform/state'

/** Wrong passwords in a row, from one address, before the next attempt must wait. */
const patience = 5
/** Wrong passwords in a row, from anywhere, before the account is locked. */
const limit = 10
const windowMs = 15 * 60_000
const lockMs = 15 * 60_000
const longestWaitMs = 60_000

export interface Lockout {
  /** Throws LOCKED_OUT while the account, or the account from this address, must wait. */
  check(username: string, ip: string): Promise<void>
  /** Counts a wrong password; true when this one locked the account. */
  failed(username: string, ip: string): Promise<boolean>
  /** Forgets the wrong passwords and lifts a lock. */
  clear(username: string): Promise<void>
  /** Epoch ms, or null. */
  lockedUntil(username: string): Promise<number | null>
}

/**
 * Names that do not exist are counted like those that do, so that a lock tells nothing. Kept in the shared state: it holds over
 * all instances.
 */
export function openLockout(state: State, clock: () => number): Lockout {
  // One prefix a name: encoded, the name holds no slash, so no name's keys can be another's.
  const key = (username: string, ...rest: string[]): string =>
    ['identity/lockout', encodeURIComponent(username.toWellFormed()), ...rest].join('/')
  const lockKey = (username: string): string => key(username, 'locked')

  const waiting = async (at: string): Promise<number | null> => {
    const until = await state.get<number>(at)
    return until !== null && until > clock() ? until : null
  }
  const refuse = (until: number): never => {
    const retryAfterMs = until - clock()
    const seconds = Math.ceil(retryAfterMs / 1000)
    const wait = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
    throw new Failure(
      'LOCKED_OUT',
      `Too many wrong passwords. Try again in ${wait}, or ask an administrator to unlock the account.`,
      { retryAfterMs },
    )
  }

  return {
    async check(username, ip) {
      const until = (await waiting(lockKey(username))) ?? (await waiting(key(username, 'wait', ip)))
      if (until !== null) refuse(until)
    },
    async failed(username, ip) {
      const here = await state.increment(key(username, 'count', ip), 1, windowMs)
      const everywhere = await state.increment(key(username, 'count'), 1, windowMs)
      if (here >= patience) {
        const waitMs = Math.min(1000 * 2 ** (here - patience), longestWaitMs)
        // It says itself when it is over: by when it is forgotten does not matter.
        await state.set(key(username, 'wait', ip), clock() + waitMs, windowMs)
      }
      if (everywhere < limit) return false
      await state.set(lockKey(username), clock() + lockMs, lockMs)
      await state.delete(key(username, 'count'))
      return true
    },
    async clear(username) {
      for (const each of await state.keys(key(username, ''))) await state.delete(each)
    },
    lockedUntil: (username) => waiting(lockKey(username)),
  }
}
