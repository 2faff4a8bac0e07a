import { randomUUID } from 'node:crypto'
import { Failure, type LogBookmark, type logBookmarks } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import { type Caller, callerMay, type Handlers } from '../../dispatch/index.ts'
import type { LogHistory } from '../log-history/index.ts'
import { type BookmarkRow, lineOf, openBookmarkStore } from './store.ts'

const mostBookmarks = 1_000
const longestText = 8_000

/** Lines that each marked for himself. Whoever may no longer read a service sees none of its marked lines either. */
export function createLogBookmarks({
  database,
  history,
}: {
  database: Database
  history: Pick<LogHistory, 'lineAt'>
}): Handlers<typeof logBookmarks> {
  const store = openBookmarkStore(database)

  const ownerOf = ({ userId }: Caller): string => {
    if (userId === null) throw new Failure('FORBIDDEN', 'Marks belong to people. Sign in as one.')
    return userId
  }
  const mayRead = (caller: Caller, { targetId, serviceId }: BookmarkRow): boolean =>
    callerMay(caller, 'logs.read', serviceId === '' ? { targetId } : { targetId, serviceId })
  const shown = (row: BookmarkRow): LogBookmark => ({
    id: row.id,
    line: lineOf(row),
    note: row.note,
    createdAt: new Date(row.createdAt).toISOString(),
  })
  const unknown = (id: string): Failure =>
    new Failure('NOT_FOUND', `You have no mark "${id}".`, { kind: 'logBookmark', id })

  return {
    async list(_, { caller }) {
      const rows = await store.of(ownerOf(caller))
      return { items: rows.filter((row) => mayRead(caller, row)).map(shown) }
    },
    async create({ position, note = '' }, { caller, audit }) {
      const userId = ownerOf(caller)
      const { line, serviceId } = await history.lineAt(position, caller)
      const rows = await store.of(userId)
      if (rows.length >= mostBookmarks && !rows.some((row) => row.position === position))
        throw new Failure('LIMIT_REACHED', `You have ${mostBookmarks} marks, which are the most. Remove some.`)
      const row = await store.put({
        id: randomUUID(),
        userId,
        position,
        line: JSON.stringify({ ...line, text: line.text.slice(0, longestText) }),
        targetId: line.targetId,
        serviceId,
        note,
        createdAt: Date.now(),
      })
      audit({ resource: `logBookmark:${row.id}`, after: { position, note } })
      return shown(row)
    },
    async update({ id, note }, { caller, audit }) {
      const userId = ownerOf(caller)
      const before = (await store.of(userId)).find((row) => row.id === id)
      if (before === undefined || !mayRead(caller, before)) throw unknown(id)
      const row = await store.note(userId, id, note)
      if (row === null) throw unknown(id)
      audit({ resource: `logBookmark:${id}`, before: { note: before.note }, after: { note } })
      return shown(row)
    },
    async remove({ id }, { caller, audit }) {
      const row = await store.drop(ownerOf(caller), id)
      if (row === null) throw unknown(id)
      audit({ resource: `logBookmark:${id}`, before: { position: row.position, note: row.note } })
      return { ok: true }
    },
  }
}
