import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, Timestamp } from '../page.ts'
import { KeptLine } from './log-history.ts'

const note = z.string().max(1_000)

/** A line that somebody marked for himself, as it read then: it stays readable when the line itself is no longer kept. */
export const LogBookmark = z.object({
  id: Id,
  line: KeptLine,
  note,
  createdAt: Timestamp,
})
export type LogBookmark = z.infer<typeof LogBookmark>

export const logBookmarks = domain('logBookmarks', {
  list: call({
    method: 'GET',
    path: '/api/v1/logs/bookmarks',
    summary: 'Lines you have marked, newest first',
    input: z.strictObject({}),
    output: z.object({ items: z.array(LogBookmark) }),
    permission: 'logs.read',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/logs/bookmarks',
    summary: 'Mark a kept line for yourself',
    input: z.strictObject({ position: z.string().max(100).describe('of the line'), note: note.optional() }),
    output: LogBookmark,
    permission: 'logs.read',
    danger: 'reversible',
    status: 201,
    errors: ['NOT_FOUND', 'LIMIT_REACHED'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/logs/bookmarks/:id',
    summary: 'Change the note of a line you have marked',
    input: z.strictObject({ id: Id, note }),
    output: LogBookmark,
    permission: 'logs.read',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/logs/bookmarks/:id',
    summary: 'Take the mark off a line',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'logs.read',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
})
