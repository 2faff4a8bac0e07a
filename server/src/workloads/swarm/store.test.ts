import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { describe } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { swarmStoreSuite } from './testing/store-suite.ts'

describe('what is kept of Swarms on SQLite', () =>
  swarmStoreSuite(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wh-swarm-'))
    const log = createLog({ level: 'silent', pretty: false })
    const database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}`, log })
    await database.migrate(migrations)
    return {
      database,
      close: async () => {
        await database.close()
        rmSync(folder, { recursive: true })
      },
    }
  }))
