import { type Backup, notFound } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { BackupPlan } from './backup-plan.ts'
import { backupId, type PartRecord } from './part.ts'
import { placeText } from './place/index.ts'
import type { UndoStep } from './restore/undo-step.ts'

type Row = {
  id: string
  stack: string
  environment: string
  directory: string
  description: string
  state: Backup['state']
  place: string
  version: string | null
  parts: string
  sizeBytes: number
  error: string | null
  verifiedAt: number | null
  drilledAt: number | null
  drill: string | null
  deploymentId: string | null
  createdAt: number
  createdBy: string
  owner: string
  heartbeatAt: number
  sealedPlan: string
  journal: string | null
}
type Tables = { backups: Row }

/** What a restore or drill has changed so far, to be taken back in reverse order. */
export interface Journal {
  readonly what: 'restore' | 'drill'
  readonly by: string
  readonly steps: readonly UndoStep[]
}
/** A backup with what only this domain knows. Times are epoch ms. */
export interface BackupRecord extends Omit<Row, 'parts' | 'journal' | 'sealedPlan'> {
  readonly parts: readonly PartRecord[]
  readonly journal: Journal | null
}

type Changes = Partial<Omit<Row, 'id' | 'parts' | 'journal' | 'sealedPlan'>> & {
  readonly parts?: readonly PartRecord[]
  readonly journal?: Journal | null
}

const sealedAt = (id: string): string => `backups/${id}/plan`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'backups', column: 'sealedPlan', key: ['id'], context: ({ id }) => sealedAt(String(id)) },
]
const read = ({ sealedPlan: _, ...row }: Row): BackupRecord => ({
  ...row,
  parts: JSON.parse(row.parts) as PartRecord[],
  journal: row.journal === null ? null : (JSON.parse(row.journal) as Journal),
})

export type BackupStore = ReturnType<typeof openBackupStore>

export function openBackupStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<Tables>()
  const all = () => db.selectFrom('backups').selectAll()

  const store = {
    async list(filter: { stack?: string | undefined; environment?: string | undefined } = {}): Promise<BackupRecord[]> {
      let query = all().orderBy('createdAt', 'desc').orderBy('id', 'desc')
      if (filter.stack !== undefined) query = query.where('stack', '=', filter.stack)
      if (filter.environment !== undefined) query = query.where('environment', '=', filter.environment)
      return (await query.execute()).map(read)
    },
    async find(id: string): Promise<BackupRecord | null> {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },
    /** Throws NOT_FOUND. */
    async get(id: string): Promise<BackupRecord> {
      const record = await store.find(id)
      if (!record) throw notFound('backup', id)
      return record
    },
    /** Those that run, and those whose restore or drill has not ended. */
    async unfinished(): Promise<BackupRecord[]> {
      const rows = await all()
        .where((eb) => eb.or([eb('state', '=', 'running'), eb('journal', 'is not', null)]))
        .execute()
      return rows.map(read)
    },

    /** Takes an id of its own: its time, counted up where two fall into one second. */
    async reserve(plan: BackupPlan, owner: string): Promise<BackupRecord> {
      const at = new Date()
      for (let count = 1; ; count += 1) {
        const id = backupId(at, count)
        const { stack, environment, directory, description, version, deploymentId, createdBy } = plan
        const added = await store.add(
          {
            id,
            stack,
            environment,
            directory,
            description,
            version,
            deploymentId,
            createdBy,
            owner,
            state: 'running',
            place: placeText(plan.place),
            parts: [],
            sizeBytes: 0,
            createdAt: at.getTime(),
          },
          plan,
        )
        if (added) return await store.get(id)
      }
    },
    /** False where the id is taken. */
    async add(
      record: Pick<
        BackupRecord,
        | 'id'
        | 'stack'
        | 'environment'
        | 'directory'
        | 'description'
        | 'version'
        | 'deploymentId'
        | 'createdBy'
        | 'owner'
        | 'state'
        | 'place'
        | 'parts'
        | 'sizeBytes'
        | 'createdAt'
      >,
      plan: BackupPlan,
    ): Promise<boolean> {
      const row: Row = {
        ...record,
        parts: JSON.stringify(record.parts),
        error: null,
        verifiedAt: null,
        drilledAt: null,
        drill: null,
        journal: null,
        heartbeatAt: Date.now(),
        sealedPlan: secrets.seal(JSON.stringify(plan), sealedAt(record.id)),
      }
      const done = await db
        .insertInto('backups')
        .values(row)
        .onConflict((on) => on.column('id').doNothing())
        .executeTakeFirst()
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0
    },
    async change(id: string, { parts, journal, ...rest }: Changes): Promise<void> {
      const changes = {
        ...rest,
        ...(parts === undefined ? {} : { parts: JSON.stringify(parts) }),
        ...(journal === undefined ? {} : { journal: journal === null ? null : JSON.stringify(journal) }),
      }
      await db.updateTable('backups').set(changes).where('id', '=', id).execute()
    },
    async plan(id: string): Promise<BackupPlan> {
      const row = await db.selectFrom('backups').select('sealedPlan').where('id', '=', id).executeTakeFirst()
      if (!row) throw notFound('backup', id)
      return JSON.parse(secrets.open(row.sealedPlan, sealedAt(id)).reveal()) as BackupPlan
    },
    async setPlan(id: string, plan: BackupPlan): Promise<void> {
      const sealedPlan = secrets.seal(JSON.stringify(plan), sealedAt(id))
      await db.updateTable('backups').set({ sealedPlan }).where('id', '=', id).execute()
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('backups').where('id', '=', id).execute()
    },
  }
  return store
}

/** As the contract shows it: nothing of the plan, nothing of the journal. */
export function backupView(record: BackupRecord): Backup {
  const has = (...kinds: PartRecord['kind'][]): boolean => record.parts.some((part) => kinds.includes(part.kind))
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    id: record.id,
    stack: record.stack,
    environment: record.environment,
    description: record.description,
    state: record.state,
    place: record.place,
    version: record.version,
    includes: { configs: has('config', 'app'), database: has('database'), files: has('files', 'volume') },
    parts: record.parts.map(({ kind, name, from, sizeBytes, sha256, encrypted }) => ({
      kind,
      name,
      from,
      sizeBytes,
      sha256,
      encrypted,
    })),
    sizeBytes: record.sizeBytes,
    encrypted: record.parts.some((part) => part.encrypted),
    verifiedAt: time(record.verifiedAt),
    drilledAt: time(record.drilledAt),
    drill: record.drill,
    deploymentId: record.deploymentId,
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
  }
}
