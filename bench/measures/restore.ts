import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@wheelhouse/platform/db'
import { createMemoryJobs, createMemoryJobStore } from '@wheelhouse/platform/jobs'
import { createLog } from '@wheelhouse/platform/log'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { migrations } from '../../server/src/migrations/index.ts'
import { type Backups, createBackups, type DatabaseSpec } from '../../server/src/workloads/backups/index.ts'
import { type Bench, budget, type Figure, NotHere } from '../figure.ts'

/** 1 GB as the dump has it: rows of 2,000 bytes. `BENCH_RESTORE_MB` makes it smaller. */
const megabytes = Number(process.env.BENCH_RESTORE_MB ?? 1000)
const rows = megabytes * 500

export const restore: Bench = {
  name: 'restore',
  about: `a backup of a database of ${megabytes} MB, encrypted, and its restore (verified, into a scratch database first); psql and pg_dump alone beside it`,
  async run() {
    const address = process.env.WHEELHOUSE_TEST_POSTGRES
    if (!address) throw new NotHere('no PostgreSQL: run npm run lab -- up')
    const { hostname, port, username } = new URL(address)
    const name = `bench_${randomBytes(4).toString('hex')}`
    const flags = ['-h', hostname, '-p', port, '-U', username]
    const psql = (sql: string, database = 'postgres'): void => {
      execFileSync('psql', ['-X', '-q', ...flags, '-d', database, '-c', sql], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    }
    const folder = mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'wheelhouse-bench-'))
    const log = createLog({ level: 'silent', pretty: false })
    const database = await openDatabase({ url: `sqlite:${join(folder, 'bench.db')}`, log })
    try {
      await database.migrate(migrations)
      psql(`create database ${name}`)
      const text = `string_agg(md5((n * 63 + k)::text), '')`
      psql(
        `create table items as select n as id, (select ${text} from generate_series(1, 62) k) as body from generate_series(1, ${rows}) n`,
        name,
      )
      const backups: Backups = createBackups({
        database,
        log,
        secrets: openSecrets({ key: randomBytes(32).toString('hex') }),
        jobs: createMemoryJobs({ log, store: createMemoryJobStore() }),
        announce: () => undefined,
        instance: 'bench',
        folder: join(folder, 'backups'),
        workFolder: join(folder, 'restores'),
        connection: () => {
          throw new Error('nothing runs in a container here')
        },
        planFor: () => Promise.reject(new Error('nothing is planned here')),
        busy: () => null,
        inUse: () => Promise.resolve(new Set()),
      })
      const spec: DatabaseSpec = {
        name,
        engine: 'postgres',
        host: hostname,
        port: Number(port),
        username,
        password: '',
        service: null,
      }
      return await measure(backups, spec, folder, flags)
    } finally {
      await database.close()
      psql(`drop database if exists ${name} with (force)`)
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measure(backups: Backups, spec: DatabaseSpec, folder: string, flags: string[]): Promise<Figure[]> {
  const timed = async (work: () => unknown): Promise<number> => {
    const since = performance.now()
    await work()
    return performance.now() - since
  }
  const run = { signal: new AbortController().signal, progress: () => undefined, log: () => undefined }
  const dump = join(folder, 'raw.sql')
  const dumping = await timed(() => execFileSync('pg_dump', [...flags, '-f', dump, spec.name]))
  const loading = await timed(() => {
    execFileSync('psql', [...flags, '-X', '-q', '-d', 'postgres', '-c', `create database ${spec.name}_raw`])
    execFileSync('psql', [...flags, '-X', '-q', '-1', '-d', `${spec.name}_raw`, '-f', dump], { stdio: 'ignore' })
    execFileSync('psql', [...flags, '-X', '-q', '-d', 'postgres', '-c', `drop database ${spec.name}_raw`])
  })
  rmSync(dump)
  let id = ''
  const place = { kind: 'folder', path: join(folder, 'backups') } as const
  const common = { stack: 'bench', environment: 'bench', directory: folder, description: '', createdBy: 'bench' }
  const nothing = { configs: [], apps: [], files: [], volumes: [], deploymentId: null, version: null }
  const plan = { ...common, ...nothing, place, encrypt: 'auto' as const, databases: [spec] }
  const making = await timed(async () => {
    id = (await backups.create(plan, run)).id
  })
  const restoring = await timed(() => backups.restore(id, { by: 'bench' }, run))
  const memory = process.resourceUsage().maxRSS / 1000
  return [
    { what: 'back up', value: making, unit: 'ms', raw: { what: 'pg_dump alone', value: dumping }, budget: null },
    {
      what: 'restore',
      value: restoring,
      unit: 'ms',
      raw: { what: 'psql alone', value: loading },
      budget: budget('< 120 s', restoring < 120_000),
    },
    { what: 'most memory of the process', value: memory, unit: 'MB', raw: null, budget: null },
  ]
}
