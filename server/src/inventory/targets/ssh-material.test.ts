import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { usableSsh } from './ssh-material.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wh-keys-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function key(name: string, ...options: string[]): string {
  execFileSync('ssh-keygen', ['-q', '-f', join(folder, name), ...options])
  return readFileSync(join(folder, name), 'utf8')
}

test('keys as ssh-keygen makes them, new form and PEM', () => {
  const open = key('open', '-t', 'ed25519', '-N', '')
  expect(usableSsh({ privateKey: open })).toEqual({ privateKey: open })
  const pem = key('pem', '-t', 'ecdsa', '-m', 'PEM', '-N', '')
  expect(usableSsh({ privateKey: pem, hostKeys: '' })).toEqual({ privateKey: pem })
})

test.each([
  ['a passphrase', () => key('locked', '-t', 'ed25519', '-N', 'secret words'), 'under a passphrase'],
  [
    'a passphrase in PEM',
    () => key('lockedpem', '-t', 'ecdsa', '-m', 'PEM', '-N', 'secret words'),
    'under a passphrase',
  ],
  ['a public key', () => readFileSync(join(folder, 'open.pub'), 'utf8'), 'it is no private key'],
  ['half a key', () => readFileSync(join(folder, 'open'), 'utf8').slice(0, 50), 'not whole'],
])('%s is refused with what to do', (_, text, words) => {
  expect(() => usableSsh({ privateKey: text() })).toThrow(words)
})

test('host keys are lines of a known_hosts file', () => {
  const line = `10.0.0.2 ${readFileSync(join(folder, 'open.pub'), 'utf8').trim()}`
  expect(usableSsh({ hostKeys: `# n2\n${line}\n` })).toEqual({ hostKeys: `# n2\n${line}\n` })
  expect(() => usableSsh({ hostKeys: 'trust everybody' })).toThrow('is no line of a known_hosts file')
})
