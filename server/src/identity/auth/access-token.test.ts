import { createSecretKey, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { failureOf } from '../../../../test/identity/house.ts'
import { accessTokens } from './access-token.ts'

const key = createSecretKey(randomBytes(64))
const keys = {
  current: async () => ({ id: 'k1', key }),
  byId: async (id: string) => (id === 'k1' ? key : null),
  rotate: async () => undefined,
}
let now = Date.now()
const tokens = accessTokens(keys, 600_000, () => now)
const seconds = Math.floor(now / 1000)
const header = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' }
const claims = { sub: 'u1', sid: 's1', iss: 'wheelhouse', aud: 'wheelhouse-api', iat: seconds, exp: seconds + 600 }
const sign = (differing: object, differingHeader: object = {}) =>
  new SignJWT({ ...claims, ...differing }).setProtectedHeader({ ...header, ...differingHeader }).sign(key)

it('gives back what it was given', async () => {
  expect(await tokens.verify(await tokens.issue({ userId: 'u1', sessionId: 's1' }))).toEqual({
    userId: 'u1',
    sessionId: 's1',
  })
  expect(await tokens.verify(await sign({}))).toEqual({ userId: 'u1', sessionId: 's1' })
})

it('refuses what our key signed for something else', async () => {
  const others = [
    sign({ iss: 'other' }),
    sign({ aud: 'other' }),
    sign({ sub: undefined }),
    sign({ sid: undefined }),
    sign({ sid: 7 }),
    sign({ exp: undefined }),
    sign({ nbf: seconds + 600 }),
    sign({}, { typ: 'JWT' }),
    sign({}, { typ: undefined }),
    sign({}, { alg: 'HS512' }),
    sign({}, { kid: undefined }),
    sign({}, { kid: 'k2' }),
  ]
  for (const other of others) expect(await failureOf(tokens.verify(await other))).toBe('UNAUTHENTICATED')
})

it('ends when its time is over, with five seconds for clocks that differ', async () => {
  const token = await tokens.issue({ userId: 'u1', sessionId: 's1' })
  now += 604_000
  expect(await failureOf(tokens.verify(token))).toBe('no failure')
  now += 2000
  await expect(tokens.verify(token)).rejects.toThrow('expired')
})
