import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { boardStoreSuite } from './testing/suite.ts'

suite('dashboards with PostgreSQL', ['postgres'], () => {
  boardStoreSuite('PostgreSQL', () => Street.postgres(where('postgres')))
})
