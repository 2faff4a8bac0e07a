import { Street } from '../../../../test/identity/house.ts'
import { boardStoreSuite } from './testing/suite.ts'

boardStoreSuite('SQLite', () => Street.sqlite())
