import { type Generated, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BoolColumn,
  type Database,
  DatabaseNewer,
  type JsonColumn,
  NotStorable,
  TransactionMisused,
  bool,
  epochMs,
  id,
  isForeignKeyViolation,
  isUniqueViolation,
  json,
} from './index.ts'

interface PersonTable {
  id: Generated<number>
  name: string
  active: BoolColumn
  data: JsonColumn | null
  seenAt: number | null
}

interface PetTable {
  id: Generated<number>
  personId: number
}

const migrations: Record<string, Migration> = {
  '001-person': {
    async up(db) {
      await db.schema
        .createTable('person')
        .addColumn('id', ...id(db))
        .addColumn('name', 'text', (column) => column.notNull().unique())
        .addColumn('active', bool(db), (column) => column.notNull())
        .addColumn('data', json(db))
        .addColumn('seenAt', epochMs(db))
        .execute()
    },
  },
  '002-pet': {
    async up(db) {
      await db.schema
        .createTable('pet')
        .addColumn('id', ...id(db))
        .addColumn('personId', 'bigint', (column) => column.notNull().references('person.id').onDelete('cascade'))
        .execute()
    },
  },
}

/** What every kind of database must do alike. `open` gives an empty one. */
export function databaseConformance(open: () => Promise<Database>): void {
  let database: Database
  const tables = () => database.db.withTables<{ person: PersonTable; pet: PetTable }>()
  const insert = (name: string) =>
    tables().insertInto('person').values({ name, active: true, data: null, seenAt: null })
  const names = async () =>
    (await tables().selectFrom('person').select('name').orderBy('id').execute()).map((row) => row.name)

  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  describe('migrate', () => {
    it('applies each migration once, in the order of names', async () => {
      expect(await database.migrate({ '001-person': migrations['001-person'] as Migration })).toEqual(['001-person'])
      expect(await database.migrate(migrations)).toEqual(['002-pet'])
      expect(await database.migrate(migrations)).toEqual([])
    })

    it('refuses a database of a newer version', async () => {
      const older = { '001-person': migrations['001-person'] as Migration }
      await expect(database.migrate(older)).rejects.toThrow(DatabaseNewer)
      await expect(database.migrate(older)).rejects.toThrow('002-pet')
    })

    it('undoes a migration that fails, whole', async () => {
      const broken: Migration = {
        async up(db) {
          await db.schema.createTable('half').addColumn('id', 'integer').execute()
          throw new Error('broken on purpose')
        },
      }
      await expect(database.migrate({ ...migrations, '003-broken': broken })).rejects.toThrow('broken on purpose')
      expect((await database.db.introspection.getTables()).map((table) => table.name)).not.toContain('half')
      expect(await database.migrate(migrations)).toEqual([])
    })
  })

  describe('values', () => {
    it('come back as they are stored: booleans as 0 and 1, JSON as text, times as numbers', async () => {
      const data = JSON.stringify({ a: [1, { b: null }], text: 'ü' })
      const row = { name: 'values', active: true, data, seenAt: 1_790_000_000_123 } as const
      const { id } = await tables().insertInto('person').values(row).returning('id').executeTakeFirstOrThrow()
      expect(typeof id).toBe('number')
      const read = await tables().selectFrom('person').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
      expect(read).toStrictEqual({ id, name: 'values', active: 1, data: read.data, seenAt: 1_790_000_000_123 })
      expect(JSON.parse(read.data ?? '')).toEqual(JSON.parse(data))
      expect(await tables().selectFrom('person').select('id').where('active', '=', 1).execute()).toHaveLength(1)
      const sums = tables()
        .selectFrom('person')
        .select(({ fn }) => [fn.countAll().as('count'), fn.sum('seenAt').as('sum')])
      expect(await sums.executeTakeFirst()).toEqual({ count: 1, sum: 1_790_000_000_123 })
    })

    it('are refused where they would not come back', async () => {
      const store = (value: unknown) =>
        tables()
          .updateTable('person')
          .set({ seenAt: value as number })
          .execute()
      await expect(store(new Date())).rejects.toThrow('A Date cannot be stored')
      await expect(store(2 ** 53)).rejects.toThrow(NotStorable)
      await expect(store(2n ** 60n)).rejects.toThrow('beyond 2^53')
      await expect(store({ a: 1 })).rejects.toThrow('JSON.stringify')
      await expect(store(Number.NaN)).rejects.toThrow(NotStorable)
      expect((await sql`select ${undefined} as value`.execute(database.db)).rows).toEqual([{ value: null }])
    })
  })

  describe('violations', () => {
    it('of a unique key and of a reference are told apart', async () => {
      await insert('twin').execute()
      const twin = await insert('twin')
        .execute()
        .catch((error: unknown) => error)
      expect([isUniqueViolation(twin), isForeignKeyViolation(twin)]).toEqual([true, false])
      const orphan = await tables()
        .insertInto('pet')
        .values({ personId: 999_999 })
        .execute()
        .catch((error: unknown) => error)
      expect([isUniqueViolation(orphan), isForeignKeyViolation(orphan)]).toEqual([false, true])
      expect(isUniqueViolation(new Error('x'))).toBe(false)
    })

    it('of one write do not touch the writes beside it', async () => {
      const before = (await names()).length
      const writes = Array.from({ length: 50 }, (_, n) => insert(n % 10 === 3 ? 'twin' : `beside-${n}`).execute())
      const outcomes = await Promise.allSettled(writes)
      expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toHaveLength(5)
      expect((await names()).length).toBe(before + 45)
    })
  })

  describe('changes', () => {
    it('tell how many rows, and write over on conflict', async () => {
      const deleted = await tables().deleteFrom('person').where('name', 'like', 'beside-%').executeTakeFirst()
      expect(deleted.numDeletedRows).toBe(45n)
      const again = insert('twin').onConflict((conflict) => conflict.column('name').doUpdateSet({ seenAt: 5 }))
      await again.execute()
      const twin = await tables().selectFrom('person').select('seenAt').where('name', '=', 'twin').executeTakeFirst()
      expect(twin?.seenAt).toBe(5)
      expect((await tables().updateTable('person').set({ active: false }).executeTakeFirst()).numUpdatedRows).toBe(2n)
    })
  })

  describe('transaction', () => {
    it('keeps all or nothing, and sees its own writes', async () => {
      const before = await names()
      const failing = tables()
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('person').values({ name: 'gone', active: true }).execute()
          expect((await trx.selectFrom('person').select('name').execute()).length).toBe(before.length + 1)
          throw new Error('undo')
        })
      await expect(failing).rejects.toThrow('undo')
      expect(await names()).toEqual(before)
    })

    it('hides its writes until it commits, while others read', async () => {
      const [inside, outside] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const running = tables()
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('person').values({ name: 'hidden', active: true }).execute()
          inside.resolve()
          await outside.promise
        })
      await inside.promise
      expect(await names()).not.toContain('hidden')
      outside.resolve()
      await running
      expect(await names()).toContain('hidden')
    })

    it('refuses db inside, for reads, writes and transactions, and works again afterwards', async () => {
      const misuse = (use: () => Promise<unknown>) =>
        database.db.transaction().execute(async () => {
          await new Promise((resolve) => setImmediate(resolve))
          await use()
        })
      await expect(misuse(names)).rejects.toThrow(TransactionMisused)
      await expect(misuse(() => insert('inside').execute())).rejects.toThrow(TransactionMisused)
      await expect(misuse(() => database.db.transaction().execute(async () => 1))).rejects.toThrow('Use its trx')
      expect(await names()).not.toContain('inside')
      await tables()
        .transaction()
        .execute((trx) => trx.insertInto('person').values({ name: 'after', active: true }).execute())
      expect(await names()).toContain('after')
    })

    it('lets what it started use db once it has ended', async () => {
      const ended = Promise.withResolvers<void>()
      let later: Promise<string[]> | undefined
      await database.db.transaction().execute(async () => {
        later = ended.promise.then(names)
      })
      ended.resolve()
      await expect(later).resolves.toContain('after')
    })

    it('is undone once a statement of it has failed, even where that was caught', async () => {
      const person = (name: string) => ({ name, active: true })
      const caught = tables()
        .transaction()
        .execute(async (trx) => {
          await trx.insertInto('person').values(person('first')).execute()
          await expect(trx.insertInto('person').values(person('first')).execute()).rejects.toThrow()
          await expect(trx.selectFrom('person').selectAll().execute()).rejects.toThrow()
        })
      await expect(caught).rejects.toThrow()
      expect(await names()).not.toContain('first')
    })

    it('goes on from a savepoint after a statement has failed', async () => {
      const trx = await tables().startTransaction().execute()
      await trx.insertInto('person').values({ name: 'second', active: true }).execute()
      const point = await trx.savepoint('here').execute()
      await expect(point.insertInto('person').values({ name: 'second', active: true }).execute()).rejects.toThrow()
      const back = await point.rollbackToSavepoint('here').execute()
      await back.commit().execute()
      expect(await names()).toContain('second')
    })

    it('undoes to a savepoint', async () => {
      const trx = await tables().startTransaction().execute()
      const point = await trx.savepoint('here').execute()
      await point.insertInto('person').values({ name: 'undone', active: true }).execute()
      const back = await point.rollbackToSavepoint('here').execute()
      await back.insertInto('person').values({ name: 'kept', active: true }).execute()
      await back.commit().execute()
      expect(await names()).toContain('kept')
      expect(await names()).not.toContain('undone')
    })

    it('counts right when many run at once', async () => {
      await insert('counter')
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      const add = () =>
        tables()
          .transaction()
          .execute(async (trx) => {
            await trx
              .updateTable('person')
              .set({ seenAt: sql<number>`coalesce("seenAt", 0) + 1` })
              .where('name', '=', 'counter')
              .execute()
          })
      await Promise.all(Array.from({ length: 25 }, add))
      const counter = await tables()
        .selectFrom('person')
        .select('seenAt')
        .where('name', '=', 'counter')
        .executeTakeFirst()
      expect(counter?.seenAt).toBe(25)
    })
  })

  describe('upkeep', () => {
    it('finds nothing wrong, counts rows, and gives back what deleted rows left', async () => {
      await tables()
        .insertInto('person')
        .values(Array.from({ length: 2_000 }, (_, n) => ({ name: `upkeep-${n}-${'x'.repeat(500)}`, active: true })))
        .execute()
      const { upkeep } = database
      expect((await upkeep.rows()).person).toBeGreaterThanOrEqual(2_000)
      await tables().deleteFrom('person').where('name', 'like', 'upkeep-%').execute()
      const { freeBytes } = await upkeep.figures()
      if (freeBytes !== null) expect(freeBytes).toBeGreaterThan(500_000)
      const told: number[] = []
      await upkeep.compact((fraction) => told.push(fraction))
      expect(told.at(-1)).toBe(1)
      if (freeBytes !== null) expect((await upkeep.figures()).freeBytes).toBe(0)
      expect(await upkeep.check()).toEqual([])
      expect(await names()).toContain('twin')
    })
  })

  it('tells its size and that it answers', async () => {
    await database.ping()
    expect(await database.sizeBytes()).toBeGreaterThan(4096)
  })
}
