import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, nat, string, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { type PackedEntry, readTar, type TarEntry, tarEnd, tarHeader, tarPadding } from './index.ts'

const file: PackedEntry = { name: 'a', kind: 'file', sizeBytes: 0, mode: 0o640, modifiedAtMs: 1.7e12 }

function tarOf(entries: readonly (readonly [PackedEntry, Uint8Array])[]): Buffer {
  const parts = entries.flatMap(([entry, data]) => [
    tarHeader({ ...entry, sizeBytes: data.length }),
    data,
    tarPadding(data.length),
  ])
  return Buffer.concat([...parts, tarEnd()])
}

async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...at.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length]
  for (const [index, place] of places.slice(1).entries()) yield bytes.subarray(places[index], place)
}

async function read(bytes: Buffer, at: readonly number[] = []): Promise<(TarEntry & { data: string })[]> {
  const found: (TarEntry & { data: string })[] = []
  await readTar(cut(bytes, at), async (entry, content) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    found.push({ ...entry, data: Buffer.concat(chunks).toString('base64') })
  })
  return found
}

test('what is written is read again, however it is cut, and tar reads it too', async () => {
  const name = string({ unit: 'grapheme', minLength: 1, maxLength: 150 }).filter(
    (text) => text.isWellFormed() && !/[\0/]/.test(text),
  )
  await assert(
    asyncProperty(name, uint8Array({ maxLength: 2000 }), array(nat(6000)), async (text, data, cuts) => {
      const bytes = tarOf([
        [{ ...file, name: text }, data],
        [{ ...file, name: 'last' }, data],
      ])
      const [first, second] = await read(bytes, cuts)
      expect(first).toMatchObject({ name: text, kind: 'file', mode: 0o640, data: Buffer.from(data).toString('base64') })
      expect(second).toMatchObject({ name: 'last', sizeBytes: data.length })
    }),
    { numRuns: 60 },
  )
  const listed = execFileSync('tar', ['-tv'], {
    input: tarOf([
      [{ ...file, name: 'ü'.repeat(80), kind: 'folder', mode: 0o755 }, new Uint8Array()],
      [{ ...file, name: 'ü/b' }, Buffer.from('abc')],
    ]),
  })
  expect(listed.toString()).toMatch(/^drwxr-xr-x[^]*-rw-r-----.* 3 /)
})

test('content that is left is skipped', async () => {
  const bytes = tarOf([
    [{ ...file, name: 'left' }, Buffer.alloc(3000, 1)],
    [{ ...file, name: 'next' }, Buffer.from('x')],
  ])
  const names: string[] = []
  await readTar(cut(bytes, [700, 1500]), (entry) => Promise.resolve(void names.push(entry.name)))
  expect(names).toEqual(['left', 'next'])
})

test('reads what tar writes, and says what is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wheelhouse-tar-'))
  mkdirSync(join(folder, 'tree'))
  writeFileSync(join(folder, 'tree', 'long'.repeat(40)), 'x')
  symlinkSync('/etc/passwd', join(folder, 'tree', 'out'))
  for (const format of ['gnu', 'pax']) {
    const bytes = execFileSync('tar', ['-C', folder, `--format=${format}`, '--sort=name', '-c', 'tree'])
    expect((await read(bytes)).map(({ name, kind }) => [name, kind])).toEqual([
      ['tree/', 'folder'],
      [`tree/${'long'.repeat(40)}`, 'file'],
      ['tree/out', 'link'],
    ])
  }
  rmSync(folder, { recursive: true })
  await expect(read(Buffer.alloc(600, 7))).rejects.toThrow('no tar')
  await expect(read(tarOf([[file, Buffer.alloc(900)]]).subarray(0, 800))).rejects.toThrow('ends in the middle')
})

test('more than 8 GB fit the header', async () => {
  const header = Buffer.from(tarHeader({ ...file, sizeBytes: 9_000_000_000_000 }))
  const sizes: number[] = []
  const reading = readTar(cut(header, []), (entry) => Promise.resolve(void sizes.push(entry.sizeBytes)))
  await expect(reading).rejects.toThrow('ends in the middle')
  expect(sizes).toEqual([9_000_000_000_000])
})
