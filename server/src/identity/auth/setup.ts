import { rm, writeFile } from 'node:fs/promises'
import { type auth, Failure, Username } from '@wheelhouse/contract'
import { isUniqueViolation } from '@wheelhouse/platform/db'
import { digestToken, randomToken } from '@wheelhouse/platform/secrets'
import type { Handler } from '../../dispatch/handler.ts'
import { requireStrong, weakness } from '../users/index.ts'
import type { AuthRoom } from './auth-room.ts'
import { signIn } from './login.ts'

export interface FirstAdmin {
  readonly username: string
  readonly password: string
}

const prefix = 'identity/setup/'
const keyOf = (token: string): string => prefix + digestToken(token)

/** Every instance that starts before setup has a token of its own; the first that is used ends all. */
export async function setupToken(room: AuthRoom): Promise<string | null> {
  if (await room.users.hasAdmin()) return null
  const token = randomToken(24)
  await room.state.set(keyOf(token), true)
  const file = room.settings.setupTokenFile
  if (file !== null) {
    await rm(file, { force: true })
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  }
  return token
}

async function forgetTokens(room: AuthRoom): Promise<void> {
  for (const key of await room.state.keys(prefix)) await room.state.delete(key)
  if (room.settings.setupTokenFile !== null) await rm(room.settings.setupTokenFile, { force: true })
}

export const showSetup =
  (room: AuthRoom): Handler<typeof auth.setupState> =>
  async () => ({ needed: !(await room.users.hasAdmin()) })

export const setup =
  (room: AuthRoom): Handler<typeof auth.setup> =>
  async ({ token, username, password }, context) => {
    if (await room.users.hasAdmin()) throw new Failure('SETUP_DONE')
    requireStrong(password, username, 'password')
    // Taken in one step: of two who use it at once, one gets it.
    if ((await room.state.take<boolean>(keyOf(token))) === null) throw new Failure('SETUP_TOKEN_REFUSED')
    const user = await room.users.create({ username, password, role: 'admin' }).catch(async (error: unknown) => {
      await room.state.set(keyOf(token), true)
      if (isUniqueViolation(error)) throw new Failure('CONFLICT', `The user name ${username} is taken. Choose another.`)
      throw error
    })
    await forgetTokens(room)
    context.audit({ resource: `user:${user.id}`, after: { username, role: user.role }, actor: user })
    return signIn(room, user, context)
  }

/** For an administrator named in the settings. A weak password is the operator's own word: it is taken, and warned of. */
export async function ensureFirstAdmin(room: AuthRoom, admin: FirstAdmin): Promise<boolean> {
  if (await room.users.hasAdmin()) return false
  const username = admin.username.toLowerCase()
  const parsed = Username.safeParse(username)
  if (!parsed.success) {
    throw new Failure(
      'VALIDATION_FAILED',
      `The user name "${username}" does not fit: ${parsed.error.issues[0]?.message}.`,
    )
  }
  const weak = weakness(admin.password, username)
  if (weak) room.log.warn({ username }, `The password of the first administrator is easy to guess. ${weak}`)
  try {
    await room.users.create({ username, password: admin.password, role: 'admin' })
  } catch (error) {
    // Another instance started at the same moment with the same settings.
    if (isUniqueViolation(error) && (await room.users.hasAdmin())) return false
    throw error
  }
  await forgetTokens(room)
  return true
}
