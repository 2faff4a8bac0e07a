import { authSuite } from '../../../../test/identity/auth-suite.ts'
import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('auth on PostgreSQL', ['postgres'], () => authSuite(() => Street.postgres(where('postgres'))))
suite('auth on PostgreSQL and Redis', ['postgres', 'redis'], () =>
  authSuite(() => Street.postgres(where('postgres'), where('redis'))),
)
