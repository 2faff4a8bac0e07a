import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Artefacts } from './artefacts.ts'
import { copyTree, digestTree } from './tree.ts'

const { signal } = new AbortController()
let folder: string
let from: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wh-tree-'))
  from = join(folder, 'from')
  mkdirSync(join(from, 'a/node_modules/x'), { recursive: true })
  mkdirSync(join(from, 'empty'))
  writeFileSync(join(from, 'a/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(join(from, 'a/node_modules/x/index.js'), '1')
  writeFileSync(join(from, 'read-only'), 'r', { mode: 0o400 })
  writeFileSync(join(from, 'large'), Buffer.alloc(3_000_000, 7))
  symlinkSync('a/run.sh', join(from, 'link'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a copy has the digest of what it is a copy of, and any change another', async () => {
  const to = join(folder, 'to')
  await copyTree(from, to, [], signal)
  const { digest, files, sizeBytes } = await digestTree(from, [], signal)
  expect(files).toBe(4)
  expect(sizeBytes).toBe(3_000_012)
  expect((await digestTree(to, [], signal)).digest).toBe(digest)
  expect(readlinkSync(join(to, 'link'))).toBe('a/run.sh')
  expect(lstatSync(join(to, 'a/run.sh')).mode & 0o777).toBe(0o755)
  expect(lstatSync(join(to, 'read-only')).mode & 0o600).toBe(0o600)
  expect(readFileSync(join(to, 'large')).length).toBe(3_000_000)
  chmodSync(join(to, 'a/run.sh'), 0o644)
  expect((await digestTree(to, [], signal)).digest).not.toBe(digest)
})

test('names count at any depth, globs and paths as they are written', async () => {
  const filesWithout = async (...ignore: string[]) => (await digestTree(from, ignore, signal)).files
  expect(await filesWithout('node_modules')).toBe(3)
  expect(await filesWithout('node_modules/')).toBe(3)
  expect(await filesWithout('/node_modules')).toBe(4)
  expect(await filesWithout('a/node_modules')).toBe(3)
  expect(await filesWithout('*.sh', 'lar?e')).toBe(2)
})

test('the same content kept several times at once is kept once, and whole', async () => {
  const artefacts = new Artefacts(join(folder, 'artefacts'))
  const kept = await Promise.all([1, 2, 3].map(() => artefacts.keep(from, [], signal)))
  expect(new Set(kept.map(({ digest }) => digest)).size).toBe(1)
  expect((await digestTree(artefacts.path(kept[0]!.digest), [], signal)).digest).toBe(kept[0]!.digest)
})
