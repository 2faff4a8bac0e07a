import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { suite } from '../../../../test/needs.ts'
import { BackupBench } from './testing/backup-bench.ts'
import { mariadb, postgres, type Server } from './testing/servers.ts'

for (const [need, open] of [
  ['mariadb', mariadb],
  ['postgres', postgres],
] as const) {
  suite(`backup of ${need}`, [need], () => {
    let bench: BackupBench
    let server: Server
    let name: string
    const others: string[] = []

    beforeEach(async () => {
      bench = await new BackupBench().open()
      server = open()
      name = `wh_${randomBytes(4).toString('hex')}`
      server.ask(`create database ${name}`)
    })
    afterEach(async () => {
      for (const database of [name, ...others.splice(0)]) {
        server.ask(`drop database if exists ${database}${need === 'postgres' ? ' with (force)' : ''}`)
      }
      await bench.destroy()
    })

    const fill = (): void => void server.ask(server.sample, name)
    const look = (): string => server.look.map((sql) => server.ask(`${sql};`, name)).join('\n')
    const plan = (more: object = {}) => bench.plan({ databases: [{ ...server.spec(name), ...more }] })
    const count = (table: string): number => Number(server.ask(`select count(*) from ${table}`, name))
    const ours = (): string[] => server.databases().filter((database) => database.startsWith(name))

    test('comes back as it was: 50,000 rows, blobs, four-byte text, views, triggers, routines', async () => {
      fill()
      if (need === 'postgres') {
        server.ask(`alter database ${name} set search_path = public, pg_catalog; alter database ${name} set work_mem = '7MB';
          revoke connect on database ${name} from public; grant create on database ${name} to pg_monitor`)
      }
      const before = look()
      const backup = await bench.backups.create(plan(), bench.run())
      expect(backup.parts).toMatchObject([{ kind: 'database', encrypted: true }])
      const tables = (
        JSON.parse(readFileSync(join(bench.folder, 'backups', backup.id, 'metadata.json'), 'utf8')) as {
          parts: { database: { tables: Record<string, number> } }[]
        }
      ).parts[0]!.database.tables
      expect(Object.values(tables).sort((a, b) => b - a)).toEqual(
        need === 'mariadb' ? [50_000, 3, 0, 0] : [50_000, 100, 3, 0, 0],
      )

      server.ask(
        need === 'mariadb'
          ? 'drop table items; create table newer (id int)'
          : 'drop table items cascade; create table newer (id int)',
        name,
      )
      await bench.backups.restore(backup.id, { by: 'mara' }, bench.run())
      expect(look()).toBe(before)
      expect(() => count('newer')).toThrow()
      expect(ours()).toEqual([name])
      expect(readdirSync(join(bench.folder, 'restores'))).toEqual([])
    })

    test('comes back where the database is gone', async () => {
      fill()
      const { id } = await bench.backups.create(plan(), bench.run())
      server.ask(`drop database ${name}`)
      await bench.backups.restore(id, { by: 'mara' }, bench.run())
      expect(count('items')).toBe(50_000)
      expect(ours()).toEqual([name])
    })

    test('a drill counts what came back, tries the views, and leaves nothing', async () => {
      fill()
      const { id } = await bench.backups.create(plan(), bench.run())
      server.ask('delete from items', name)
      const drilled = await bench.backups.drill(id, 'mara', bench.run())
      const [tables, rows, views] = need === 'mariadb' ? [4, 50_003, 1] : [5, 50_103, 2]
      expect(drilled.drill).toBe(
        `${name}: ${tables} tables, ${rows} rows, as when it was taken, ${views} views answer.`,
      )
      expect(drilled.drilledAt).not.toBeNull()
      expect(ours()).toEqual([name])
      expect(count('items')).toBe(0)
      expect(bench.events.at(-1)).toMatchObject({ type: 'backup.drilled', severity: 'info' })
    })

    test('the real one is untouched where the scratch one cannot be made or does not match', async () => {
      fill()
      const { id } = await bench.backups.create(plan(), bench.run())
      server.ask('delete from items where id > 10', name)
      // The recorded counts say otherwise than the dump: as if rows were lost on the way.
      const row = await bench.database.db
        .withTables<{ backups: { id: string; parts: string } }>()
        .selectFrom('backups')
        .select('parts')
        .executeTakeFirstOrThrow()
      const parts = row.parts.replace('50000', '50001')
      await bench.database.db
        .withTables<{ backups: { parts: string } }>()
        .updateTable('backups')
        .set({ parts })
        .execute()
      await expect(bench.backups.drill(id, 'mara', bench.run())).rejects.toThrow('50000 rows where there were 50001')
      await expect(bench.backups.restore(id, { by: 'mara' }, bench.run())).rejects.toMatchObject({
        code: 'BACKUP_DAMAGED',
        message: expect.stringContaining('Everything is as it was before') as string,
      })
      expect(count('items')).toBe(10)
      expect(ours()).toEqual([name])
    })

    test('is put back when a later step of the restore fails', async () => {
      fill()
      const env = bench.file('shop/.env', 'older')
      const whole = { ...plan(), apps: [{ app: 'api', path: env, name: '.env' }] }
      const { id } = await bench.backups.create(whole, bench.run())
      server.ask('delete from items where id > 10', name)
      bench.file('shop/.env', 'newer')
      const stop = new AbortController()
      const run = bench.run(stop.signal)
      const second = `${name}_two`
      others.push(second)
      server.ask(`create database ${second}`)
      server.ask('create table t (id int)', second)
      const two = { ...plan(), databases: [server.spec(name), server.spec(second)] }
      const { id: both } = await bench.backups.create(two, bench.run())
      server.ask('delete from items where id > 5', name)
      const stopAtSecond = {
        ...run,
        progress(text: string, fraction?: number) {
          run.progress(text, fraction)
          if (text.startsWith('Replacing') && text.includes(second)) stop.abort(new Error('stopped here'))
        },
      }
      await expect(bench.backups.restore(both, { by: 'mara' }, stopAtSecond)).rejects.toThrow('stopped here')
      expect(count('items')).toBe(5)
      expect(ours().sort()).toEqual([name, second])
      expect(bench.events.at(-1)).toMatchObject({ type: 'backup.failed', data: { left: [] } })
      await bench.backups.restore(id, { by: 'mara' }, bench.run())
      expect(count('items')).toBe(50_000)
      expect(readFileSync(env, 'utf8')).toBe('older')
    })

    test('no password is on a command line, in an environment, in what is said, or in plain files', async () => {
      fill()
      const password = server.spec(name).password
      const seen = { programs: 0, leaks: [] as string[] }
      const timer = setInterval(() => {
        for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
          try {
            const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
            if (!/^(mariadb|mariadb-dump|pg_dump|psql|\S*perl)\0|pg_dump/.test(line)) continue
            if (line.includes(name)) seen.programs += 1
            const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
            // The test's own client is not asked here: nothing of it runs meanwhile.
            if (line.includes(password) || environment.includes(password)) seen.leaks.push(line)
          } catch {
            // It has ended.
          }
        }
      }, 15)
      const { id } = await bench.backups.create(plan(), bench.run())
      await bench.backups.drill(id, 'mara', bench.run())
      await bench.backups.restore(id, { by: 'mara' }, bench.run())
      clearInterval(timer)
      if (need === 'mariadb') expect(seen.programs).toBeGreaterThan(0)
      expect(seen.leaks).toEqual([])
      expect(JSON.stringify([bench.said, bench.events])).not.toContain(password)
      const folder = join(bench.folder, 'backups', id)
      for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name)).includes(password)).toBe(false)
      }
    })

    test('a dump that ends without an error and without its end is no backup', async () => {
      // A program of that name which says little and ends well, as a full pipe or a killed helper has them do.
      const folder = join(bench.folder, 'bin')
      mkdirSync(folder)
      for (const program of ['mariadb-dump', 'pg_dump']) {
        writeFileSync(join(folder, program), '#!/bin/sh\necho "-- half of it (MariaDB)"\n', { mode: 0o755 })
      }
      const path = process.env.PATH
      process.env.PATH = `${folder}:${path}`
      try {
        await expect(bench.backups.create(plan(), bench.run())).rejects.toThrow('has no end')
      } finally {
        process.env.PATH = path
      }
      expect(readdirSync(join(bench.folder, 'backups'))).toEqual([])
    })

    test('a wrong password or a database that is not there fails in the words of the server', async () => {
      if (need === 'mariadb') {
        const wrong = plan({ password: 'wrong"#\\one' })
        await expect(bench.backups.create(wrong, bench.run())).rejects.toThrow(/Access denied/)
      }
      const gone = plan({ name: 'not_there_at_all' })
      await expect(bench.backups.create(gone, bench.run())).rejects.toThrow(/not_there_at_all/)
      expect(existsSync(join(bench.folder, 'backups')) ? readdirSync(join(bench.folder, 'backups')) : []).toEqual([])
    })

    if (need === 'mariadb') {
      test('a password of any signs reaches the server as it is', async () => {
        const password = `a"b#c\\d'e f;g=[h]`
        const user = `${name.slice(0, 20)}u`
        server.ask(`create user ${user}@'%' identified by 'a"b#c\\\\d''e f;g=[h]'; grant all on *.* to ${user}@'%'`)
        try {
          fill()
          const backup = await bench.backups.create(plan({ username: user, password }), bench.run())
          expect(backup.state).toBe('complete')
        } finally {
          server.ask(`drop user ${user}@'%'`)
        }
      })
    }

    test('a cancelled one stops its program and leaves nothing', async () => {
      fill()
      const stop = new AbortController()
      const run = bench.run(stop.signal)
      const creating = bench.backups.create(plan(), {
        ...run,
        progress: () => setTimeout(() => stop.abort(new Error('cancelled by mara')), 5),
      })
      await expect(creating).rejects.toThrow('cancelled by mara')
      expect(readdirSync(join(bench.folder, 'backups'))).toEqual([])
    })
  })
}
