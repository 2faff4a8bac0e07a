import { usersSuite } from '../../../../test/identity/users-suite.ts'
import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('users on PostgreSQL', ['postgres'], () => usersSuite(() => Street.postgres(where('postgres'))))
suite('users on PostgreSQL and Redis', ['postgres', 'redis'], () =>
  usersSuite(() => Street.postgres(where('postgres'), where('redis'))),
)
