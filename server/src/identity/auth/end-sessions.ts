import { type auth, Failure, notFound } from '@wheelhouse/contract'
import { digestToken } from '@wheelhouse/platform/secrets'
import { callerMay, requirePermission } from '../../dispatch/caller.ts'
import type { Handler } from '../../dispatch/handler.ts'
import { requirePerson, requireUser } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

export const listSessions =
  (room: AuthRoom): Handler<typeof auth.sessions> =>
  async ({ userId, all }, { caller }) => {
    const self = requireUser(caller)
    if (all || (userId !== undefined && userId !== self.userId)) requirePermission(caller, 'users.manage')
    const found = await room.store.sessions(all ? null : (userId ?? self.userId), room.clock())
    return {
      items: found.map((session) => ({
        ...session,
        current: session.id === self.sessionId,
        createdAt: iso(session.createdAt),
        lastSeenAt: iso(session.lastSeenAt),
        expiresAt: iso(session.expiresAt),
      })),
    }
  }

async function end(room: AuthRoom, sessionId: string): Promise<void> {
  const userId = await room.sessions.end(sessionId)
  if (userId !== null) room.changed({ userId, sessionId })
}

/** Ends the session of the access token and that of the cookie, so that it also works once the access token has expired. */
export const logout =
  (room: AuthRoom): Handler<typeof auth.logout> =>
  async (_input, context) => {
    const { caller, exchange } = context
    if (caller.sessionId !== null) await end(room, caller.sessionId)
    if (exchange.refreshToken) {
      const refresh = await room.store.refreshToken(digestToken(exchange.refreshToken))
      if (refresh) await end(room, refresh.sessionId)
    }
    exchange.clearRefreshToken()
    if (caller.userId !== null) context.audit({ resource: `user:${caller.userId}` })
    return { ok: true }
  }

export const revokeSession =
  (room: AuthRoom): Handler<typeof auth.revokeSession> =>
  async ({ id }, context) => {
    const { userId, kind } = requireUser(context.caller)
    const manages = callerMay(context.caller, 'users.manage')
    const session = await room.store.session(id)
    if (!session || (session.userId !== userId && !manages)) throw notFound('session', id)
    if (kind === 'token' && !manages) {
      throw new Failure('FORBIDDEN', 'An API token may not end sessions. Sign in with your password to do it.')
    }
    await end(room, id)
    context.audit({ resource: `session:${id}`, before: { userId: session.userId, ip: session.ip } })
    return { ok: true }
  }

export const revokeOtherSessions =
  (room: AuthRoom): Handler<typeof auth.revokeOtherSessions> =>
  async (_input, context) => {
    const { userId, sessionId } = requirePerson(context.caller, 'end sessions')
    const ended = await room.sessions.endAll(userId, sessionId)
    for (const id of ended) room.changed({ userId, sessionId: id })
    context.audit({ resource: `user:${userId}`, after: { revoked: ended.length } })
    return { revoked: ended.length }
  }
