import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { ownDatabase } from '../../../../../test/faults/own-database.ts'
import { suite } from '../../../../../test/needs.ts'
import { migrations } from '../../../migrations/index.ts'
import { checkStoreSuite } from './testing/check-store-suite.ts'

suite('checks of images on PostgreSQL', ['postgres'], () =>
  checkStoreSuite(async () => {
    const own = await ownDatabase()
    const database = await openDatabase({ url: own.url, log: createLog({ level: 'silent', pretty: false }) })
    await database.migrate(migrations)
    return {
      database,
      close: async () => {
        await database.close()
        await own.drop()
      },
    }
  }),
)
