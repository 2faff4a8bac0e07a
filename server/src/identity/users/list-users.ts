import { Failure, notFound, type User, type users } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/handler.ts'
import type { UserRecord } from './store.ts'
import { userView } from './user.ts'
import type { UserRoom } from './user-room.ts'

export const shown = async (room: UserRoom, user: UserRecord): Promise<User> =>
  userView(user, await room.lockout.lockedUntil(user.username))

/** By id, or by name; throws NOT_FOUND. */
export async function wanted(room: UserRoom, key: string): Promise<UserRecord> {
  const user = (await room.store.byId(key)) ?? (await room.store.byName(key.toLowerCase()))
  if (!user) throw notFound('user', key)
  return user
}

export const getUser =
  (room: UserRoom): Handler<typeof users.get> =>
  async ({ id }) =>
    shown(room, await wanted(room, id))

const cursorOf = (username: string): string => Buffer.from(username).toString('base64url')

function readCursor(cursor: string): string {
  const username = Buffer.from(cursor, 'base64url').toString()
  if (cursorOf(username) !== cursor || username.includes('\0')) {
    throw new Failure('VALIDATION_FAILED', 'The cursor is not one of this list. Start again without one.')
  }
  return username
}

/** By user name; the cursor is the last name of the page before. */
export const listUsers =
  (room: UserRoom): Handler<typeof users.list> =>
  async ({ q, role, cursor, limit = 100 }) => {
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const { items, total } = await room.store.list({ q, role, after, limit: limit + 1 })
    const page = items.slice(0, limit)
    const last = items.length > limit ? page.at(-1) : undefined
    return {
      items: await Promise.all(page.map((user) => shown(room, user))),
      nextCursor: last ? cursorOf(last.username) : null,
      total,
    }
  }
