import { describe } from 'vitest'
import { authSuite } from '../../../../test/identity/auth-suite.ts'
import { Street } from '../../../../test/identity/house.ts'

describe('auth on SQLite', () => authSuite(() => Street.sqlite()))
