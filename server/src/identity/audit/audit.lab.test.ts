import { auditSuite } from '../../../../test/identity/audit-suite.ts'
import { Street } from '../../../../test/identity/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('audit on PostgreSQL', ['postgres'], () => auditSuite(() => Street.postgres(where('postgres'))))
