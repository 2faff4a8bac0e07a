import { Street } from '../../../../test/identity/house.ts'
import { alertsSuite } from './testing/suite.ts'

alertsSuite('SQLite', () => Street.sqlite())
