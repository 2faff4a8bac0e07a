import { z } from 'zod'

export const Id = z.string().min(1).max(200)
/** ISO 8601 UTC, for example 2026-11-20T10:00:00.000Z. */
export const Timestamp = z.iso.datetime()
export const Name = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/,
    'use 1 to 63 letters, digits, dots, dashes or underscores, starting with a letter or digit',
  )
export const DurationMs = z.int().min(0).max(86_400_000)
export const Bytes = z.int().min(0)
export const JsonObject = z.record(z.string(), z.unknown())
/** Bytes of a body, for streams that are no text. */
export const Binary = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

export const Empty = z.strictObject({})
export const Done = z.object({ ok: z.literal(true) })

/** Query fields every list takes. `cursor` is opaque: pass what `nextCursor` said. */
export const listQuery = {
  q: z.string().max(200).optional().describe('text to look for in names'),
  limit: z.int().min(1).max(1000).optional().describe('rows a page, 100 unless told'),
  cursor: z.string().max(400).optional().describe('where to go on: nextCursor of the page before'),
  fields: z.string().max(400).optional().describe('comma-separated fields to answer; all unless told'),
}

export const page = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.int().min(0) })
