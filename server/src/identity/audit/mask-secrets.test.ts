import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskSecrets } from './mask-secrets.ts'

const hidden = 'h1dden-value'

describe('maskSecrets', () => {
  it.each([
    { password: hidden },
    { a: [{ b: { newPassword: hidden } }] },
    { env: { DB_PASSWORD: hidden, STRIPE_API_KEY: hidden } },
    { env: [{ name: 'DB_PASSWORD', value: hidden }] },
    { env: [{ key: 'SESSION_SECRET', value: hidden }] },
    { env: [`DB_PASSWORD=${hidden}`] },
    { file: `services:\n  web:\n    environment:\n      DB_PASSWORD: ${hidden}\n      API_TOKEN: "${hidden}"\n` },
    { url: `postgres://app:${hidden}@db/app` },
    { header: `Authorization: Bearer ${hidden}` },
    { secrets: [hidden, { more: hidden }] },
  ])('hides it in %j', (value) => {
    expect(JSON.stringify(maskSecrets(value))).not.toContain(hidden)
  })

  it('hides what the operation names, at any depth, and nothing else', () => {
    const value = { note: hidden, list: [{ note: { deep: hidden } }], name: 'web', replicas: 2, on: true, none: null }
    expect(maskSecrets(value, ['note'])).toEqual({
      note: '[secret]',
      list: [{ note: '[secret]' }],
      name: 'web',
      replicas: 2,
      on: true,
      none: null,
    })
  })

  it('keeps what is no secret as it was', () => {
    const value = { image: 'nginx:1.27', url: 'http://127.0.0.1:8080/a?b=c', env: ['LOG_LEVEL=debug'], tokenName: 'ci' }
    expect(maskSecrets(value)).toEqual(value)
    expect(maskSecrets('text')).toBe('text')
    expect(maskSecrets(null)).toBeNull()
  })

  it('takes any value and answers JSON', () => {
    const ring: Record<string, unknown> = {}
    ring.self = ring
    expect(() => JSON.stringify(maskSecrets(ring))).not.toThrow()
    fc.assert(
      fc.property(fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true }), (value) => {
        expect(() => JSON.stringify(maskSecrets(value))).not.toThrow()
      }),
    )
  })
})
