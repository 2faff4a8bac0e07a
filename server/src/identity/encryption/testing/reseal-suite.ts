import { randomBytes } from 'node:crypto'
import type { Database } from '@wheelhouse/platform/db'
import { createMemoryJobs, createMemoryJobStore } from '@wheelhouse/platform/jobs'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets, type SealedColumn } from '@wheelhouse/platform/secrets'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { createEncryption } from '../index.ts'
import { reseal } from '../reseal.ts'
import { openSealedStore } from '../store.ts'

const newKey = (): string => randomBytes(32).toString('base64')
const column: SealedColumn = {
  table: 'boxes',
  column: 'sealedText',
  key: ['shelf', 'number'],
  context: ({ shelf, number }) => `boxes/${shelf}/${number}`,
}
const count = 450

/** What is sealed in the database, under another key. */
export function resealSuite(name: string, opened: () => Database): void {
  describe(`sealing anew on ${name}`, () => {
    const log = createLog({ level: 'silent', pretty: false })
    const [old, next] = [newKey(), newKey()]
    const before = openSecrets({ key: old })
    const secrets = openSecrets({ key: `${next},${old}` })
    const after = openSecrets({ key: next })
    const store = () => openSealedStore(opened())
    const context = (number: number): string => column.context({ shelf: 'a', number })
    const read = async (): Promise<{ number: number; sealedText: string | null }[]> => {
      const rows = await sql<{ number: number; sealedText: string | null }>`
        select number, ${sql.ref('sealedText')} from boxes order by number`.execute(opened().db)
      return rows.rows
    }
    const whole = async (): Promise<void> => {
      for (const { number, sealedText } of await read())
        if (sealedText !== null) expect(after.open(sealedText, context(number)).reveal()).toBe(`text ${number}`)
    }
    beforeEach(async () => {
      const { db } = opened()
      await sql`drop table if exists boxes`.execute(db)
      await db.schema
        .createTable('boxes')
        .addColumn('shelf', 'text', (c) => c.notNull())
        .addColumn('number', 'integer', (c) => c.notNull())
        .addColumn('sealedText', 'text')
        .addPrimaryKeyConstraint('boxesPrimary', ['shelf', 'number'])
        .execute()
      for (let number = 0; number < count; number++) {
        const sealed = number % 50 === 0 ? null : before.seal(`text ${number}`, context(number))
        await sql`insert into boxes values ('a', ${number}, ${sealed})`.execute(db)
      }
    })
    const quiet = { progress: () => undefined, step: () => undefined }

    test('cut off in the middle it goes on with what is left', async () => {
      const room = { store: store(), secrets, columns: [column], log }
      const stopped = new AbortController()
      const cut = reseal(room, { ...quiet, signal: stopped.signal, progress: () => stopped.abort(new Error('killed')) })
      await expect(cut).rejects.toThrow('killed')
      const { all, older } = await store().counts([column], secrets.keyId)
      expect({ all, some: older > 0 && older < all }).toEqual({ all: 441, some: true })
      expect(await reseal(room, { ...quiet, signal: new AbortController().signal })).toEqual({
        resealed: older,
        unopened: 0,
      })
      expect(await store().anywhere(secrets.keyId)).toEqual([])
      await whole()
    })

    test('what somebody else writes meanwhile is not written over', async () => {
      const sealed = store()
      const [value] = await sealed.older(column, secrets.keyId, 0, 1)
      const written = secrets.seal('newer', context(1))
      await sql`update boxes set ${sql.ref('sealedText')} = ${written} where number = 1`.execute(opened().db)
      expect(await sealed.replace(column, value!, 'old again')).toBe(false)
      expect((await read())[1]?.sealedText).toBe(written)
    })

    test('values that do not open are told and left, however many', async () => {
      const swapped = before.seal('text', 'elsewhere')
      await sql`update boxes set ${sql.ref('sealedText')} = ${swapped} where number < 230`.execute(opened().db)
      const room = { store: store(), secrets, columns: [column], log }
      const done = await reseal(room, { ...quiet, signal: new AbortController().signal })
      expect(done).toEqual({ resealed: 216, unopened: 230 })
      expect(await store().anywhere(secrets.keyId)).toEqual(['boxes.sealedText'])
    })

    test('a new key put before the old one in its variable is taken up at the start', async () => {
      const jobs = createMemoryJobs({ log, store: createMemoryJobStore() })
      const sealedBackups = () => Promise.resolve([])
      const encryption = createEncryption({ database: opened(), secrets, columns: [column], log, jobs, sealedBackups })
      await jobs.start()
      await encryption.start()
      await expect.poll(async () => (await store().counts([column], secrets.keyId)).older, { timeout: 60_000 }).toBe(0)
      await whole()
      await jobs.close()
    })
  })
}
