import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { afterAll, beforeAll } from 'vitest'
import { resealSuite } from './testing/reseal-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'wh-reseal-'))
let database: Database
beforeAll(async () => {
  database = await openDatabase({
    url: `sqlite:${join(folder, 'house.db')}`,
    log: createLog({ level: 'silent', pretty: false }),
  })
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

resealSuite('SQLite', () => database)
