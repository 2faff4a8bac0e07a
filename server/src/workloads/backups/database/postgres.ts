import { Readable } from 'node:stream'
import { PostgresRows } from './count-postgres.ts'
import { type Access, type DatabaseEngine, refused, talk, watched } from './engine.ts'
import { withFileHeld } from './programs.ts'

const marker = 'PostgreSQL database dump complete'
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
const named = (value: string): string => `"${value.replaceAll('"', '""')}"`

/** Beyond the port: PostgreSQL can rename a database, so a proven copy takes the place of the real one at once. */
export interface PostgresEngine extends DatabaseEngine {
  /** Cuts the connections of both and gives `from` the name `to`. */
  rename(from: string, to: string, signal: AbortSignal): Promise<void>
  has(name: string, signal: AbortSignal): Promise<boolean>
  /** Gives a copy the rights and settings of the real one, which no dump holds. */
  likeReal(name: string, signal: AbortSignal): Promise<void>
}

export function openPostgres({ programs, spec }: Access): PostgresEngine {
  const escaped = spec.password.replace(/[\\:]/g, (sign) => `\\${sign}`)
  const file = `*:*:*:*:${escaped}\n`
  const variables = (path: string, database: string): Record<string, string> => ({
    PGPASSFILE: path,
    PGHOST: spec.host,
    PGPORT: String(spec.port),
    PGUSER: spec.username,
    PGDATABASE: database,
    PGCONNECT_TIMEOUT: '10',
    PGCLIENTENCODING: 'UTF8',
    PGAPPNAME: 'wheelhouse',
  })
  /** `-w`: never asks for a password, which would wait forever. */
  const psql = ['psql', '-X', '-w', '-q', '-v', 'ON_ERROR_STOP=1'] as const

  async function ask(sql: string, database: string, signal: AbortSignal): Promise<string[]> {
    return await programs.withPrivateFile(file, async (path) => {
      const client = await programs.start([...psql, '-A', '-t', '-f', '-'], variables(path, database), signal)
      const said = await talk(client, Readable.from([Buffer.from(sql)]))
      const { exitCode, words } = await client.ended()
      if (exitCode !== 0) throw refused(`The database server of ${spec.name} refused`, words, spec)
      return said.split('\n').filter((line) => line !== '')
    })
  }
  /** Where databases are made and renamed: not in one of them. */
  const server = (sql: string, signal: AbortSignal): Promise<string[]> => ask(sql, 'postgres', signal)
  const has = async (name: string, signal: AbortSignal): Promise<boolean> =>
    (await server(`select 1 from pg_database where datname = ${text(name)};`, signal)).length > 0
  const cut = (name: string): string =>
    `select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = ${text(name)} and pid <> pg_backend_pid();`

  async function* dumped(rows: PostgresRows, signal: AbortSignal): AsyncGenerator<Buffer> {
    yield* withFileHeld(programs, file, async function* (path) {
      const argv = ['pg_dump', '-w', '--format=plain', '--encoding=UTF8'] as const
      const client = await programs.start([...argv], variables(path, spec.name), signal)
      yield* watched(client, { program: 'pg_dump', marker, spec, seen: (chunk) => rows.add(chunk) })
    })
  }

  const relations = (kinds: string): string => `
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in (${kinds}) and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'
      and n.nspname not like 'pg\\_temp%' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1;`

  return {
    dump(signal) {
      const rows = new PostgresRows()
      return { stream: dumped(rows, signal), rows: () => rows.tables }
    },
    exists: (signal) => has(spec.name, signal),
    has,
    async createLike(name, signal) {
      const like = await server(
        `select format('owner %I encoding %L lc_collate %L lc_ctype %L', pg_get_userbyid(datdba),
           pg_encoding_to_char(encoding), datcollate, datctype) from pg_database where datname = ${text(spec.name)};`,
        signal,
      )
      await server(`create database ${named(name)} template template0 ${like[0] ?? "encoding 'UTF8'"};`, signal)
    },
    async load(name, dump, signal) {
      await programs.withPrivateFile(file, async (path) => {
        // One transaction: it is there as a whole or not at all.
        const argv = [...psql, '--single-transaction', '-f', '-'] as const
        const client = await programs.start([...argv], variables(path, name), signal)
        await talk(client, dump)
        const { exitCode, words } = await client.ended()
        if (exitCode !== 0) throw refused(`The dump could not be loaded into ${name}`, words, spec)
      })
    },
    async drop(name, signal) {
      if (!(await has(name, signal))) return
      await server(`${cut(name)}\ndrop database if exists ${named(name)};`, signal)
    },
    async count(name, signal) {
      const counts: Record<string, number> = {}
      const tables = await ask(relations("'r'"), name, signal)
      for (let at = 0; at < tables.length; at += 100) {
        const some = tables.slice(at, at + 100)
        const rows = await ask(some.map((table) => `select count(*) from ${table};`).join('\n'), name, signal)
        for (const [index, table] of some.entries()) counts[table] = Number(rows[index])
      }
      return counts
    },
    async tryViews(name, signal) {
      const views = await ask(relations("'v', 'm'"), name, signal)
      const broken: string[] = []
      for (const view of views) {
        const sql = `select count(*) from (select from ${view} limit 1) as one;`
        await ask(sql, name, signal).catch((error: Error) => broken.push(`${view}: ${error.message}`))
      }
      return { views: views.length, broken }
    },
    async rename(from, to, signal) {
      // Shut first: an application that connects again at once would hold it.
      await server(
        `alter database ${named(from)} with allow_connections false;\n${cut(from)}
         alter database ${named(from)} rename to ${named(to)};\nalter database ${named(to)} with allow_connections true;`,
        signal,
      )
    },
    async likeReal(name, signal) {
      const statements = await server(
        `select format('grant %s on database %I to %s;', a.privilege_type, ${text(name)},
           case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
         from pg_database d, aclexplode(d.datacl) a where d.datname = ${text(spec.name)}
         union all select format('revoke connect, temporary on database %I from public;', ${text(name)})
         from pg_database where datname = ${text(spec.name)} and datacl is not null order by 1 desc;
         select format('alter %s %I set %I to %s;', 'database', ${text(name)}, split_part(s, '=', 1),
           case when split_part(s, '=', 1) in ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries')
             then substr(s, strpos(s, '=') + 1) else quote_literal(substr(s, strpos(s, '=') + 1)) end)
         from pg_db_role_setting r join pg_database d on d.oid = r.setdatabase, unnest(r.setconfig) s
         where d.datname = ${text(spec.name)} and r.setrole = 0;`,
        signal,
      )
      if (statements.length > 0) await server(statements.join('\n'), signal)
    },
  }
}
