import { Failure } from '@wheelhouse/contract'

export interface PageQuery {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}
const defaultLimit = 100

export const encodeCursor = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** What a cursor of ours says; anything else is a field error. */
export function decodeCursor<T>(cursor: string, fits: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (fits(value)) return value
  } catch {
    // Told below.
  }
  throw new Failure('VALIDATION_FAILED', 'cursor: it is not one of ours. Start again without it.', { field: 'cursor' })
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** A page of rows that are in memory as a whole; the cursor is a position in their order. */
export function paged<T>(
  rows: readonly T[],
  query: PageQuery,
): { items: T[]; nextCursor: string | null; total: number } {
  const start = query.cursor === undefined ? 0 : decodeCursor(query.cursor, isOffset)
  const end = start + (query.limit ?? defaultLimit)
  return { items: rows.slice(start, end), nextCursor: end < rows.length ? encodeCursor(end) : null, total: rows.length }
}
