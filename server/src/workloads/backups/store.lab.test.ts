import { openDatabase } from '@wheelhouse/platform/db'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { migrations } from '../../migrations/index.ts'
import { backupView, openBackupStore } from './store.ts'
import { BackupBench } from './testing/backup-bench.ts'

suite('backup store on PostgreSQL', ['postgres'], () => {
  test('keeps records, plans and journals as SQLite does', async () => {
    const name = `wh_${randomBytes(4).toString('hex')}`
    const server = new Client({ connectionString: where('postgres') })
    await server.connect()
    await server.query(`create database ${name}`)
    const log = createLog({ level: 'silent', pretty: false })
    const url = new URL(where('postgres'))
    url.pathname = `/${name}`
    const database = await openDatabase({ url: url.href, log })
    const bench = new BackupBench()
    try {
      await database.migrate(migrations)
      const secrets = openSecrets({ key: randomBytes(32).toString('hex') })
      const store = openBackupStore(database, secrets)
      const plan = bench.plan({ description: 'on PostgreSQL' })
      const [one, two] = await Promise.all([store.reserve(plan, 'a'), store.reserve(plan, 'a')])
      expect(one.id).not.toBe(two.id)
      expect((await store.list({ stack: 'shop' })).map((record) => typeof record.createdAt)).toEqual([
        'number',
        'number',
      ])
      expect(await store.plan(one.id)).toEqual(plan)
      const journal = { what: 'restore', by: 'mara', steps: [{ kind: 'litter', path: '/tmp/x' }] } as const
      await store.change(one.id, { state: 'complete', journal, sizeBytes: 5_000_000_000, verifiedAt: Date.now() })
      expect(await store.get(one.id)).toMatchObject({ journal, sizeBytes: 5_000_000_000 })
      expect(backupView(await store.get(one.id)).verifiedAt).toMatch(/Z$/)
      expect((await store.unfinished()).length).toBe(2)
      await store.remove(two.id)
      await expect(store.get(two.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    } finally {
      await database.close()
      await server.query(`drop database ${name} with (force)`)
      await server.end()
      await bench.destroy()
    }
  })
})
