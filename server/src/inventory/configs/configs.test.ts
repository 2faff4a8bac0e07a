import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { configSuite } from './testing/config-suite.ts'

describe('configs on SQLite', () =>
  configSuite(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wh-configs-db-'))
    const database = await openDatabase({
      url: `sqlite:${join(folder, 'test.db')}`,
      log: createLog({ level: 'silent', pretty: false }),
    })
    await database.migrate(migrations)
    return {
      database,
      close: async () => {
        await database.close()
        rmSync(folder, { recursive: true })
      },
    }
  }))
