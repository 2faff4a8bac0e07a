import { Failure, type Grant, type Reach, type Role, rolePermissions } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/caller.ts'

/**
 * Nobody hands out more than he holds. A person with users.manage is an administrator and holds all; an API token limited to
 * users.manage is not, and must not make an administrator or set the password of one.
 */
export function requireMayHandOut(
  caller: Caller,
  user: { readonly role: Role; readonly reach: Reach; readonly grants: readonly Grant[] },
): void {
  const roles = [...(user.reach === 'all' ? [user.role] : []), ...user.grants.map((grant) => grant.role)]
  for (const role of roles) {
    for (const permission of rolePermissions[role]) {
      if (callerMay(caller, permission)) continue
      throw new Failure('FORBIDDEN', `You may not give or control the role ${role}: you lack ${permission}.`, {
        permission,
      })
    }
  }
}
