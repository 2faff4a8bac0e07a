import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createLog } from '../log/index.ts'
import { databaseConformance } from './conformance.ts'
import { DatabaseCorrupt, DatabaseFull, DatabaseUnreachable, WriterStopped, openDatabase } from './index.ts'
import { WriteQueue } from './sqlite/write-queue.ts'

const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))
const log = createLog({ level: 'silent', pretty: false })
const at = (name: string) => join(folder, name)
const open = (name: string) => openDatabase({ url: `sqlite:${at(name)}`, log })

describe('sqlite', () => {
  databaseConformance(() => open('conformance.db'))

  it('is closed to other users of the machine, and durable at each commit', async () => {
    const database = await open('mode.db')
    expect(statSync(at('mode.db')).mode & 0o777).toBe(0o600)
    await sql`create table t (a)`.execute(database.db)
    expect(statSync(at('mode.db-wal')).mode & 0o777).toBe(0o600)
    await database.close()
    await database.close()
    expect(existsSync(at('mode.db-wal'))).toBe(false)
    await expect(sql`create table u (a)`.execute(database.db)).rejects.toThrow()
  })

  it('says what is wrong with a file it cannot use', async () => {
    writeFileSync(at('text.db'), 'no database at all '.repeat(100))
    await expect(open('text.db')).rejects.toThrow(DatabaseCorrupt)
    await expect(open('text.db')).rejects.toThrow('restore the latest backup')
    await expect(open('no/such/folder.db')).rejects.toThrow(DatabaseUnreachable)
    await expect(openDatabase({ url: 'mysql://x', log })).rejects.toThrow('must start with sqlite:/')
  })

  it('says that the disk is full, keeps nothing of that write, and goes on when there is room', async () => {
    const database = await open('full.db')
    await sql`create table t (a blob)`.execute(database.db)
    await sql`pragma max_page_count = 20`.execute(database.db)
    const big = sql`insert into t values (zeroblob(1000000))`
    await expect(big.execute(database.db)).rejects.toThrow(DatabaseFull)
    const swallowed = database.db.transaction().execute(async (trx) => {
      await sql`insert into t values (1)`.execute(trx)
      await expect(big.execute(trx)).rejects.toThrow(DatabaseFull)
      // The transaction is gone by now; this must not be kept outside of it.
      await sql`insert into t values (2)`.execute(trx)
    })
    await expect(swallowed).rejects.toThrow(DatabaseFull)
    await sql`pragma max_page_count = 100000`.execute(database.db)
    await big.execute(database.db)
    expect((await sql<{ n: number }>`select count(*) as n from t`.execute(database.db)).rows).toEqual([{ n: 1 }])
    await database.close()
  })

  it('tells a write that the thread died under it, and starts a new one', async () => {
    const queue = await WriteQueue.open(at('died.db'), log)
    const statement = (text: string) => ({ sql: text, parameters: [], keep: false })
    await queue.write(statement('create table t (a)'), false)
    const slow = 'with recursive n(i) as (select 1 union all select i + 1 from n limit 1000000) select count(*) from n'
    const turn = await queue.turn()
    const post = vi.spyOn(Worker.prototype, 'postMessage')
    const running = turn.run(statement(slow))
    void (post.mock.contexts[0] as Worker).terminate()
    post.mockRestore()
    await expect(running).rejects.toThrow(WriterStopped)
    turn.release()
    await queue.write(statement('insert into t values (1)'), true)
    await queue.close()
  })

  it('names the damage when pages of the file are broken', async () => {
    const database = await open('damaged.db')
    await sql`create table t (a blob)`.execute(database.db)
    for (let n = 0; n < 100; n += 1) await sql`insert into t values (randomblob(2000))`.execute(database.db)
    await database.close()
    const bytes = readFileSync(at('damaged.db'))
    writeFileSync(at('damaged.db'), bytes.fill(0xab, 2 * 4096))
    const again = await open('damaged.db')
    await expect(sql`select sum(length(a)) from t`.execute(again.db)).rejects.toThrow(DatabaseCorrupt)
    await expect(sql`delete from t`.execute(again.db)).rejects.toThrow(DatabaseCorrupt)
    await again.close()
  })

  it('refuses a file it may not write', async () => {
    await (await open('locked.db')).close()
    chmodSync(at('locked.db'), 0o400)
    // The superuser may write to it all the same.
    if (process.getuid?.() === 0) return
    await expect(open('locked.db')).rejects.toThrow(DatabaseUnreachable)
  })
})
