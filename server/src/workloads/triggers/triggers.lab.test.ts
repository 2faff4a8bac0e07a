import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { triggersSuite } from './testing/suite.ts'

suite('triggers with PostgreSQL and Redis', ['postgres', 'redis'], () => {
  triggersSuite('PostgreSQL and Redis', () => Street.postgres(where('postgres'), where('redis')))
})
