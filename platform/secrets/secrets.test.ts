import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Secret, digestToken, openSecrets, randomToken } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))
const key = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

describe('Secret', () => {
  it('shows itself nowhere', () => {
    const secret = new Secret('leak')
    const shown = [
      String(secret),
      ['a', secret].join(),
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
    ]
    expect(shown.join()).not.toContain('leak')
    expect(secret.reveal()).toBe('leak')
  })
})

describe('seal', () => {
  it('opens what it sealed, only in its context and only under its key', () => {
    const secrets = openSecrets({ key: key() })
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
        const sealed = secrets.seal(plain, context)
        expect(secrets.open(sealed, context).reveal()).toBe(plain.toWellFormed())
        if (other !== context) expect(() => secrets.open(sealed, other)).toThrow('was changed or belongs elsewhere')
      }),
    )
    expect(() => openSecrets({ key: key() }).open(secrets.seal('a', 'b'), 'b')).toThrow('which is not in use')
    expect(secrets.seal('a', 'b')).not.toBe(secrets.seal('a', 'b'))
  })

  it('refuses a value of which any one character was changed or cut', () => {
    const secrets = openSecrets({ key: key() })
    const sealed = secrets.seal('the plain text', 'place')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
      expect(() => secrets.open(changed, 'place')).toThrow()
      expect(() => secrets.open(sealed.slice(0, at), 'place')).toThrow()
    }
  })

  it('takes a key in hex and base64, and refuses others', () => {
    const bytes = Buffer.alloc(32, 7)
    const sealed = openSecrets({ key: bytes.toString('hex') }).seal('x', 'c')
    expect(
      openSecrets({ key: bytes.toString('base64url') })
        .open(sealed, 'c')
        .reveal(),
    ).toBe('x')
    expect(() => openSecrets({ key: 'short' })).toThrow('The key is not a key of 32 bytes')
  })
})

describe('key file', () => {
  it('is made for the owner only and found again', () => {
    const keyFile = join(folder, 'made')
    const first = openSecrets({ keyFile })
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(openSecrets({ keyFile }).open(first.seal('x', 'c'), 'c').reveal()).toBe('x')
  })

  it('is refused when others can read it, when empty or broken', () => {
    const keyFile = join(folder, 'open')
    openSecrets({ keyFile })
    chmodSync(keyFile, 0o644)
    expect(() => openSecrets({ keyFile })).toThrow(`chmod 600 ${keyFile}`)
    writeFileSync(keyFile, '')
    chmodSync(keyFile, 0o600)
    expect(() => openSecrets({ keyFile })).toThrow('is empty')
    writeFileSync(keyFile, '# x\nnot a key\n')
    expect(() => openSecrets({ keyFile })).toThrow(`Line 2 of the key file ${keyFile}`)
    expect(() => openSecrets({ keyFile: folder })).toThrow('is not a plain file')
  })

  it('rotates: the old still opens, the new seals, retired keys are gone', () => {
    const keyFile = join(folder, 'rotated')
    const secrets = openSecrets({ keyFile })
    const old = secrets.seal('x', 'c')
    const before = secrets.keyId
    expect(secrets.rotate()).toBe(secrets.keyId)
    expect(secrets.keyId).not.toBe(before)
    expect(secrets.needsReseal(old)).toBe(true)
    const again = openSecrets({ keyFile })
    expect(again.open(old, 'c').reveal()).toBe('x')
    expect(again.needsReseal(again.seal('x', 'c'))).toBe(false)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    again.retire()
    expect(() => openSecrets({ keyFile }).open(old, 'c')).toThrow(before)
    expect(readFileSync(keyFile, 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('rotates a given key by putting a new one before it', () => {
    const [older, newer] = [key(), key()]
    const old = openSecrets({ key: older }).seal('x', 'c')
    const secrets = openSecrets({ key: `${newer},${older}` })
    expect(secrets.open(old, 'c').reveal()).toBe('x')
    expect(secrets.needsReseal(old)).toBe(true)
    expect(() => secrets.rotate()).toThrow('separated by a comma')
  })
})

describe('token', () => {
  it('is random, URL-safe, and stored as a digest', () => {
    expect(randomToken(16)).toMatch(/^[\w-]{22}$/)
    expect(randomToken()).not.toBe(randomToken())
    expect(digestToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
