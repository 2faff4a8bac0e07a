import { openPostgres, type PostgresEngine } from './postgres.ts'
import { localPrograms } from './programs.ts'

/** The PostgreSQL that an address of a whole database names, through pg_dump and psql of this machine. */
export function postgresAt(address: string): { readonly name: string; readonly engine: PostgresEngine } {
  const url = new URL(address)
  const name = decodeURIComponent(url.pathname.slice(1))
  const spec = {
    name,
    engine: 'postgres',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 5432),
    username: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
    service: null,
  } as const
  return { name, engine: openPostgres({ programs: localPrograms, spec }) }
}
