import { type auth, Failure } from '@wheelhouse/contract'
import type { Handler, Handlers } from '../../dispatch/handler.ts'
import type { AuthRoom } from './auth-room.ts'
import { changePassword } from './change-password.ts'
import { listSessions, logout, revokeOtherSessions, revokeSession } from './end-sessions.ts'
import { answerSignedIn, login, passwordCheck } from './login.ts'
import { showMe, updateMe } from './me.ts'
import { refreshSession } from './refresh.ts'
import { setup, showSetup } from './setup.ts'
import { issueTicket } from './ticket.ts'

const refresh =
  (room: AuthRoom): Handler<typeof auth.refresh> =>
  async (_input, context) => {
    const { exchange } = context
    try {
      if (!exchange.refreshToken) throw new Failure('SESSION_ENDED')
      const { userId, sessionId, refreshToken, expiresAt } = await refreshSession(room, exchange.refreshToken)
      const user = await room.users.byId(userId)
      if (!user || user.disabled) throw new Failure('SESSION_ENDED')
      return await answerSignedIn(room, user, { id: sessionId, refreshToken, expiresAt }, context)
    } catch (error) {
      if (error instanceof Failure && error.code === 'SESSION_ENDED') exchange.clearRefreshToken()
      throw error
    }
  }

export function authHandlers(room: AuthRoom): Handlers<typeof auth> {
  const check = passwordCheck(room)
  return {
    setupState: showSetup(room),
    setup: setup(room),
    login: login(room, check),
    refresh: refresh(room),
    logout: logout(room),
    ticket: issueTicket(room),
    me: showMe(room),
    updateMe: updateMe(room),
    changePassword: changePassword(room, check),
    sessions: listSessions(room),
    revokeSession: revokeSession(room),
    revokeOtherSessions: revokeOtherSessions(room),
  }
}
