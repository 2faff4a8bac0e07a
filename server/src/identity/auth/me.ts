import { type auth, Failure, type Me, type Permission } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/handler.ts'
import { requirePerson, requirePlain, requireUser, type UserRecord } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'

export const meView = (user: UserRecord, limits: readonly Permission[] | null): Me => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  email: user.email,
  role: user.role,
  reach: user.reach,
  grants: [...user.grants],
  limits: limits && [...limits],
  preferences: user.preferences,
  createdAt: new Date(user.createdAt).toISOString(),
})

export const showMe =
  (room: AuthRoom): Handler<typeof auth.me> =>
  async (_input, { caller }) => {
    const { userId, authority } = requireUser(caller)
    const user = await room.users.byId(userId)
    if (!user) throw new Failure('SESSION_ENDED')
    return meView(user, authority.limits)
  }

export const updateMe =
  (room: AuthRoom): Handler<typeof auth.updateMe> =>
  async ({ displayName, email, preferences }, context) => {
    const { userId } = requirePerson(context.caller, 'change your profile')
    requirePlain(displayName, 'displayName')
    const before = await room.users.byId(userId)
    if (!before) throw new Failure('SESSION_ENDED')
    const merged: Me['preferences'] = {
      theme: preferences?.theme ?? before.preferences.theme,
      density: preferences?.density ?? before.preferences.density,
      singleKeys: preferences?.singleKeys ?? before.preferences.singleKeys,
    }
    const after = await room.users.changeSelf(userId, {
      displayName: displayName ?? before.displayName,
      email: email === undefined ? before.email : email,
      preferences: merged,
    })
    if (!after) throw new Failure('SESSION_ENDED')
    context.audit({ resource: `user:${userId}`, before: meView(before, null), after: meView(after, null) })
    return meView(after, null)
  }
