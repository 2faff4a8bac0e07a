import { Street } from '../../../../test/identity/house.ts'
import { peopleSuite } from './testing/people-suite.ts'
import { alertsSuite } from './testing/suite.ts'

alertsSuite('SQLite', () => Street.sqlite())
peopleSuite('SQLite', () => Street.sqlite())
