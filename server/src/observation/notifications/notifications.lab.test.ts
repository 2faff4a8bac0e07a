import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { notificationsSuite } from './testing/suite.ts'

suite('notifications with PostgreSQL', ['postgres'], () => {
  notificationsSuite('PostgreSQL', () => Street.postgres(where('postgres')))
})
