import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { deploymentStoreSuite } from './testing/store-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'wh-runs-'))
let database: Database
beforeAll(async () => {
  database = await openDatabase({
    url: `sqlite:${join(folder, 'house.db')}`,
    log: createLog({ level: 'silent', pretty: false }),
  })
  await database.migrate(migrations)
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

deploymentStoreSuite('SQLite', () => database)
