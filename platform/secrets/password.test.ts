import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './index.ts'

describe('password', () => {
  it('is hashed with Argon2id and verified', async () => {
    const hash = await hashPassword('correct horse')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await verifyPassword('correct horse', hash)).toBe(true)
    expect(await verifyPassword('correct horsf', hash)).toBe(false)
  })

  it('reads the hash of the reference implementation', async () => {
    // From the test vectors of the phc-winner-argon2 reference implementation.
    const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
    expect(await verifyPassword('password', hash)).toBe(true)
    expect(await verifyPassword('Password', hash)).toBe(false)
  })

  it('refuses what is no hash, and one that asks for all the memory', async () => {
    const greedy = '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
    for (const hash of ['', 'plain', '$2b$10$abc', greedy]) expect(await verifyPassword('password', hash)).toBe(false)
  })

  it('accepts both Unicode forms of one password', async () => {
    expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true)
  })

  it('serves many at once', async () => {
    const hash = await hashPassword('x')
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => verifyPassword(n === 3 ? 'y' : 'x', hash)))
    expect(answers.filter(Boolean)).toHaveLength(7)
  })
})
