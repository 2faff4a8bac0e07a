import { sessionSuite } from '../../../../test/identity/session-suite.ts'
import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('session on PostgreSQL', ['postgres'], () => sessionSuite(() => Street.postgres(where('postgres'))))
suite('session on PostgreSQL and Redis', ['postgres', 'redis'], () =>
  sessionSuite(() => Street.postgres(where('postgres'), where('redis'))),
)
