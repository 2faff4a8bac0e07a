import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { fileSuite } from './testing/file-suite.ts'
import { setSuite } from './testing/set-suite.ts'

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'wh-configs-db-'))
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
}

describe('config sets on SQLite', () => setSuite(open))
describe('config files on SQLite', () => fileSuite(open))
