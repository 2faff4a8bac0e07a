import { describe } from 'vitest'
import { auditSuite } from '../../../../test/identity/audit-suite.ts'
import { Street } from '../../../../test/identity/house.ts'

describe('audit on SQLite', () => auditSuite(() => Street.sqlite()))
