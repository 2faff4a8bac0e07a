import { Failure, notFound, type users } from '@wheelhouse/contract'
import { hashPassword } from '@wheelhouse/platform/secrets'
import type { z } from 'zod'
import type { Caller } from '../../dispatch/caller.ts'
import type { Handler } from '../../dispatch/handler.ts'
import { requireMayHandOut } from './hand-out.ts'
import { shown, wanted } from './list-users.ts'
import { requirePlain } from './plain-text.ts'
import { requireStrong } from './password-rules.ts'
import type { UserPatch, UserRecord } from './store.ts'
import { isAbleAdmin } from './user.ts'
import type { UserRoom } from './user-room.ts'

type Input = z.output<typeof users.update.input>

export const lastAdmin = (user: UserRecord): Failure =>
  new Failure(
    'STATE_CONFLICT',
    `${user.username} is the last active administrator. Make another user administrator first.`,
    { userId: user.id },
  )

/** What nobody may do to himself, because no one might be left to undo it. */
function requireNotSelf(caller: Caller, user: UserRecord, input: Input, demoted: boolean): void {
  if (caller.userId !== user.id) return
  const refuse = (what: string): never => {
    throw new Failure('STATE_CONFLICT', what, { userId: user.id })
  }
  if (input.disabled) refuse('You cannot disable yourself. Another administrator can.')
  if (demoted) refuse('You cannot take the administrator role from yourself. Another administrator can.')
  if (input.password !== undefined) refuse('Change your own password with the current one, on your profile.')
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export const updateUser =
  (room: UserRoom): Handler<typeof users.update> =>
  async (input, context) => {
    const { caller } = context
    const user = await wanted(room, input.id)
    const before = await shown(room, user)
    requirePlain(input.displayName, 'displayName')
    const { id: _id, password, unlock, ...fields } = input
    // A key that is there but undefined must not count as a change.
    const patch: UserPatch = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    const next = { ...user, ...patch }
    const demoted = isAbleAdmin(user) && !isAbleAdmin(next)
    requireNotSelf(caller, user, input, demoted)

    const authority = user.role !== next.role || user.reach !== next.reach || !sameJson(user.grants, next.grants)
    const strengthened = authority || (user.disabled && !next.disabled)
    if (strengthened || password !== undefined || (demoted && next.disabled)) {
      requireMayHandOut(caller, user)
      requireMayHandOut(caller, next)
    }
    if (password !== undefined) requireStrong(password, user.username, 'password')

    const full = password === undefined ? patch : { ...patch, passwordHash: await hashPassword(password) }
    if (demoted && !(await room.store.withdrawAdmin(user.id, full))) throw lastAdmin(user)
    const now = demoted ? await room.store.byId(user.id) : await room.store.update(user.id, full)
    if (!now) throw notFound('user', input.id)
    if (unlock || password !== undefined) await room.lockout.clear(user.username)

    if (now.disabled && !user.disabled) await room.changed(now, 'disabled')
    else if (password !== undefined) await room.changed(now, 'password')
    else await room.changed(now, 'authority')

    const after = await shown(room, now)
    context.audit({
      resource: `user:${user.id}`,
      before,
      after: password === undefined ? after : { ...after, passwordReset: true },
    })
    room.emit({
      type: 'user.changed',
      message: `${user.username} was changed by ${caller.username}`,
      actor: caller.username,
      data: { userId: user.id, username: user.username, change: 'updated' },
    })
    return after
  }
