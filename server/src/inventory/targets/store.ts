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
  ssh: string | null
  groupName: string | null
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
export interface Ssh {
  readonly privateKey?: string
  readonly hostKeys?: string
}
/** What opens the way to a target. */
export interface Credentials {
  readonly tls: Tls | null
  readonly ssh: Ssh | null
}
export interface StoredTarget extends Credentials {
  readonly record: TargetRecord
}

const context = (id: string, of: keyof Credentials): string => `target:${id}:${of}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'targets', column: 'tls', key: ['id'], context: ({ id }) => context(String(id), 'tls') },
  { table: 'targets', column: 'ssh', key: ['id'], context: ({ id }) => context(String(id), 'ssh') },
]

/** Registered targets. Their certificates and keys are sealed. */
export function createTargetStore(database: Database, secrets: Secrets) {
  const db = database.db.withTables<Tables>()
  const sealed = (target: StoredTarget, of: keyof Credentials): string | null =>
    target[of] === null ? null : secrets.seal(JSON.stringify(target[of]), context(target.record.id, of))
  const opened = (row: TargetsTable, of: keyof Credentials): unknown =>
    row[of] === null ? null : JSON.parse(secrets.open(row[of], context(row.id, of)).reveal())
  const columns = (target: StoredTarget) => ({
    name: target.record.name,
    address: target.record.address,
    tags: JSON.stringify(target.record.tags),
    groupName: target.record.group,
    tls: sealed(target, 'tls'),
    ssh: sealed(target, 'ssh'),
  })
  const stored = (row: TargetsTable): StoredTarget => ({
    record: {
      id: row.id,
      name: row.name,
      kind: row.kind as TargetRecord['kind'],
      address: row.address,
      tls: row.tls !== null,
      group: row.groupName,
      tags: JSON.parse(row.tags) as string[],
      origin: 'registered',
      createdAt: new Date(row.createdAt).toISOString(),
    },
    tls: opened(row, 'tls') as Tls | null,
    ssh: opened(row, 'ssh') as Ssh | null,
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
