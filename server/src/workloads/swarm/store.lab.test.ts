import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { ownDatabase } from '../../../../test/faults/own-database.ts'
import { suite } from '../../../../test/needs.ts'
import { migrations } from '../../migrations/index.ts'
import { swarmStoreSuite } from './testing/store-suite.ts'

const open = async () => {
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
}

suite('what is kept of Swarms on PostgreSQL', ['postgres'], () => {
  swarmStoreSuite(open)
})
