import { randomUUID } from 'node:crypto'
import type { Log } from '@wheelhouse/platform/log'
import { digestToken, randomToken } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { AuthStore } from './store.ts'

export interface SessionTimes {
  readonly accessTokenMs: number
  readonly refreshTokenMs: number
}
export interface Sessions {
  /** Opens a session; answers its first refresh token. */
  open(
    userId: string,
    from: { ip: string; userAgent: string },
  ): Promise<{ id: string; refreshToken: string; expiresAt: number }>
  /** Whether it is open, mostly without the database. */
  isOpen(id: string, userId: string): Promise<boolean>
  /** Ends one; answers whose it was, null when there is none. */
  end(id: string): Promise<string | null>
  /** Ends all of a user but one; answers the ids. */
  endAll(userId: string, but: string | null): Promise<string[]>
  /** Notes that it is in use, at most once a minute; true when it did. */
  seen(id: string): Promise<boolean>
}

interface Known {
  readonly userId: string | null
}

const knownMs = 60_000
const seenEveryMs = 60_000
const longestAgent = 400
const keyOf = (id: string): string => `identity/session/${id}`
const plain = (text: string): string => text.replaceAll('\0', '').slice(0, longestAgent)

/**
 * Open sessions are remembered in the shared state for a minute, ended ones for as long as an access token can live. The two writes
 * differ: an end overwrites, a reader only adds where there is nothing. So a reader that saw the row before it was deleted cannot
 * bring the session back, on this or another instance.
 */
export function openSessions(
  store: AuthStore,
  state: State,
  log: Log,
  clock: () => number,
  times: SessionTimes,
): Sessions {
  const markEnded = (id: string) =>
    state.set(keyOf(id), { userId: null } satisfies Known, times.accessTokenMs + knownMs)
  return {
    async open(userId, from) {
      const id = randomUUID()
      const refreshToken = randomToken(32)
      const at = clock()
      const expiresAt = at + times.refreshTokenMs
      await store.openSession(
        { id, userId, ip: plain(from.ip), userAgent: plain(from.userAgent), createdAt: at, lastSeenAt: at, expiresAt },
        { hash: digestToken(refreshToken), sessionId: id, expiresAt, replacedAt: null },
      )
      return { id, refreshToken, expiresAt }
    },
    async isOpen(id, userId) {
      let known = await state.get<Known>(keyOf(id))
      if (!known) {
        const session = await store.session(id)
        known = { userId: session && session.expiresAt > clock() ? session.userId : null }
        if (!(await state.add(keyOf(id), known, knownMs))) known = (await state.get<Known>(keyOf(id))) ?? known
      }
      return known.userId === userId
    },
    async end(id) {
      const userId = await store.endSession(id)
      if (userId !== null) await markEnded(id)
      return userId
    },
    async endAll(userId, but) {
      const ids = await store.endSessions(userId, but)
      await Promise.all(ids.map(markEnded))
      return ids
    },
    async seen(id) {
      try {
        if (!(await state.add(`identity/session-seen/${id}`, true, seenEveryMs))) return false
        await store.seen(id, clock())
        return true
      } catch (error) {
        // A full disk must not end the session of one who only reads.
        log.warn({ error, sessionId: id }, 'The last use of a session was not noted')
        return false
      }
    },
  }
}
