import { describe } from 'vitest'
import { sessionSuite } from '../../../../test/identity/session-suite.ts'
import { Street } from '../../../../test/identity/house.ts'

describe('session on SQLite', () => sessionSuite(() => Street.sqlite()))
