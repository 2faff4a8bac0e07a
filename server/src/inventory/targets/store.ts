import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { TargetRecord } from './mirror.ts'

interface TargetsTable {
  id: string
  name: string
  kind: string
  address: string
  tags: string
  tls: string | null
  createdAt: number
}
type Tables = {
  targets: TargetsTable
}

export interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}
export interface StoredTarget {
  readonly record: TargetRecord
  readonly tls: Tls | null
}

const context = (id: string): string => `target:${id}:tls`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'targets', column: 'tls', key: ['id'], context: ({ id }) => context(String(id)) },
]

/** Registered targets. Their certificates and keys are sealed. */
export function createTargetStore(database: Database, secrets: Secrets) {
  const db = database.db.withTables<Tables>()
  const columns = (target: StoredTarget) => ({
    name: target.record.name,
    address: target.record.address,
    tags: JSON.stringify(target.record.tags),
    tls: target.tls === null ? null : secrets.seal(JSON.stringify(target.tls), context(target.record.id)),
  })
  const stored = (row: TargetsTable): StoredTarget => ({
    record: {
      id: row.id,
      name: row.name,
      kind: row.kind as TargetRecord['kind'],
      address: row.address,
      tls: row.tls !== null,
      tags: JSON.parse(row.tags) as string[],
      origin: 'registered',
      createdAt: new Date(row.createdAt).toISOString(),
    },
    tls: row.tls === null ? null : (JSON.parse(secrets.open(row.tls, context(row.id)).reveal()) as Tls),
  })
  return {
    async all(): Promise<StoredTarget[]> {
      return (await db.selectFrom('targets').selectAll().orderBy('createdAt').execute()).map(stored)
    },
    async insert(target: StoredTarget): Promise<void> {
      const { id, kind, createdAt } = target.record
      await db
        .insertInto('targets')
        .values({ id, kind, createdAt: Date.parse(createdAt), ...columns(target) })
        .execute()
    },
    async update(target: StoredTarget): Promise<void> {
      await db.updateTable('targets').set(columns(target)).where('id', '=', target.record.id).execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('targets').where('id', '=', id).execute()
    },
  }
}
export type TargetStore = ReturnType<typeof createTargetStore>
