import type { users } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/handler.ts'
import { createUser } from './create-user.ts'
import { getUser, listUsers } from './list-users.ts'
import { removeUser } from './remove-user.ts'
import { updateUser } from './update-user.ts'
import type { UserRoom } from './user-room.ts'

export const userHandlers = (room: UserRoom): Handlers<typeof users> => ({
  list: listUsers(room),
  get: getUser(room),
  create: createUser(room),
  update: updateUser(room),
  remove: removeUser(room),
})
