import { Failure, type users } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/handler.ts'
import { requireMayHandOut } from './hand-out.ts'
import { shown, wanted } from './list-users.ts'
import { lastAdmin } from './update-user.ts'
import { isAbleAdmin } from './user.ts'
import type { UserRoom } from './user-room.ts'

export const removeUser =
  (room: UserRoom): Handler<typeof users.remove> =>
  async ({ id }, context) => {
    const user = await wanted(room, id)
    if (context.caller.userId === user.id) {
      throw new Failure('STATE_CONFLICT', 'You cannot remove yourself. Another administrator can.', { userId: user.id })
    }
    requireMayHandOut(context.caller, user)
    const before = await shown(room, user)
    if (!isAbleAdmin(user)) await room.store.remove(user.id)
    else if (!(await room.store.withdrawAdmin(user.id, null))) throw lastAdmin(user)
    await room.lockout.clear(user.username)
    await room.changed(user, 'removed')
    context.audit({ resource: `user:${user.id}`, before })
    room.emit({
      type: 'user.changed',
      message: `${user.username} was removed by ${context.caller.username}`,
      actor: context.caller.username,
      data: { userId: user.id, username: user.username, change: 'removed' },
    })
    return { ok: true }
  }
