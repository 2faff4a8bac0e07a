import { type audit, Failure } from '@wheelhouse/contract'
import type { Handler } from '../../dispatch/handler.ts'
import { entryView, filterOf } from './entry.ts'
import type { AuditPosition, AuditStore } from './store.ts'

const writeCursor = ({ at, id }: AuditPosition): string => Buffer.from(`${at}.${id}`).toString('base64url')

function readCursor(cursor: string): AuditPosition {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at === undefined || id === undefined) {
    throw new Failure('VALIDATION_FAILED', 'The cursor is not one of this list. Start again without one.')
  }
  return { at: Number(at), id }
}

export const listEntries =
  (store: AuditStore): Handler<typeof audit.list> =>
  async (input) => {
    const { cursor, limit = 100 } = input
    const filter = filterOf(input)
    const position = cursor === undefined ? null : readCursor(cursor)
    const found = await store.page(filter, position, limit + 1)
    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    return {
      items: page.map(entryView),
      nextCursor: last ? writeCursor(last) : null,
      total: await store.count(filter),
    }
  }
