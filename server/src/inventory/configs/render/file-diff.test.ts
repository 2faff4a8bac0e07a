import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { printEnv } from '../text/env-text.ts'
import { diffOf } from './file-diff.ts'
import type { RenderedFile } from './render.ts'

const file = (before: string | null, text: string, more: Partial<RenderedFile> = {}): RenderedFile => ({
  app: 'web',
  from: 't',
  to: 'apps/web/.env',
  path: '/srv/apps/web/.env',
  mode: 0o600,
  beforeMode: before === null ? null : 0o600,
  text,
  before,
  secrets: { keys: [], values: [] },
  ...more,
})
const diff = (...given: Parameters<typeof file>) => diffOf([file(...given)])[0]!

test('a secret that changed is seen as changed, and nothing of it', () => {
  const found = diff('A=1\nDB_PASSWORD=old-one\nB=2\n', 'A=1\nDB_PASSWORD="new-one"\nB=3\n')
  expect(found.verb).toBe('change')
  expect(found.diff).toBe(
    '--- apps/web/.env\n+++ apps/web/.env\n@@ -1,3 +1,3 @@\n A=1\n-DB_PASSWORD=[secret]\n-B=2\n+DB_PASSWORD=[secret, changed]\n+B=3\n',
  )
  expect(diff('DB_PASSWORD=same\nA=1\n', 'DB_PASSWORD=same\nA=2\n').diff).toContain(' DB_PASSWORD=[secret]\n')
  expect(diff('PIN=12\n', 'PIN=13\n').diff).toContain('-PIN=[secret]\n+PIN=[secret, changed]\n')
})

test('secrets are masked in files of any form, by value and by name, the old ones too', () => {
  const secrets = { keys: ['LISTED'], values: ['s3cr3t-new', 's3cr3t-old'] }
  const nginx = diff('auth "s3cr3t-old";\n', 'auth "s3cr3t-new";\n', { secrets })
  expect(nginx.diff).toContain('-auth "[secret]";\n+auth "[secret, changed]";\n')
  const url = diff(null, 'URL=mysql://root:ab@db/x\nURL2=mysql://root:s3cr3t-new@db\n', { secrets })
  expect(url.diff).toContain('+URL=mysql://root:[secret]@db/x\n+URL2=mysql://root:[secret]@db\n')
  const yaml = diff('db:\n  password: "x1"\n', 'db:\n  password: "x2"\n')
  expect(yaml.diff).not.toMatch(/x1|x2/)
  expect(diff('LISTED=aa\n', 'LISTED=bb\n', { secrets }).diff).not.toMatch(/aa|bb/)
  const pem = '-----BEGIN KEY-----\nabcdefghijkl\nmnopqrstuvwx\n-----END KEY-----'
  const indented = diff(null, `key: |\n  ${pem.replaceAll('\n', '\n  ')}\n`, { secrets: { keys: [], values: [pem] } })
  expect(indented.diff).not.toMatch(/abcdef|mnopqr/)
})

test('nothing of any secret value is in a diff, whatever it is', () => {
  const secret = fc
    .string({ unit: fc.constantFrom(...'zqxjkvw0123456789"\'\\$ #%=\n'.split('')), minLength: 8, maxLength: 40 })
    .filter((text) => /[zqxjkvw]{4}/.test(text))
  fc.assert(
    fc.property(secret, secret, (old, next) => {
      const found = diff(printEnv({ A: 'b', API_TOKEN: old }), printEnv({ A: 'c', API_TOKEN: next, COPY: next }), {
        secrets: { keys: ['API_TOKEN'], values: [next] },
      })
      for (const piece of [old, next].flatMap((text) => text.match(/[zqxjkvw]{4,}/g) ?? []))
        expect(found.diff).not.toContain(piece)
    }),
    { numRuns: 300 },
  )
})

test('create, keep and a mode that changes', () => {
  expect(diff(null, 'A=1\n')).toMatchObject({
    verb: 'create',
    diff: '--- /dev/null\n+++ apps/web/.env\n@@ -0,0 +1,1 @@\n+A=1\n',
  })
  expect(diff('A=1\n', 'A=1\n')).toMatchObject({ verb: 'keep', diff: '' })
  expect(diff('A=1\n', 'A=1\n', { beforeMode: 0o644 })).toMatchObject({
    verb: 'change',
    diff: 'old mode 0644\nnew mode 0600\n',
  })
})
