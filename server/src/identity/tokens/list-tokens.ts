import type { tokens } from '@wheelhouse/contract'
import { requirePermission } from '../../dispatch/caller.ts'
import type { Handler } from '../../dispatch/handler.ts'
import { requireUser } from '../users/index.ts'
import { tokenView } from './token.ts'
import type { TokenRoom } from './token-room.ts'

export const listTokens =
  (room: TokenRoom): Handler<typeof tokens.list> =>
  async ({ all }, { caller }) => {
    if (all) requirePermission(caller, 'users.manage')
    const found = await room.store.list(all ? null : requireUser(caller).userId)
    return { items: found.map(tokenView) }
  }
