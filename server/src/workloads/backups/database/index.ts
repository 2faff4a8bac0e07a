import type { Connection } from '@wheelhouse/driver'
import type { DatabaseSpec } from '../backup-plan.ts'
import { type MysqlEngine, openMysql } from './mysql.ts'
import { openPostgres, type PostgresEngine } from './postgres.ts'
import { containerPrograms, localPrograms } from './programs.ts'

export * from './engine.ts'
export type { PostgresEngine } from './postgres.ts'

export type OpenDatabase =
  | { readonly kind: 'mysql'; readonly engine: MysqlEngine }
  | { readonly kind: 'postgres'; readonly engine: PostgresEngine }

/** `connection` reaches the target of its container. */
export function openDatabaseOf(spec: DatabaseSpec, connection: (targetId: string) => Connection): OpenDatabase {
  const { service } = spec
  const programs = service === null ? localPrograms : containerPrograms(connection(service.targetId), service.nativeId)
  return spec.engine === 'mysql'
    ? { kind: 'mysql', engine: openMysql({ programs, spec }) }
    : { kind: 'postgres', engine: openPostgres({ programs, spec }) }
}
