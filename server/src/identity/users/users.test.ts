import { describe } from 'vitest'
import { usersSuite } from '../../../../test/identity/users-suite.ts'
import { Street } from '../../../../test/identity/house.ts'

describe('users on SQLite', () => usersSuite(() => Street.sqlite()))
