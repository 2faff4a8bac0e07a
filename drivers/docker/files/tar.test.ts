import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { array, assert, asyncProperty, nat, property, string, uint8Array } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gateTar } from './tar-gate.ts'
import { listFolder } from './folder-list.ts'
import { type TarHeader, tarOf } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

const plain: TarHeader = {
  name: 'a',
  kind: 'file',
  sizeBytes: 0,
  mode: 0o640,
  uid: 1234,
  gid: 70,
  user: '',
  group: '',
  modifiedAt: 1_700_000_000,
  link: '',
}
/** Entries without their end, so that several make one tar. */
const joined = (...tars: Buffer[]): Buffer =>
  Buffer.concat([...tars.map((tar) => tar.subarray(0, -1024)), Buffer.alloc(1024)])

const gated = async (chunks: readonly Uint8Array[]): Promise<Buffer> =>
  buffer((await gateTar(Readable.from(chunks))).stream)

function readAll(chunks: readonly Uint8Array[]): { header: TarHeader; data: string }[] {
  const found: { header: TarHeader; data: Buffer }[] = []
  const reader = new TarReader(
    (header) => found.push({ header, data: Buffer.alloc(0) }),
    (chunk) => {
      const last = found.at(-1)
      if (last) last.data = Buffer.concat([last.data, chunk])
    },
  )
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return found.map(({ header, data }) => ({ header, data: data.toString('base64') }))
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wheelhouse-tar-'))
  mkdirSync(join(folder, 'tree', 'b', 'deep'), { recursive: true })
  writeFileSync(join(folder, 'tree', 'a.txt'), 'hello')
  writeFileSync(join(folder, 'tree', 'b', 'deep', 'f'), 'x'.repeat(2000))
  writeFileSync(join(folder, 'tree', `${'long'.repeat(40)}.txt`), 'long')
  symlinkSync('a.txt', join(folder, 'tree', 'größe'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.for(['gnu', 'pax'])('reads what tar writes as %s', async (format) => {
  const tar = execFileSync('tar', ['-C', folder, `--format=${format}`, '--sort=name', '-c', 'tree'], {
    maxBuffer: 1 << 24,
  })
  const { entries, truncated } = await listFolder(Readable.from([tar]), '/data', 100)
  expect(truncated).toBe(false)
  expect(entries.map(({ name, path, kind, sizeBytes }) => [name, path, kind, sizeBytes])).toEqual([
    ['a.txt', '/data/a.txt', 'file', 5],
    ['b', '/data/b', 'folder', 0],
    ['größe', '/data/größe', 'link', 0],
    [`${'long'.repeat(40)}.txt`, `/data/${'long'.repeat(40)}.txt`, 'file', 4],
  ])
  expect(entries[2]?.linkTarget).toBe('a.txt')
})

test('a long folder is cut and says so', async () => {
  const tar = execFileSync('tar', ['-C', folder, '--sort=name', '-c', 'tree'], { maxBuffer: 1 << 24 })
  const { entries, truncated } = await listFolder(Readable.from([tar]), '/', 2)
  expect([entries.map(({ path }) => path), truncated]).toEqual([['/a.txt', '/b'], true])
})

test('what is written is read again, by this and by tar, however it is cut', async () => {
  const name = string({ unit: 'grapheme', minLength: 1, maxLength: 120 }).filter(
    (text) => text.isWellFormed() && !/[\0/]/.test(text) && text !== '.' && text !== '..',
  )
  await assert(
    asyncProperty(name, uint8Array({ maxLength: 3000 }), array(nat(6000)), async (text, data, cuts) => {
      const tar = tarOf({ ...plain, name: text }, data)
      const places = [0, ...cuts.filter((cut) => cut < tar.length).sort((a, b) => a - b), tar.length]
      const chunks = places.slice(1).map((place, index) => tar.subarray(places[index], place))
      expect(readAll(chunks)).toEqual([
        { header: { ...plain, name: text, sizeBytes: data.length }, data: Buffer.from(data).toString('base64') },
      ])
      expect(await gated(chunks)).toEqual(tar)
    }),
    { numRuns: 60 },
  )
  const out = execFileSync('tar', ['-tv'], { input: tarOf({ ...plain, name: 'ü'.repeat(90) }, Buffer.from('abc')) })
  expect(out.toString()).toMatch(/-rw-r----- 1234\/70 +3 /)
})

test('bytes that are no tar are told as such, and never hang', () => {
  assert(
    property(uint8Array({ minLength: 513, maxLength: 2000 }), (bytes) => {
      if (bytes.subarray(0, 512).every((byte) => byte === 0)) return
      expect(() => readAll([bytes])).toThrow(/tar/)
    }),
  )
  expect(() => readAll([tarOf(plain, Buffer.alloc(600)).subarray(0, 700)])).toThrow('ends in the middle')
  expect(() => readAll([])).toThrow('ends in the middle')
})

test.for([
  ['a name that climbs', tarOf({ ...plain, name: '../../etc/passwd' })],
  ['a name that climbs later', tarOf({ ...plain, name: 'a/b/../../../x' })],
  ['a name from the root', tarOf({ ...plain, name: '/etc/passwd' })],
  ['a name in a pax header', tarOf({ ...plain, name: `${'x'.repeat(200)}/../../../etc/passwd` })],
  ['a hard link to elsewhere', tarOf({ ...plain, kind: 'hardlink', link: '/etc/shadow' })],
  ['a hard link that climbs', tarOf({ ...plain, kind: 'hardlink', link: '../x' })],
  ['a device', tarOf({ ...plain, kind: 'other' })],
  [
    'a file behind a link',
    joined(tarOf({ ...plain, name: 'out', kind: 'symlink', link: '/etc' }), tarOf({ ...plain, name: './out/passwd' })),
  ],
  ['a compressed one', Buffer.from('1f8b0800000000000003edc1', 'hex')],
] as const)('a tar with %s is refused before it is passed on', async ([, tar]) => {
  await expect(gated([tar])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})

test('links as such are let through', async () => {
  const tar = joined(
    tarOf({ ...plain, name: 'out', kind: 'symlink', link: '/etc' }),
    tarOf({ ...plain, name: 'd/', kind: 'folder' }),
    tarOf({ ...plain, name: 'd/f' }, Buffer.from('x')),
    tarOf({ ...plain, name: 'h', kind: 'hardlink', link: 'd/f' }),
  )
  expect(await gated([tar])).toEqual(tar)
})

test('a tar of the whole root is known by its first entry, and may hold nothing else', async () => {
  const folder = (name: string): Buffer => tarOf({ ...plain, name, kind: 'folder' })
  const inside = joined(folder('root/'), tarOf({ ...plain, name: 'root/f' }))
  expect((await gateTar(Readable.from([inside]), 'root')).rooted).toBe(true)
  expect((await gateTar(Readable.from([inside]), 'other')).rooted).toBe(false)
  expect((await gateTar(Readable.from([tarOf({ ...plain, name: './a' })]), 'root')).rooted).toBe(false)
  const beside = joined(folder('root/'), tarOf({ ...plain, name: 'etc/passwd' }))
  const opened = async (): Promise<Buffer> => buffer((await gateTar(Readable.from([beside]), 'root')).stream)
  await expect(opened()).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})
