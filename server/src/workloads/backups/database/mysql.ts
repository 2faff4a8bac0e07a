import { Readable } from 'node:stream'
import type { TableRows } from '../part.ts'
import { MysqlRows } from './count-mysql.ts'
import { type Access, type DatabaseEngine, type Leniency, refused, talk, watched } from './engine.ts'
import { type Found, findProgram, withFileHeld } from './programs.ts'

const marker = '-- Dump completed'
/** What comes after it in a dump are events, which are only wanted in the real database. */
const eventsLine = '\n-- Events follow\n'

const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
const named = (value: string): string => `\`${value.replaceAll('`', '``')}\``
const option = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`

/** Beyond the port: MySQL cannot rename a database, so the real one is emptied and loaded again. */
export interface MysqlEngine extends DatabaseEngine {
  /** Leaves the real one there and empty, in one go, with its character set. */
  empty(signal: AbortSignal): Promise<void>
}

/** MySQL and MariaDB, through their own programs. */
export function openMysql({ programs, spec }: Access): MysqlEngine {
  // In a file of its own and nowhere else: settings of the user that runs us must not decide where a restore goes.
  const file = [
    '[client]',
    `host=${option(spec.host)}`,
    `port=${spec.port}`,
    `user=${option(spec.username)}`,
    `password=${option(spec.password)}`,
    'protocol=tcp',
    'default-character-set=utf8mb4',
    '',
  ].join('\n')
  const found = new Map<string, Promise<Found>>()
  const find = (kind: 'dump' | 'client', signal: AbortSignal): Promise<Found> => {
    const names = kind === 'dump' ? ['mariadb-dump', 'mysqldump'] : ['mariadb', 'mysql']
    const known = found.get(kind) ?? findProgram(programs, names, signal)
    found.set(kind, known)
    known.catch(() => found.delete(kind))
    return known
  }

  async function ask(sql: string, signal: AbortSignal): Promise<string[][]> {
    const { name } = await find('client', signal)
    return await programs.withPrivateFile(file, async (path) => {
      const argv = [name, `--defaults-file=${path}`, '--batch', '--skip-column-names', '--connect-timeout=10'] as const
      const client = await programs.start([...argv], {}, signal)
      const said = await talk(client, Readable.from([Buffer.from(sql)]))
      const { exitCode, words } = await client.ended()
      if (exitCode !== 0) throw refused(`The database server of ${spec.name} refused`, words, spec)
      return said
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'))
    })
  }

  async function* dumped(
    more: readonly string[],
    seen: (chunk: Buffer) => void,
    signal: AbortSignal,
    { lenient = false }: Leniency,
  ): AsyncGenerator<Buffer> {
    const { name, version } = await find('dump', signal)
    // Only Oracle's knows it, and without it a dump cannot be loaded into a server that has history.
    const own = version.includes('MariaDB') ? [] : ['--set-gtid-purged=OFF']
    const force = lenient ? ['--force'] : []
    const argv = [
      ...force,
      '--single-transaction',
      '--quick',
      '--hex-blob',
      '--no-tablespaces',
      ...own,
      ...more,
      '--',
      spec.name,
    ]
    yield* withFileHeld(programs, file, async function* (path) {
      const client = await programs.start([name, `--defaults-file=${path}`, ...argv], {}, signal)
      yield* watched(client, { program: name, marker, spec, seen, lenient })
    })
  }

  const tablesOf = async (name: string, kinds: string, signal: AbortSignal): Promise<string[]> => {
    const rows = await ask(
      `SELECT HEX(table_name) FROM information_schema.tables WHERE table_schema = ${text(name)} AND table_type IN (${kinds}) ORDER BY table_name`,
      signal,
    )
    return rows.map(([hex = '']) => Buffer.from(hex, 'hex').toString('utf8'))
  }
  const create = async (name: string, signal: AbortSignal): Promise<string> => {
    const [shape] = await ask(
      `SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ${text(spec.name)}`,
      signal,
    )
    const [set, collation] = shape ?? ['utf8mb4', 'utf8mb4_unicode_ci']
    return `CREATE DATABASE ${named(name)} CHARACTER SET ${set} COLLATE ${collation}`
  }

  return {
    dump(signal, leniency = {}) {
      const rows = new MysqlRows()
      async function* all(): AsyncGenerator<Buffer> {
        yield* dumped(['--routines', '--triggers'], (chunk) => rows.add(chunk), signal, leniency)
        const [events] = await ask(
          `SELECT COUNT(*) FROM information_schema.events WHERE event_schema = ${text(spec.name)}`,
          signal,
        )
        if (Number(events?.[0]) === 0) return
        yield Buffer.from(eventsLine)
        const only = ['--no-data', '--no-create-info', '--skip-triggers', '--events']
        yield* dumped(only, () => undefined, signal, leniency)
      }
      return { stream: all(), rows: () => rows.tables }
    },
    async exists(signal) {
      const rows = await ask(`SELECT 1 FROM information_schema.schemata WHERE schema_name = ${text(spec.name)}`, signal)
      return rows.length > 0
    },
    async createLike(name, signal) {
      await ask(await create(name, signal), signal)
    },
    async empty(signal) {
      // One statement list on one connection: nobody finds it gone for longer than that takes.
      const made = await create(spec.name, signal)
      await ask(`DROP DATABASE IF EXISTS ${named(spec.name)};\n${made};`, signal)
    },
    async load(name, dump, signal, { lenient = false } = {}) {
      const { name: program } = await find('client', signal)
      await programs.withPrivateFile(file, async (path) => {
        const flags = ['--batch', '--binary-mode', '--max-allowed-packet=1G', '--connect-timeout=10']
        const force = lenient ? ['--force'] : []
        const argv = [program, `--defaults-file=${path}`, ...force, ...flags, `--database=${name}`] as const
        const client = await programs.start([...argv], {}, signal)
        await talk(client, name === spec.name ? dump : withoutEvents(dump))
        const { exitCode, words } = await client.ended()
        if (exitCode !== 0 && !lenient) throw refused(`The dump could not be loaded into ${name}`, words, spec)
      })
    },
    async drop(name, signal) {
      await ask(`DROP DATABASE IF EXISTS ${named(name)}`, signal)
    },
    async count(name, signal) {
      const counts: Record<string, number> = {}
      const tables = await tablesOf(name, "'BASE TABLE','SYSTEM VERSIONED'", signal)
      for (let at = 0; at < tables.length; at += 100) {
        const some = tables.slice(at, at + 100)
        const sql = some.map((table) => `SELECT COUNT(*) FROM ${named(name)}.${named(table)}`)
        const rows = await ask(`${sql.join(';\n')};`, signal)
        for (const [index, table] of some.entries()) counts[table] = Number(rows[index]?.[0])
      }
      return counts satisfies TableRows
    },
    async tryViews(name, signal) {
      const views = await tablesOf(name, "'VIEW'", signal)
      const broken: string[] = []
      for (const view of views) {
        const sql = `SELECT COUNT(*) FROM (SELECT 1 FROM ${named(name)}.${named(view)} LIMIT 1) AS one`
        await ask(sql, signal).catch((error: Error) => broken.push(`${view}: ${error.message}`))
      }
      return { views: views.length, broken }
    },
  }
}

/** The dump up to where its events begin. */
async function* withoutEvents(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const chunk of dump) {
    held = Buffer.concat([held, chunk])
    const at = held.indexOf(eventsLine)
    if (at !== -1) {
      yield held.subarray(0, at)
      held = Buffer.alloc(0)
      // The rest is read all the same, so that its end is proven too.
      for await (const _ of dump);
      return
    }
    const safe = Math.max(0, held.length - eventsLine.length)
    if (safe > 0) yield held.subarray(0, safe)
    held = held.subarray(safe)
  }
  yield held
}
