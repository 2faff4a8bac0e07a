import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StepContext } from '../saga/step-kinds.ts'
import { appMigrate, type MigrateArgs } from './migrate.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wh-steps-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const restored: string[] = []
const context = (again: boolean): StepContext =>
  ({
    again,
    signal: new AbortController().signal,
    log: () => undefined,
    variables: () => Promise.resolve({ environment: {}, secrets: {} }),
    room: {
      backups: {
        restoreDatabases: (id: string) => {
          restored.push(id)
          return Promise.resolve()
        },
      },
    },
  }) as unknown as StepContext

const migration = (said: string): MigrateArgs => ({
  title: 'migrate',
  argv: [process.execPath, '-e', `console.log(${JSON.stringify(said)})`],
  undo: null,
  directory,
  release: null,
  task: null,
  nothingDone: 'nothing to migrate',
  restoreFrom: 'b1',
})

test('a migration tells whether it changed anything', async () => {
  expect(await appMigrate.do(migration('Migrated 2 tables'), context(false))).toEqual({ changed: true })
  expect(await appMigrate.do(migration('Nothing to migrate.'), context(false))).toEqual({ changed: false })
})

test('one that was cut off counts as run, because its second try finds nothing left to do', async () => {
  expect(await appMigrate.do(migration('Nothing to migrate.'), context(true))).toEqual({ changed: true })
})

test('an undo restores the database unless nothing was changed, also when its end is not known', async () => {
  expect(await appMigrate.undo(migration(''), { changed: false }, context(false))).toBeNull()
  expect(restored).toEqual([])
  await appMigrate.undo(migration(''), null, context(false))
  await appMigrate.undo(migration(''), { changed: true }, context(false))
  expect(restored).toEqual(['b1', 'b1'])
})
