import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createMemoryState } from '@wheelhouse/platform/state'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { failureOf, goodPassword, type House, type Street } from './house.ts'

export function authSuite(open: () => Promise<Street>): void {
  let street: Street
  let house: House
  beforeAll(async () => {
    street = await open()
  })
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
  })

  const tryLogin = (username: string, password: string, ip?: string) =>
    failureOf(house.auth.handlers.login({ username, password }, house.call(house.anonymous(ip)).context))

  it('lets the holder of the setup token, once, create the first administrator', async () => {
    const file = join(house.folder, 'setup-token')
    house = await street.house({ setupTokenFile: file })
    const { handlers } = house.auth
    expect(await handlers.setupState({}, house.call().context)).toEqual({ needed: true })
    const token = (await house.auth.setupToken()) ?? ''
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const setup = (input: Partial<{ token: string; username: string; password: string }>) =>
      handlers.setup({ token, username: 'mara', password: goodPassword, ...input }, house.call().context)
    expect(await failureOf(setup({ token: 'guess' }))).toBe('SETUP_TOKEN_REFUSED')
    expect(await failureOf(setup({ password: 'mara-mara-mara' }))).toBe('VALIDATION_FAILED')
    const both = await Promise.allSettled([setup({ username: 'mara' }), setup({ username: 'noor' })])
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await failureOf(setup({}))).toBe('SETUP_DONE')
    expect(await handlers.setupState({}, house.call().context)).toEqual({ needed: false })
    expect(await house.auth.setupToken()).toBeNull()
    expect(existsSync(file)).toBe(false)
  })

  it('creates the administrator of the settings where there is none, and only then', async () => {
    expect(await house.auth.ensureFirstAdmin({ username: 'Admin', password: 'short' })).toBe(true)
    expect(await house.auth.ensureFirstAdmin({ username: 'other', password: goodPassword })).toBe(false)
    expect(await house.auth.setupToken()).toBeNull()
    expect(await tryLogin('admin', 'short')).toBe('no failure')
    house = await street.house()
    expect(await failureOf(house.auth.ensureFirstAdmin({ username: 'no spaces', password: 'x' }))).toBe(
      'VALIDATION_FAILED',
    )
  })

  it('signs in, says who one is, and keeps secrets out of the answer', async () => {
    await house.person('mara', 'admin')
    const traced = house.call()
    const answer = await house.auth.handlers.login({ username: ' Mara ', password: goodPassword }, traced.context)
    expect(answer).toMatchObject({
      tokenType: 'Bearer',
      expiresInMs: 600_000,
      user: { username: 'mara', limits: null },
    })
    expect(JSON.stringify(answer)).not.toMatch(/argon2|passwordHash/)
    expect(JSON.stringify(answer)).not.toContain(traced.cookies[0])
    expect(house.events).toMatchObject([{ type: 'user.signed-in', actor: 'mara' }])

    const caller = await house.bearer(answer.accessToken)
    expect(caller).toMatchObject({ kind: 'user', username: 'mara', authority: { role: 'admin', limits: null } })
    const updated = await house.auth.handlers.updateMe(
      { displayName: 'Mara', preferences: { theme: 'dark' } },
      house.call(caller).context,
    )
    expect(updated).toMatchObject({ displayName: 'Mara', preferences: { theme: 'dark', density: 'default' } })
    expect(await house.auth.handlers.me({}, house.call(caller).context)).toEqual(updated)
  })

  it('gives the anonymous caller without a header, and refuses what it cannot read', async () => {
    const authenticate = (authorization: string | null) =>
      house.auth.authenticate({ authorization, ip: '::1', userAgent: '', face: 'rest' })
    expect(await authenticate(null)).toMatchObject({ kind: 'anonymous', authority: null })
    for (const header of [
      '',
      'Basic YTpi',
      'Bearer',
      'Bearer a b',
      'Bearer x',
      'Bearer wh_',
      'Bearer wh_00000000_x\0',
    ]) {
      expect(await failureOf(authenticate(header))).toBe('UNAUTHENTICATED')
    }
  })

  it('answers the same to an unknown name as to a wrong password', async () => {
    await house.person('mara')
    const refusals = []
    for (const username of ['mara', 'nobody', 'no such name', '\0', "' or 1=1 --"]) {
      const login = house.auth.handlers.login({ username, password: 'wrong' }, house.call().context)
      refusals.push(await login.catch((error: Error) => error.message))
    }
    expect(new Set(refusals)).toEqual(new Set(['User name or password is wrong.']))
  })

  it('tells a disabled user only after the right password', async () => {
    const id = await house.person('mara')
    await house.person('root', 'admin')
    const admin = await house.login('root')
    await house.users.handlers.update({ id, disabled: true }, house.call(admin.caller).context)
    const login = (password: string) => house.auth.handlers.login({ username: 'mara', password }, house.call().context)
    await expect(login('wrong')).rejects.toThrow('User name or password is wrong.')
    await expect(login(goodPassword)).rejects.toThrow('disabled')
  })

  it('makes an address wait after 5 wrong passwords, even when they come at once', async () => {
    for (const username of ['mara', 'nobody']) {
      if (username === 'mara') await house.person(username)
      const codes = await Promise.all(Array.from({ length: 12 }, () => tryLogin(username, 'wrong')))
      expect(codes.filter((code) => code === 'CREDENTIALS_REFUSED')).toHaveLength(5)
      expect(codes.filter((code) => code === 'LOCKED_OUT')).toHaveLength(7)
    }
    expect(await tryLogin('mara', goodPassword)).toBe('LOCKED_OUT')
    expect(await tryLogin('mara', goodPassword, '10.0.0.2')).toBe('no failure')
    house.clock.ms += 61_000
    expect(await tryLogin('mara', goodPassword)).toBe('no failure')
  })

  it('locks an account after 10 wrong passwords from anywhere, until the time or an administrator frees it', async () => {
    const id = await house.person('mara')
    await house.person('root', 'admin')
    const admin = await house.login('root')
    const lock = async (username: string) => {
      for (let n = 0; n < 10; n++) expect(await tryLogin(username, 'wrong', `10.1.0.${n}`)).toBe('CREDENTIALS_REFUSED')
      expect(await tryLogin(username, goodPassword, '10.2.0.1')).toBe('LOCKED_OUT')
    }
    await lock('nobody')
    expect(house.events.filter((event) => event.type === 'user.locked-out')).toEqual([])
    await lock('mara')
    expect(house.events.at(-1)).toMatchObject({ type: 'user.locked-out', severity: 'warning', actor: 'mara' })
    const shown = await house.users.handlers.get({ id: 'mara' }, house.call(admin.caller).context)
    expect(shown.lockedUntil).toBe(new Date(house.clock.ms + 15 * 60_000).toISOString())
    house.clock.ms += 15 * 60_000
    expect(await tryLogin('mara', goodPassword, '10.2.0.1')).toBe('no failure')
    await lock('mara')
    const freed = await house.users.handlers.update({ id, unlock: true }, house.call(admin.caller).context)
    expect(freed.lockedUntil).toBeNull()
    expect(await tryLogin('mara', goodPassword, '10.2.0.1')).toBe('no failure')
  })

  it('refuses tickets that are used, old, or of a session that has ended', async () => {
    await house.person('mara')
    const { caller } = await house.login('mara')
    const issue = async () => (await house.auth.handlers.ticket({}, house.call(caller).context)).ticket
    const redeem = (ticket: string) => house.auth.redeemTicket(ticket, { ip: '::1', userAgent: 'ws', face: 'ws' })
    const once = await issue()
    expect(await redeem(once)).toMatchObject({ kind: 'user', username: 'mara', face: 'ws', ip: '::1' })
    expect(await failureOf(redeem(once))).toBe('UNAUTHENTICATED')
    const old = await issue()
    house.clock.ms += 30_000
    expect(await failureOf(redeem(old))).toBe('UNAUTHENTICATED')
    const late = await issue()
    await house.auth.handlers.logout({}, house.call(caller).context)
    expect(await failureOf(redeem(late))).toBe('SESSION_ENDED')
    expect(await failureOf(house.auth.handlers.ticket({}, house.call().context))).toBe('UNAUTHENTICATED')
  })

  it('changes a password: wrong ones are counted, weak ones refused, other sessions end', async () => {
    await house.person('mara')
    const here = await house.login('mara')
    const there = await house.login('mara')
    const change = (currentPassword: string, newPassword: string) =>
      failureOf(house.auth.handlers.changePassword({ currentPassword, newPassword }, house.call(here.caller).context))
    expect(await change('wrong', 'another fine sentence')).toBe('CREDENTIALS_REFUSED')
    expect(await change(goodPassword, goodPassword)).toBe('VALIDATION_FAILED')
    expect(await change(goodPassword, 'password1234')).toBe('VALIDATION_FAILED')
    expect(await change(goodPassword, 'another fine sentence')).toBe('no failure')
    expect(house.changes).toEqual([{ userId: here.caller.userId, sessionId: there.caller.sessionId }])
    expect(await failureOf(house.bearer(there.accessToken))).toBe('SESSION_ENDED')
    expect(await failureOf(house.bearer(here.accessToken))).toBe('no failure')
    expect(await tryLogin('mara', goodPassword)).toBe('CREDENTIALS_REFUSED')
    expect(await tryLogin('mara', 'another fine sentence')).toBe('no failure')
    for (let n = 0; n < 5; n++) await change('wrong', 'yet another sentence')
    expect(await change('another fine sentence', 'yet another sentence')).toBe('LOCKED_OUT')
  })

  it('keeps what has ended ended, although the shared state is lost', async () => {
    await house.person('mara')
    const { accessToken, caller } = await house.login('mara')
    await house.auth.handlers.logout({}, house.call(caller).context)
    const restarted = house.neighbour(createMemoryState())
    const again = restarted.auth.authenticate({
      authorization: `Bearer ${accessToken}`,
      ip: '',
      userAgent: '',
      face: 'rest',
    })
    expect(await failureOf(again)).toBe('SESSION_ENDED')
  })
}
