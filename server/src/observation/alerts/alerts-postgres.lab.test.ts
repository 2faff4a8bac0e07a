import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { peopleSuite } from './testing/people-suite.ts'
import { alertsSuite } from './testing/suite.ts'

suite('alerts with PostgreSQL', ['postgres'], () => {
  alertsSuite('PostgreSQL', () => Street.postgres(where('postgres')))
  peopleSuite('PostgreSQL', () => Street.postgres(where('postgres')))
})
