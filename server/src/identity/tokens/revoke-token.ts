import { Failure, notFound, type tokens } from '@wheelhouse/contract'
import { callerMay } from '../../dispatch/caller.ts'
import type { Handler } from '../../dispatch/handler.ts'
import type { TokenRoom } from './token-room.ts'

/** One's own, or with users.manage any. A token may revoke itself, and others only with users.manage. */
export const revokeToken =
  (room: TokenRoom): Handler<typeof tokens.revoke> =>
  async ({ id }, context) => {
    const { caller } = context
    const token = await room.store.find('id', id)
    const manages = callerMay(caller, 'users.manage')
    if (!token || (token.userId !== caller.userId && !manages)) throw notFound('token', id)
    if (caller.kind === 'token' && caller.tokenId !== id && !manages) {
      throw new Failure('FORBIDDEN', 'An API token may revoke itself only. Sign in to revoke others.')
    }
    await room.store.remove(id)
    room.revoked(token.userId)
    const { hash: _hash, ...before } = token
    context.audit({ resource: `token:${id}`, before })
    return { ok: true }
  }
