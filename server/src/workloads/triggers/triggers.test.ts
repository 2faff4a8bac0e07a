import { Street } from '../../../../test/identity/house.ts'
import { triggersSuite } from './testing/suite.ts'

triggersSuite('SQLite', () => Street.sqlite())
