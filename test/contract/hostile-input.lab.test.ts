import { ownDatabase } from '../faults/own-database.ts'
import { openTestHouse } from '../fixtures/house.ts'
import { suite } from '../needs.ts'
import { hostileInput } from './hostile-input.ts'

suite('hostile input, on PostgreSQL', ['postgres'], () => {
  hostileInput(async () => {
    const database = await ownDatabase()
    const house = await openTestHouse({ env: { WHEELHOUSE_DATABASE: database.url } })
    return {
      ...house,
      async close() {
        await house.close()
        await database.drop()
      },
    }
  })
})
