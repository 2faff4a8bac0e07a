import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Caller } from '../../server/src/dispatch/caller.ts'
import { callerMay } from '../../server/src/dispatch/caller.ts'
import { failureOf, goodPassword, type House, type Street } from './house.ts'

export function tokensSuite(open: () => Promise<Street>): void {
  let street: Street
  let house: House
  let mara: Caller
  let root: Caller
  beforeAll(async () => {
    street = await open()
  })
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
    await house.person('mara', 'developer')
    await house.person('root', 'admin')
    mara = (await house.login('mara')).caller
    root = (await house.login('root')).caller
  })

  type Wish = Parameters<House['tokens']['handlers']['create']>[0]
  const create = (caller: Caller, wish: Wish) => house.tokens.handlers.create(wish, house.call(caller).context)
  const revoke = (caller: Caller, id: string) =>
    failureOf(house.tokens.handlers.revoke({ id }, house.call(caller).context))
  const list = async (caller: Caller, all?: boolean) =>
    (await house.tokens.handlers.list({ all }, house.call(caller).context)).items

  it('makes a token that does what its scopes say and what its owner may, no more', async () => {
    const { token, secret } = await create(mara, { name: 'ci', scopes: ['services.read', 'services.operate'] })
    expect(secret).toMatch(new RegExp(`^${token.prefix}_[\\w-]{43}$`))
    const caller = await house.bearer(secret)
    expect(caller).toMatchObject({ kind: 'token', username: 'mara', tokenName: 'ci', sessionId: null })
    expect(callerMay(caller, 'services.operate')).toBe(true)
    expect(callerMay(caller, 'logs.read')).toBe(false)
    const me = await house.auth.handlers.me({}, house.call(caller).context)
    expect(me.limits).toEqual(['services.read', 'services.operate'])

    await house.users.handlers.update({ id: 'mara', role: 'viewer' }, house.call(root).context)
    expect(callerMay(await house.bearer(secret), 'services.operate')).toBe(false)
    await house.users.handlers.update({ id: 'mara', role: 'admin' }, house.call(root).context)
    expect(callerMay(await house.bearer(secret), 'users.manage')).toBe(false)
  })

  it('takes all of the owner’s permissions and 90 days unless told', async () => {
    const { token } = await create(mara, { name: 'all' })
    expect(token.scopes).toContain('services.exec')
    expect(token.scopes).not.toContain('users.manage')
    expect(token.expiresAt).toBe(new Date(house.clock.ms + 90 * 86_400_000).toISOString())
  })

  it('refuses scopes beyond one’s own, and a name used before', async () => {
    expect(await failureOf(create(mara, { name: 'x', scopes: ['users.manage'] }))).toBe('FORBIDDEN')
    await create(mara, { name: 'x' })
    expect(await failureOf(create(mara, { name: 'x' }))).toBe('CONFLICT')
    expect(await failureOf(create(mara, { name: 'a\0b' }))).toBe('VALIDATION_FAILED')
    expect(await failureOf(create(house.anonymous(), { name: 'x' }))).toBe('UNAUTHENTICATED')
  })

  it('does not let a token widen or outlive itself', async () => {
    const { secret, token } = await create(root, { name: 'root-ci', scopes: ['services.read'] })
    const other = await create(root, { name: 'other' })
    const caller = await house.bearer(secret)
    const { context } = house.call(caller)
    expect(await failureOf(create(caller, { name: 'more' }))).toBe('FORBIDDEN')
    const attempts = [
      house.auth.handlers.changePassword({ currentPassword: goodPassword, newPassword: 'quite another one' }, context),
      house.auth.handlers.updateMe({ displayName: 'x' }, context),
      house.auth.handlers.revokeOtherSessions({}, context),
      house.auth.handlers.revokeSession({ id: root.sessionId ?? '' }, context),
    ]
    for (const attempt of attempts) expect(await failureOf(attempt)).toBe('FORBIDDEN')
    expect(await revoke(caller, other.token.id)).toBe('FORBIDDEN')
    expect(await revoke(caller, token.id)).toBe('no failure')
    expect(await failureOf(house.bearer(secret))).toBe('UNAUTHENTICATED')
    expect(await house.auth.callerStillValid(caller)).toBeNull()
  })

  it('does not let a token limited to users.manage make or take over an administrator', async () => {
    const { secret } = await create(root, { name: 'people', scopes: ['users.manage'] })
    const { context } = house.call(await house.bearer(secret))
    const { handlers } = house.users
    const viewer = { username: 'eve', password: goodPassword, role: 'admin' as const }
    expect(await failureOf(handlers.create(viewer, context))).toBe('FORBIDDEN')
    expect(await failureOf(handlers.update({ id: 'mara', role: 'admin' }, context))).toBe('FORBIDDEN')
    expect(await failureOf(handlers.update({ id: 'mara', password: 'quite another one' }, context))).toBe('FORBIDDEN')
    expect(await failureOf(handlers.update({ id: 'mara', displayName: 'Mara' }, context))).toBe('no failure')
    await house.person('boss', 'admin')
    expect(await failureOf(handlers.update({ id: 'boss', disabled: true }, context))).toBe('FORBIDDEN')
    expect(await failureOf(handlers.update({ id: 'mara', disabled: true }, context))).toBe('no failure')
  })

  it('refuses a token that is changed, expired, revoked, or of a disabled owner', async () => {
    const { secret, token } = await create(mara, { name: 'ci', expiresInDays: 1 })
    const prefix = secret.slice(0, 12)
    const wrong = [
      `${prefix}${'a'.repeat(43)}`,
      secret.slice(0, -1),
      `${secret}a`,
      secret.toUpperCase(),
      `wh_%_${'a'.repeat(43)}`,
    ]
    for (const text of wrong) expect(await failureOf(house.bearer(text))).toBe('UNAUTHENTICATED')

    await house.users.handlers.update({ id: 'mara', disabled: true }, house.call(root).context)
    expect(await failureOf(house.bearer(secret))).toBe('UNAUTHENTICATED')
    await house.users.handlers.update({ id: 'mara', disabled: false }, house.call(root).context)
    expect(await failureOf(house.bearer(secret))).toBe('no failure')

    const caller = await house.bearer(secret)
    house.clock.ms += 86_400_000
    expect(await failureOf(house.bearer(secret))).toBe('UNAUTHENTICATED')
    expect(await house.auth.callerStillValid(caller)).toBeNull()
    house.clock.ms -= 86_400_000
    expect(await revoke(root, token.id)).toBe('no failure')
    expect(house.changes).toContainEqual({ userId: mara.userId, sessionId: null })
    expect(await failureOf(house.bearer(secret))).toBe('UNAUTHENTICATED')
  })

  it('lists one’s own, all to an administrator, and never a hash or secret', async () => {
    const { secret } = await create(mara, { name: 'ci' })
    await create(root, { name: 'backup' })
    expect((await list(mara)).map((token) => token.name)).toEqual(['ci'])
    expect(await failureOf(list(mara, true))).toBe('FORBIDDEN')
    const all = await list(root, true)
    expect(all.map((token) => `${token.username}/${token.name}`).toSorted()).toEqual(['mara/ci', 'root/backup'])
    expect(JSON.stringify(all)).not.toContain(secret.slice(12))
    expect(JSON.stringify(all)).not.toContain('hash')
    const [backup] = await list(root)
    expect(await revoke(mara, backup?.id ?? '')).toBe('NOT_FOUND')
    expect(await revoke(mara, 'no such\0id')).toBe('NOT_FOUND')
  })

  it('notes the last use, once a minute', async () => {
    const { secret } = await create(mara, { name: 'ci' })
    const lastUsed = async () => (await list(mara))[0]?.lastUsedAt
    expect(await lastUsed()).toBeNull()
    await house.bearer(secret)
    const first = await lastUsed()
    expect(first).toBe(new Date(house.clock.ms).toISOString())
    house.clock.ms += 1000
    await house.bearer(secret)
    expect(await lastUsed()).toBe(first)
  })

  it('opens a WebSocket with a ticket of its own authority', async () => {
    const { secret } = await create(mara, { name: 'ci', scopes: ['logs.read'] })
    const { ticket } = await house.auth.handlers.ticket({}, house.call(await house.bearer(secret)).context)
    const caller = await house.auth.redeemTicket(ticket, { ip: '::1', userAgent: '', face: 'ws' })
    expect(caller).toMatchObject({ kind: 'token', tokenName: 'ci', authority: { limits: ['logs.read'] } })
  })
}
