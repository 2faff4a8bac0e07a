import { type auth, Failure, type SignedIn } from '@wheelhouse/contract'
import { hashPassword, randomToken, verifyPassword } from '@wheelhouse/platform/secrets'
import type { CallContext, Handler } from '../../dispatch/handler.ts'
import type { UserRecord } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'
import { meView } from './me.ts'

/** An access token for a session; the refresh token, when there is a new one, goes into the cookie. */
export async function answerSignedIn(
  room: AuthRoom,
  user: UserRecord,
  session: { readonly id: string; readonly refreshToken: string | null; readonly expiresAt: number },
  context: CallContext,
): Promise<SignedIn> {
  const accessToken = await room.access.issue({ userId: user.id, sessionId: session.id })
  if (session.refreshToken) context.exchange.setRefreshToken(session.refreshToken, new Date(session.expiresAt))
  return { accessToken, tokenType: 'Bearer', expiresInMs: room.settings.accessTokenMs, user: meView(user, null) }
}

export async function signIn(room: AuthRoom, user: UserRecord, context: CallContext): Promise<SignedIn> {
  const { ip } = context.caller
  const session = await room.sessions.open(user.id, context.caller)
  // A password changed while the old one was being checked has ended every session but this one, which was not open yet.
  if ((await room.users.byId(user.id))?.passwordHash !== user.passwordHash) {
    await room.sessions.end(session.id)
    throw new Failure('CREDENTIALS_REFUSED')
  }
  await room.users.seen(user.id, room.clock())
  room.emit({
    type: 'user.signed-in',
    message: `${user.username} signed in from ${ip}.`,
    actor: user.username,
    data: { userId: user.id, username: user.username, ip, face: context.caller.face },
  })
  return answerSignedIn(room, user, session, context)
}

/** Runs what is for one key one after the other. */
function inTurn(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}

/** Checks a password; throws LOCKED_OUT or, with this message, CREDENTIALS_REFUSED. */
export type CheckPassword = (
  user: UserRecord | null,
  username: string,
  password: string,
  ip: string,
  refusal?: string,
) => Promise<UserRecord>

/**
 * A name that does not exist costs the same work, waits and locks the same way and answers the same, so that none of it tells who has
 * an account. Attempts on one name go one after the other: a hundred at once would all be checked before the first is counted.
 */
export function passwordCheck(room: AuthRoom): CheckPassword {
  const { lockout } = room.users
  const turns = inTurn()
  let decoy: Promise<string> | null = null
  return (user, username, password, ip, refusal) =>
    turns(username, async () => {
      await lockout.check(username, ip)
      decoy ??= hashPassword(randomToken())
      const right = await verifyPassword(password, user?.passwordHash ?? (await decoy))
      if (user && right) {
        await lockout.clear(username)
        return user
      }
      if ((await lockout.failed(username, ip)) && user) {
        room.emit({
          type: 'user.locked-out',
          severity: 'warning',
          message: `${username} is locked for 15 min after 10 wrong passwords, the last from ${ip}`,
          actor: username,
          data: { userId: user.id, username, ip },
        })
      }
      throw new Failure('CREDENTIALS_REFUSED', refusal)
    })
}

export const login =
  (room: AuthRoom, check: CheckPassword): Handler<typeof auth.login> =>
  async (input, context) => {
    const username = input.username.trim().toLowerCase()
    const found = await room.users.byName(username)
    const user = await check(found, username, input.password, context.caller.ip)
    // Told to those only who know the password.
    if (user.disabled) {
      throw new Failure('CREDENTIALS_REFUSED', 'This account is disabled. An administrator can enable it.')
    }
    context.audit({ resource: `user:${user.id}`, actor: user })
    return signIn(room, user, context)
  }
