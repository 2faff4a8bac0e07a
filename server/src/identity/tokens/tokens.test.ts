import { describe } from 'vitest'
import { tokensSuite } from '../../../../test/identity/tokens-suite.ts'
import { Street } from '../../../../test/identity/house.ts'

describe('tokens on SQLite', () => tokensSuite(() => Street.sqlite()))
