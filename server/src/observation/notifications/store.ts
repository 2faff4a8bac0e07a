import type { NotificationChannel, NotificationChannelSpec, NotificationOccasion } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { Message } from './message.ts'

interface ChannelTable {
  id: string
  name: string
  kind: NotificationChannel['kind']
  address: string
  sealed: string
  occasions: string
  stacks: string
  enabled: number
  lastAt: number | null
  lastError: string | null
  createdBy: string
  createdAt: number
}
interface OutboxTable {
  id: string
  channelId: string
  message: string
  state: 'waiting' | 'done' | 'failed'
  attempts: number
  dueAt: number
  createdAt: number
}

/** A channel as it is kept, its spec open. Times are epoch ms. */
export interface ChannelRecord extends Omit<
  Readonly<ChannelTable>,
  'sealed' | 'occasions' | 'stacks' | 'enabled' | 'kind'
> {
  readonly spec: NotificationChannelSpec
  readonly on: readonly NotificationOccasion[]
  readonly stacks: readonly string[]
  readonly enabled: boolean
}
export type ChannelPatch = Partial<Pick<ChannelRecord, 'name' | 'address' | 'spec' | 'on' | 'stacks' | 'enabled'>>

/** One message on its way to one channel. `attempts` were made already. */
export interface OutboxEntry {
  readonly id: string
  readonly channelId: string
  readonly message: Message
  readonly attempts: number
  readonly dueAt: number
}

const askable = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id)
const place = (id: string): string => `notification-channel/${id}`

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'notificationChannels', column: 'sealed', key: ['id'], context: ({ id }) => place(String(id)) },
]

export type NotificationStore = ReturnType<typeof openNotificationStore>

export function openNotificationStore(database: Database, secrets: Pick<Secrets, 'seal' | 'open'>) {
  const db = database.db.withTables<{ notificationChannels: ChannelTable; notificationOutbox: OutboxTable }>()

  const read = ({ sealed, occasions, stacks, enabled, kind: _, ...row }: ChannelTable): ChannelRecord => ({
    ...row,
    spec: JSON.parse(secrets.open(sealed, place(row.id)).reveal()) as NotificationChannelSpec,
    on: JSON.parse(occasions) as NotificationOccasion[],
    stacks: JSON.parse(stacks) as string[],
    enabled: enabled === 1,
  })
  const write = (id: string, { spec, on, stacks, enabled, ...rest }: ChannelPatch): Partial<ChannelTable> => ({
    ...rest,
    ...(spec && { kind: spec.kind, sealed: secrets.seal(JSON.stringify(spec), place(id)) }),
    ...(on && { occasions: JSON.stringify(on) }),
    ...(stacks && { stacks: JSON.stringify(stacks) }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
  })
  const entryOf = ({ id, channelId, message, attempts, dueAt }: OutboxTable): OutboxEntry => ({
    id,
    channelId,
    attempts,
    dueAt,
    message: JSON.parse(message) as Message,
  })

  return {
    /** By name. */
    async channels(): Promise<ChannelRecord[]> {
      return (await db.selectFrom('notificationChannels').selectAll().orderBy('name').execute()).map(read)
    },

    async channel(id: string): Promise<ChannelRecord | null> {
      if (!askable(id)) return null
      const row = await db.selectFrom('notificationChannels').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? read(row) : null
    },

    async insert(record: ChannelRecord): Promise<void> {
      const { id, lastAt, lastError, createdBy, createdAt, ...rest } = record
      const columns = write(id, rest) as Omit<ChannelTable, 'id' | 'lastAt' | 'lastError' | 'createdBy' | 'createdAt'>
      await db
        .insertInto('notificationChannels')
        .values({ ...columns, id, lastAt, lastError, createdBy, createdAt })
        .execute()
    },

    /** Null when there is none. */
    async update(id: string, patch: ChannelPatch): Promise<ChannelRecord | null> {
      if (Object.keys(patch).length === 0) return this.channel(id)
      const row = await db
        .updateTable('notificationChannels')
        .set(write(id, patch))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row ? read(row) : null
    },

    /** With all that is on its way there. */
    async remove(id: string): Promise<void> {
      await db.deleteFrom('notificationChannels').where('id', '=', id).execute()
    },

    async told(id: string, at: number, error: string | null): Promise<void> {
      await db.updateTable('notificationChannels').set({ lastAt: at, lastError: error }).where('id', '=', id).execute()
    },

    /** Puts a message on its way to each of the channels, unless it was before. */
    async enqueue(
      entries: readonly { readonly id: string; readonly channelId: string }[],
      message: Message,
      at: number,
    ) {
      if (entries.length === 0) return
      const text = JSON.stringify(message)
      await db
        .insertInto('notificationOutbox')
        .values(
          entries.map(({ id, channelId }) => ({
            id,
            channelId,
            message: text,
            state: 'waiting' as const,
            attempts: 0,
            dueAt: at,
            createdAt: at,
          })),
        )
        .onConflict((on) => on.column('id').doNothing())
        .execute()
    },

    /** Due ones, oldest first. */
    async due(at: number, limit: number): Promise<OutboxEntry[]> {
      const rows = await db
        .selectFrom('notificationOutbox')
        .selectAll()
        .where('state', '=', 'waiting')
        .where('dueAt', '<=', at)
        .orderBy('dueAt')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(entryOf)
    },

    /** When the next one is due; null when nothing waits. */
    async nextDueAt(): Promise<number | null> {
      const row = await db
        .selectFrom('notificationOutbox')
        .select('dueAt')
        .where('state', '=', 'waiting')
        .orderBy('dueAt')
        .limit(1)
        .executeTakeFirst()
      return row?.dueAt ?? null
    },

    /**
     * Takes one attempt upon this instance: until `until` nobody else does, and after that, when this one has died, somebody does.
     * False when another was first.
     */
    async claim(entry: OutboxEntry, until: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('notificationOutbox')
        .set({ attempts: entry.attempts + 1, dueAt: until })
        .where('id', '=', entry.id)
        .where('state', '=', 'waiting')
        .where('attempts', '=', entry.attempts)
        .where('dueAt', '=', entry.dueAt)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** `attempts` where the one that was claimed is not to count. */
    async retryAt(id: string, dueAt: number, attempts?: number): Promise<void> {
      await db
        .updateTable('notificationOutbox')
        .set({ dueAt, ...(attempts === undefined ? {} : { attempts }) })
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
    },

    /** Its row stays for a while, so that the same message is not sent there twice. */
    async ended(id: string, state: 'done' | 'failed'): Promise<void> {
      await db.updateTable('notificationOutbox').set({ state }).where('id', '=', id).execute()
    },

    async prune(before: number): Promise<void> {
      await db
        .deleteFrom('notificationOutbox')
        .where('state', '!=', 'waiting')
        .where('createdAt', '<', before)
        .execute()
    },
  }
}
