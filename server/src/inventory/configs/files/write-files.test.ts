import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canMount, mountTmpfs } from '../../../../../test/faults/small-disk.ts'
import { confinedPath } from './confined-path.ts'
import { restoreFiles, writeFiles } from './write-files.ts'

let folder: string
let backups: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wh-files-')))
  backups = join(folder, 'backups/1')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string, mode: number | null = 0o600) => ({
  app: null,
  path: join(folder, name),
  text,
  mode,
})
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const strange = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xfe, 0x41])

test('backs up byte for byte, writes, and puts everything back as it was', async () => {
  writeFileSync(join(folder, 'a.env'), strange)
  chmodSync(join(folder, 'a.env'), 0o644)
  const written = await writeFiles([file('a.env', 'A=1\n'), file('deep/er/b.env', 'B=1\n', 0o640)], backups)
  expect(readFileSync(join(folder, 'a.env'), 'utf8')).toBe('A=1\n')
  expect([modeOf(join(folder, 'a.env')), modeOf(join(folder, 'deep/er/b.env'))]).toEqual(['600', '640'])
  expect(readFileSync(written[0]!.backup!)).toEqual(strange)
  expect([modeOf(written[0]!.backup!), modeOf(backups)]).toEqual(['600', '700'])
  expect(JSON.stringify(written)).not.toContain('A=1')

  for (let times = 0; times < 2; times++) {
    await restoreFiles(written)
    expect(readFileSync(join(folder, 'a.env'))).toEqual(strange)
    expect(modeOf(join(folder, 'a.env'))).toBe('644')
    expect(existsSync(join(folder, 'deep'))).toBe(false)
  }
})

test('when one fails, those already written are back byte for byte and nothing is left behind', async () => {
  writeFileSync(join(folder, 'a.env'), strange)
  mkdirSync(join(folder, 'sub'))
  const before = readdirSync(folder)
  const files = [
    file('a.env', 'A=1\n'),
    file('new/b.env', 'B=1\n'),
    { ...file('x', ''), path: `/proc/wh-${process.pid}/c.env` },
  ]
  await expect(writeFiles(files, backups)).rejects.toThrow()
  expect(readFileSync(join(folder, 'a.env'))).toEqual(strange)
  expect(readdirSync(folder).filter((name) => name !== 'backups')).toEqual(before)
})

test.runIf(canMount)('a full disk is told as one, and changes nothing', async () => {
  const disk = await mountTmpfs(folder, '200k')
  try {
    writeFileSync(join(disk.path, 'a.env'), strange)
    const files = [
      { ...file('', 'A=1\n'), path: join(disk.path, 'a.env') },
      { ...file('', 'x'.repeat(400_000)), path: join(disk.path, 'b.env') },
    ]
    await expect(writeFiles(files, backups)).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect(readFileSync(join(disk.path, 'a.env'))).toEqual(strange)
    expect(readdirSync(disk.path)).toEqual(['a.env'])
    // No room for the backups: not one file is touched.
    disk.fill()
    await expect(writeFiles([file('c.env', 'C=1\n'), files[0]!], join(disk.path, 'backups'))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    })
    expect(existsSync(join(folder, 'c.env'))).toBe(false)
    disk.free()
  } finally {
    await disk.unmount()
  }
})

test('mode null keeps that of the old file, and a new one is private', async () => {
  writeFileSync(join(folder, 'a.env'), 'x')
  chmodSync(join(folder, 'a.env'), 0o664)
  await writeFiles([file('a.env', 'A=1\n', null), file('b.env', 'B=1\n', null)], backups)
  expect([modeOf(join(folder, 'a.env')), modeOf(join(folder, 'b.env'))]).toEqual(['664', '600'])
})

test('no path leads out of the folder', async () => {
  mkdirSync(join(folder, 'app'))
  symlinkSync('/etc', join(folder, 'out'))
  symlinkSync('app', join(folder, 'in'))
  symlinkSync(join(folder, '../nowhere-at-all'), join(folder, 'dangling'))
  symlinkSync('/etc/passwd', join(folder, 'app/passwd'))
  for (const path of [
    '../x',
    'app/../../x',
    '/etc/x',
    'out/x',
    'dangling',
    'dangling/x',
    'app/passwd',
    '',
    '.',
    'a\0b',
  ])
    await expect(confinedPath(folder, path), path).rejects.toMatchObject({ code: 'POLICY_REFUSED' })
  expect(await confinedPath(folder, 'in/new/x.env')).toBe(join(folder, 'app/new/x.env'))
  expect(await confinedPath(folder, './app//x.env')).toBe(join(folder, 'app/x.env'))
  await expect(confinedPath(join(folder, 'none'), 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a folder that became a link after its path was checked is not written through', async () => {
  const path = await confinedPath(folder, 'app/x.env')
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'app'))
  await expect(writeFiles([{ app: null, path, text: 'x', mode: null }], backups)).rejects.toMatchObject({
    code: 'POLICY_REFUSED',
  })
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
})
