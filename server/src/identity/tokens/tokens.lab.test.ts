import { tokensSuite } from '../../../../test/identity/tokens-suite.ts'
import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('tokens on PostgreSQL', ['postgres'], () => tokensSuite(() => Street.postgres(where('postgres'))))
suite('tokens on PostgreSQL and Redis', ['postgres', 'redis'], () =>
  tokensSuite(() => Street.postgres(where('postgres'), where('redis'))),
)
