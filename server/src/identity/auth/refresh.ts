import { Failure } from '@wheelhouse/contract'
import { digestToken, randomToken } from '@wheelhouse/platform/secrets'
import type { AuthRoom } from './auth-room.ts'

/** How long a refresh token that was just changed still answers. */
const graceMs = 10_000

interface Refreshed {
  readonly userId: string
  readonly sessionId: string
  /** What to put into the cookie; null to leave it as it is. */
  readonly refreshToken: string | null
  readonly expiresAt: number
}

const successorKey = (hash: string): string => `identity/refresh-successor/${hash}`

/**
 * Changes a refresh token for the next one of its session.
 *
 * A token works once. One that was changed before and comes back was copied: the whole session ends, for the thief and for the owner.
 * The exception is an honest race, two tabs that refresh at once or a reload that cuts the answer off: for ten seconds the old token
 * answers the same session, and with the same successor, so that whichever answer the browser keeps, its cookie is the living one. That costs no detection: whoever copied the old token in those seconds holds the very successor the
 * owner holds, and the second of the two to use it later is caught. Once the successor itself was changed, the old token answers an
 * access token only, because setting its successor would put a dead cookie over a living one.
 */
export async function refreshSession(room: AuthRoom, token: string): Promise<Refreshed> {
  const { store, state, secrets, clock } = room
  const hash = digestToken(token)
  const at = clock()
  const known = await store.refreshToken(hash)
  if (!known || known.expiresAt <= at) throw new Failure('SESSION_ENDED')
  const session = await store.session(known.sessionId)
  if (!session) throw new Failure('SESSION_ENDED')
  const answer = { userId: session.userId, sessionId: session.id, expiresAt: at + room.settings.refreshTokenMs }

  if (known.replacedAt === null) {
    const next = randomToken(32)
    const record = { hash: digestToken(next), sessionId: session.id, expiresAt: answer.expiresAt, replacedAt: null }
    if (await store.rotate(hash, record, at)) {
      await state.set(successorKey(hash), secrets.seal(next, successorKey(hash)), graceMs)
      return { ...answer, refreshToken: next }
    }
  } else if (at - known.replacedAt > graceMs) {
    await endStolen(room, session.id, session.userId)
    throw new Failure(
      'SESSION_ENDED',
      'The session has ended because its sign-in was used from two places. Sign in again.',
    )
  }

  const sealed = await state.get<string>(successorKey(hash))
  const successor = sealed === null ? null : secrets.open(sealed, successorKey(hash)).reveal()
  const living = successor === null ? null : await store.refreshToken(digestToken(successor))
  if (!living || living.replacedAt !== null) return { ...answer, refreshToken: null }
  return { ...answer, expiresAt: living.expiresAt, refreshToken: successor }
}

async function endStolen(room: AuthRoom, sessionId: string, userId: string): Promise<void> {
  const name = (await room.users.byId(userId))?.username ?? userId
  await room.sessions.end(sessionId)
  room.changed({ userId, sessionId })
  room.log.warn({ userId, sessionId }, 'A refresh token was used twice: the session was ended')
  room.emit({
    type: 'session.reuse-detected',
    severity: 'warning',
    message: `A session of ${name} was used from two places and has been ended. Change the password if one of them is unknown.`,
    actor: name,
    data: { userId, sessionId },
  })
}
