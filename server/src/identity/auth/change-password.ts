import { type auth, Failure } from '@wheelhouse/contract'
import { hashPassword } from '@wheelhouse/platform/secrets'
import type { Handler } from '../../dispatch/handler.ts'
import { requirePerson, requireStrong } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'
import type { CheckPassword } from './login.ts'

/** Ends every other session of the user; API tokens stay, they are revoked one by one. */
export const changePassword =
  (room: AuthRoom, check: CheckPassword): Handler<typeof auth.changePassword> =>
  async ({ currentPassword, newPassword }, context) => {
    const { userId, sessionId, username, ip } = requirePerson(context.caller, 'change the password')
    await check(await room.users.byId(userId), username, currentPassword, ip, 'The current password is wrong.')
    if (newPassword === currentPassword) {
      throw new Failure('VALIDATION_FAILED', 'The new password is the current one. Choose another.', {
        fields: [{ field: 'newPassword', message: 'It is the current password. Choose another.' }],
      })
    }
    requireStrong(newPassword, username, 'newPassword')
    await room.users.changeSelf(userId, { passwordHash: await hashPassword(newPassword) })
    for (const ended of await room.sessions.endAll(userId, sessionId)) room.changed({ userId, sessionId: ended })
    context.audit({ resource: `user:${userId}` })
    room.emit({
      type: 'user.changed',
      message: `${username} changed the password`,
      actor: username,
      data: { userId, username, change: 'password' },
    })
    return { ok: true }
  }
