import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { auditSuite } from '../../../../test/identity/audit-suite.ts'
import { failureOf, Street } from '../../../../test/identity/house.ts'

describe('audit on SQLite', () => auditSuite(() => Street.sqlite()))

describe('audit on a full disk', () => {
  it('lets nothing begin, and does not fail what has happened already', async () => {
    const street = await Street.sqlite()
    const house = await street.house()
    const call = { caller: house.anonymous(), operation: { id: 'x.y' }, requestId: 'r1' }
    const input = { text: 'x'.repeat(30_000) }
    const entry = await house.audit.begin({ ...call, input: {} })
    await sql`pragma max_page_count = 1`.execute(house.database.db)
    const fill = async () => {
      for (let n = 0; n < 50; n++) await (await house.audit.begin({ ...call, input })).finish({ outcome: 'done' })
    }
    expect(await failureOf(fill())).toBe('STORAGE_FULL')
    expect(await failureOf(house.audit.record({ ...call, input, outcome: 'refused' }))).toBe('STORAGE_FULL')
    await entry.finish({ outcome: 'done', after: input })
    expect((await house.audit.handlers.list({}, house.call().context)).items.at(-1)).toMatchObject({ operation: 'x.y' })
    await street.close()
  })
})
