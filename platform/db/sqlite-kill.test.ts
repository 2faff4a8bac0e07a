import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { spawnStream } from '../exec/index.ts'
import { createLog } from '../log/index.ts'
import { openDatabase } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sqlite-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))
const log = createLog({ level: 'silent', pretty: false })

/** A program that writes as fast as it can and prints the number of each row once its write is acknowledged. */
const writer = (url: string) => `
import { openDatabase } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))}
const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
const { db } = await openDatabase({ url: ${JSON.stringify(url)}, log })
await db.schema.createTable('kept').ifNotExists().addColumn('n', 'integer').execute()
const base = Number(process.argv[1])
const lane = async (first) => {
  for (let n = base + first; ; n += 4) {
    if (n % 8 < 4) await db.insertInto('kept').values({ n }).execute()
    else await db.transaction().execute((trx) => trx.insertInto('kept').values({ n }).execute())
    process.stdout.write(n + '\\n')
  }
}
await Promise.all([0, 1, 2, 3].map(lane))
`

describe('sqlite, killed', () => {
  it('has every acknowledged write after kill -9, again and again', async () => {
    const url = `sqlite:${join(folder, 'killed.db')}`
    const acknowledged: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const code = ['--input-type=module-typescript', '-e', writer(url), String(round * 1_000_000)]
      const program = await spawnStream([process.execPath, ...code])
      let [text, errors] = ['', '']
      program.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
      program.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.length > 2000) process.kill(program.pid, 'SIGKILL')
      })
      expect(await program.ended, errors).toMatchObject({ signal: 'SIGKILL' })
      // Lines that a break follows: the last may be cut.
      acknowledged.push(...text.split('\n').slice(0, -1).map(Number))
      const database = await openDatabase({ url, log })
      const { rows } = await sql<{ n: number }>`select n from kept`.execute(database.db)
      const kept = new Set(rows.map((row) => row.n))
      expect(acknowledged.filter((n) => !kept.has(n))).toEqual([])
      expect((await sql`pragma integrity_check`.execute(database.db)).rows).toEqual([{ integrity_check: 'ok' }])
      await database.close()
    }
    expect(acknowledged.length).toBeGreaterThan(100)
  }, 120_000)
})
