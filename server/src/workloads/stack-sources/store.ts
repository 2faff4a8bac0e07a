import type { GitCommit, StackSource } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'

interface Table {
  id: string
  stack: string
  targetId: string
  url: string
  branch: string
  path: string
  directory: string | null
  hostKeys: string | null
  sealed: string
  hookId: string | null
  pollSeconds: number | null
  nextPollAt: number | null
  commit: string | null
  triedCommit: string | null
  appliedCommit: string | null
  lastSyncAt: number | null
  lastResult: StackSource['lastResult']
  lastError: string | null
  ownerId: string
  ownerToken: string | null
  owner: string
  createdAt: number
}

/** What of a source is sealed. */
export interface Hidden {
  readonly username?: string
  readonly token?: string
  readonly privateKey?: string
  readonly hookSecret?: string
  readonly variables?: Readonly<Record<string, string>>
}
/** A source as it is kept. Times are epoch ms. */
export interface SourceRecord extends Readonly<Omit<Table, 'sealed' | 'commit'>> {
  readonly commit: GitCommit | null
  /** A commit of this hash is not tried again by itself. */
  readonly triedCommit: string | null
  readonly hidden: Hidden
}
export type Outcome = Pick<SourceRecord, 'lastSyncAt' | 'lastResult' | 'lastError'> &
  Partial<Pick<SourceRecord, 'commit' | 'triedCommit' | 'appliedCommit'>>

const place = (id: string): string => `stack-sources/${id}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'stackSources', column: 'sealed', key: ['id'], context: ({ id }) => place(String(id)) },
]

/** PostgreSQL refuses NUL outright, and no id of ours has one. */
const askable = (id: string): boolean => !id.includes('\0')

export type SourceStore = ReturnType<typeof openSourceStore>

export function openSourceStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ stackSources: Table }>()
  const read = ({ sealed, commit, ...row }: Table): SourceRecord => ({
    ...row,
    commit: commit === null ? null : (JSON.parse(commit) as GitCommit),
    hidden: JSON.parse(secrets.open(sealed, place(row.id)).reveal()) as Hidden,
  })
  const write = ({ hidden, commit, ...row }: SourceRecord): Table => ({
    ...row,
    commit: commit === null ? null : JSON.stringify(commit),
    sealed: secrets.seal(JSON.stringify(hidden), place(row.id)),
  })
  const one = async (column: 'id' | 'hookId', value: string): Promise<SourceRecord | null> => {
    if (!askable(value)) return null
    const row = await db.selectFrom('stackSources').selectAll().where(column, '=', value).executeTakeFirst()
    return row ? read(row) : null
  }

  return {
    /** By the name of the stack, then the id. */
    async list(): Promise<SourceRecord[]> {
      return (await db.selectFrom('stackSources').selectAll().orderBy('stack').orderBy('id').execute()).map(read)
    },
    find: (id: string) => one('id', id),
    byHook: (hookId: string) => one('hookId', hookId),

    /** Throws on a second source of one stack. */
    async insert(record: SourceRecord): Promise<void> {
      await db.insertInto('stackSources').values(write(record)).execute()
    },

    async replace(record: SourceRecord): Promise<void> {
      const { id, ...rest } = write(record)
      await db.updateTable('stackSources').set(rest).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<boolean> {
      const gone = await db.deleteFrom('stackSources').where('id', '=', id).executeTakeFirst()
      return gone.numDeletedRows > 0n
    },

    /** Ids of those whose time has come. */
    async due(now: number): Promise<{ id: string; nextPollAt: number }[]> {
      const rows = await db
        .selectFrom('stackSources')
        .select(['id', 'nextPollAt'])
        .where('nextPollAt', '<=', now)
        .orderBy('nextPollAt')
        .limit(50)
        .execute()
      return rows.flatMap(({ id, nextPollAt }) => (nextPollAt === null ? [] : [{ id, nextPollAt }]))
    },

    /** Takes a time that has come; of several instances one gets true. */
    async claim(id: string, due: number, next: number): Promise<boolean> {
      const taken = await db
        .updateTable('stackSources')
        .set({ nextPollAt: next })
        .where('id', '=', id)
        .where('nextPollAt', '=', due)
        .executeTakeFirst()
      return taken.numUpdatedRows > 0n
    },

    /** What a sync came to. */
    async finished(id: string, { commit, ...outcome }: Outcome): Promise<void> {
      await db
        .updateTable('stackSources')
        .set({ ...outcome, ...(commit ? { commit: JSON.stringify(commit) } : {}) })
        .where('id', '=', id)
        .execute()
    },
  }
}
