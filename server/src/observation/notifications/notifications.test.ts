import { Street } from '../../../../test/identity/house.ts'
import { notificationsSuite } from './testing/suite.ts'

notificationsSuite('SQLite', () => Street.sqlite())
