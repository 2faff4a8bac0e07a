import { Failure, type users } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import type { Handler } from '../../dispatch/handler.ts'
import { requireMayHandOut } from './hand-out.ts'
import { requireStrong } from './password-rules.ts'
import { requirePlain } from './plain-text.ts'
import { userView } from './user.ts'
import type { UserRoom } from './user-room.ts'

export const createUser =
  (room: UserRoom): Handler<typeof users.create> =>
  async (input, context) => {
    requireMayHandOut(context.caller, { role: input.role, reach: input.reach ?? 'all', grants: input.grants ?? [] })
    requirePlain(input.displayName, 'displayName')
    requireStrong(input.password, input.username, 'password')
    const user = await room.create(input).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      throw new Failure('CONFLICT', `The user name ${input.username} is taken. Choose another.`, { field: 'username' })
    })
    const view = userView(user, null)
    context.audit({ resource: `user:${user.id}`, after: view })
    room.emit({
      type: 'user.changed',
      message: `${user.username} was added as ${user.role} by ${context.caller.username}`,
      actor: context.caller.username,
      data: { userId: user.id, username: user.username, change: 'created' },
    })
    return view
  }
