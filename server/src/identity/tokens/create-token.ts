import { randomBytes, randomUUID } from 'node:crypto'
import { Failure, maySomewhere, permissions, type tokens } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { digestToken, randomToken } from '@wheelhouse/platform/secrets'
import type { Handler } from '../../dispatch/handler.ts'
import { requirePerson, requirePlain } from '../users/index.ts'
import { tokenView } from './token.ts'
import type { TokenRoom } from './token-room.ts'

const dayMs = 86_400_000

export const createToken =
  (room: TokenRoom): Handler<typeof tokens.create> =>
  async ({ name, scopes, expiresInDays = 90 }, context) => {
    const person = requirePerson(context.caller, 'create API tokens')
    requirePlain(name, 'name')
    const own = permissions.filter((permission) => maySomewhere(person.authority, permission))
    const beyond = scopes?.find((scope) => !own.includes(scope))
    if (beyond) {
      throw new Failure('FORBIDDEN', `A token cannot do more than you: you lack ${beyond}. Leave it out.`, {
        permission: beyond,
      })
    }
    const prefix = randomBytes(4).toString('hex')
    const secret = `wh_${prefix}_${randomToken(32)}`
    const at = room.clock()
    const record = {
      id: randomUUID(),
      userId: person.userId,
      name,
      prefix,
      hash: digestToken(secret),
      scopes: scopes ? [...new Set(scopes)] : own,
      createdAt: at,
      expiresAt: at + expiresInDays * dayMs,
      lastUsedAt: null,
    }
    await room.store.insert(record).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      throw new Failure('CONFLICT', `You have a token named "${name}" already. Choose another name.`, { field: 'name' })
    })
    const token = tokenView({ ...record, username: person.username })
    context.audit({ resource: `token:${record.id}`, after: token })
    return { token, secret }
  }
