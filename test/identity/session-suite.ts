import { createHmac } from 'node:crypto'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { failureOf, type House, type Street } from './house.ts'

export function sessionSuite(open: () => Promise<Street>): void {
  let street: Street
  let house: House
  beforeAll(async () => {
    street = await open()
  })
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
    await house.person('mara')
  })

  /** Answers the access token and what became of the cookie: the new one, null for cleared, undefined for left alone. */
  const refresh = async (token: string | null) => {
    const { context, cookies } = house.call(house.anonymous(), token)
    const { accessToken } = await house.auth.handlers.refresh({}, context)
    return { accessToken, cookie: cookies.at(-1) }
  }

  it('rotates the refresh token each time', async () => {
    let { refreshToken } = await house.login('mara')
    for (let n = 0; n < 3; n++) {
      const { accessToken, cookie } = await refresh(refreshToken)
      expect(cookie).toEqual(expect.any(String))
      expect(cookie).not.toBe(refreshToken)
      expect(await house.bearer(accessToken)).toMatchObject({ username: 'mara' })
      refreshToken = cookie ?? ''
      house.clock.ms += 600_000
    }
  })

  it('ends the whole session when an old refresh token comes back', async () => {
    const { refreshToken, accessToken, caller } = await house.login('mara')
    const second = await refresh(refreshToken)
    house.clock.ms += 10_001
    const { context, cookies } = house.call(house.anonymous(), refreshToken)
    expect(await failureOf(house.auth.handlers.refresh({}, context))).toBe('SESSION_ENDED')
    expect(cookies).toEqual([null])
    expect(house.events.at(-1)).toMatchObject({ type: 'session.reuse-detected', severity: 'warning', actor: 'mara' })
    expect(house.changes).toEqual([{ userId: caller.userId, sessionId: caller.sessionId }])
    expect(await failureOf(refresh(second.cookie ?? ''))).toBe('SESSION_ENDED')
    expect(await failureOf(house.bearer(accessToken))).toBe('SESSION_ENDED')
    expect(await failureOf(house.bearer(second.accessToken))).toBe('SESSION_ENDED')
  })

  it('answers tabs that refresh at once with one session and one living cookie', async () => {
    const { refreshToken, caller } = await house.login('mara')
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)))
    const cookies = new Set(answers.map((answer) => answer.cookie).filter((cookie) => cookie !== undefined))
    expect(cookies.size).toBe(1)
    for (const { accessToken } of answers) {
      expect(await house.bearer(accessToken)).toMatchObject({ sessionId: caller.sessionId })
    }
    house.clock.ms += 5000
    const late = await refresh(refreshToken)
    expect(cookies).toContain(late.cookie)
    house.clock.ms += 600_000
    expect((await refresh([...cookies][0] ?? '')).cookie).toEqual(expect.any(String))
    expect(house.events.map((event) => event.type)).toEqual(['user.signed-in'])
  })

  it('does not put a dead cookie over a living one', async () => {
    const { refreshToken } = await house.login('mara')
    const second = await refresh(refreshToken)
    await refresh(second.cookie ?? '')
    expect((await refresh(refreshToken)).cookie).toBeUndefined()
  })

  it('refuses no cookie, an unknown one, and one that nobody used for 30 days', async () => {
    const { refreshToken } = await house.login('mara')
    expect(await failureOf(refresh(null))).toBe('SESSION_ENDED')
    expect(await failureOf(refresh('unknown'))).toBe('SESSION_ENDED')
    house.clock.ms += 30 * 86_400_000
    expect(await failureOf(refresh(refreshToken))).toBe('SESSION_ENDED')
    await house.auth.prune()
    house.clock.ms = 0
    expect(await failureOf(refresh(refreshToken))).toBe('SESSION_ENDED')
  })

  it('refuses access tokens that are changed, unsigned, signed by another, or expired', async () => {
    const { accessToken, caller } = await house.login('mara')
    const [header = '', payload = '', signature = ''] = accessToken.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const kid = (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
    const other = Buffer.alloc(32, 1)
    const sign = (alg: 'HS256' | 'HS512', with_: { kid?: string; typ?: string }) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...with_ }).sign(Buffer.alloc(64, 1))
    const forged = [
      `${header}.${encode({ ...claims, sub: 'root' })}.${signature}`,
      `${header}.${payload}.`,
      `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
      `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.${signature}`,
      new UnsecuredJWT(claims).encode(),
      `${header}.${payload}.${createHmac('sha256', other).update(`${header}.${payload}`).digest('base64url')}`,
      await sign('HS256', { kid, typ: 'at+jwt' }),
      await sign('HS512', { kid, typ: 'at+jwt' }),
      await sign('HS256', { kid: 'unknown', typ: 'at+jwt' }),
      await sign('HS256', { typ: 'at+jwt' }),
      `${accessToken}x`,
      'a.b.c',
      '....',
    ]
    for (const token of forged) expect(await failureOf(house.bearer(token))).toBe('UNAUTHENTICATED')
    expect(await house.bearer(accessToken)).toEqual(caller)
    house.clock.ms += 606_000
    await expect(house.bearer(accessToken)).rejects.toThrow('expired')
  })

  it('signs with a new key when told, and the old tokens work until they expire', async () => {
    const before = await house.login('mara')
    await house.auth.rotateSigningKey()
    const after = await house.login('mara')
    const kidOf = (token: string) => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()
    expect(kidOf(after.accessToken)).not.toBe(kidOf(before.accessToken))
    expect(await house.bearer(before.accessToken)).toMatchObject({ username: 'mara' })
    house.clock.ms += 86_400_000
    await house.auth.rotateSigningKey()
    const { rows } = await countKeys(house)
    expect(rows).toBe(2)
  })

  it('lists one’s sessions, ends one at once and on every instance, and shows nobody else’s', async () => {
    await house.person('root', 'admin')
    const here = await house.login('mara')
    const there = await house.login('mara', '10.9.9.9')
    const root = await house.login('root')
    const { handlers } = house.auth
    const list = (caller = here.caller, input = {}) => handlers.sessions(input, house.call(caller).context)
    const mine = (await list()).items
    expect(mine.map(({ ip, current }) => ({ ip, current })).toSorted((a, b) => a.ip.localeCompare(b.ip))).toEqual([
      { ip: '10.0.0.1', current: true },
      { ip: '10.9.9.9', current: false },
    ])
    expect(await failureOf(list(here.caller, { all: true }))).toBe('FORBIDDEN')
    expect(await failureOf(list(here.caller, { userId: root.caller.userId ?? '' }))).toBe('FORBIDDEN')
    expect((await list(root.caller, { all: true })).items).toHaveLength(3)

    const end = (caller: typeof here.caller, id: string) =>
      failureOf(handlers.revokeSession({ id }, house.call(caller).context))
    expect(await end(here.caller, root.caller.sessionId ?? '')).toBe('NOT_FOUND')
    expect(await end(here.caller, 'a\0b')).toBe('NOT_FOUND')
    const neighbour = house.neighbour()
    const visit = () =>
      neighbour.auth.authenticate({ authorization: `Bearer ${there.accessToken}`, ip: '', userAgent: '', face: 'rest' })
    expect(await visit()).toMatchObject({ username: 'mara' })
    expect(await end(here.caller, there.caller.sessionId ?? '')).toBe('no failure')
    expect(await failureOf(visit())).toBe('SESSION_ENDED')
    expect(await house.auth.callerStillValid(there.caller)).toBeNull()
    expect(await house.auth.callerStillValid(here.caller)).toEqual(here.caller)
    expect(await end(root.caller, here.caller.sessionId ?? '')).toBe('no failure')
    expect(await failureOf(house.bearer(here.accessToken))).toBe('SESSION_ENDED')
  })

  it('ends all other sessions, and by logout this one, also with nothing but the cookie', async () => {
    const here = await house.login('mara')
    await house.login('mara')
    const third = await house.login('mara')
    expect(await house.auth.handlers.revokeOtherSessions({}, house.call(here.caller).context)).toEqual({ revoked: 2 })
    expect(await failureOf(house.bearer(third.accessToken))).toBe('SESSION_ENDED')
    const { context, cookies } = house.call(house.anonymous(), here.refreshToken)
    expect(await house.auth.handlers.logout({}, context)).toEqual({ ok: true })
    expect(cookies).toEqual([null])
    expect(await failureOf(house.bearer(here.accessToken))).toBe('SESSION_ENDED')
    expect(await failureOf(refresh(here.refreshToken))).toBe('SESSION_ENDED')
    expect(await house.auth.handlers.logout({}, house.call().context)).toEqual({ ok: true })
  })
}

async function countKeys(house: House): Promise<{ rows: number }> {
  const db = house.database.db.withTables<{ signingKeys: { id: string } }>()
  return { rows: (await db.selectFrom('signingKeys').select('id').execute()).length }
}
