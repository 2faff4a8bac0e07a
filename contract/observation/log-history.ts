import { z } from 'zod'
import { call, domain, stream } from '../operation.ts'
import { Binary, Bytes, Done, Id, listQuery, page, Timestamp } from '../page.ts'
import { LogLevel, LogLine } from './logs.ts'

/** A service under one name on one target whose lines are kept, also when its container was made anew or is gone. */
export const LogSource = z.object({
  id: Id,
  name: z.string(),
  stack: z.string().nullable(),
  stackService: z.string().nullable().describe('its name inside the stack file; replicas share it'),
  targetId: Id,
  targetName: z.string().nullable().describe('null when the target is no longer registered'),
  serviceId: Id.nullable().describe('null when it is gone'),
  state: z
    .enum(['followed', 'waiting', 'gone'])
    .describe('followed: its lines come in now; waiting: it is stopped or its target is not heard'),
  bytes: Bytes.describe('what is kept of it takes on the disk'),
  lines: z.int().describe('kept lines'),
  oldestAt: Timestamp.nullable(),
  newestAt: Timestamp.nullable(),
  problem: z.string().nullable().describe('why lines do not come in, where they should'),
})
export type LogSource = z.infer<typeof LogSource>

export const KeptLine = LogLine.omit({ task: true }).extend({
  position: z.string().describe('where it stands; a link to the line'),
  sourceId: Id,
  service: z.string().describe('name of the service that said it'),
  serviceId: Id.nullable(),
  stack: z.string().nullable(),
  targetId: Id,
  goesOn: z.boolean().describe('it belongs to the line before, as those of a stack trace do'),
})
export type KeptLine = z.infer<typeof KeptLine>

/** A time of which lines of a service are missing, and cannot be had any more. */
export const LogGap = z.object({
  sourceId: Id,
  service: z.string(),
  serviceId: Id.nullable(),
  targetId: Id,
  from: Timestamp.describe('the last line that is kept before it'),
  to: Timestamp.describe('the first that is kept behind it'),
  reason: z
    .enum(['rotated', 'unwritten'])
    .describe(
      'rotated: its target no longer had them; unwritten: they could not be written, and it was gone before they could be read again',
    ),
})
export type LogGap = z.infer<typeof LogGap>

/** What the live tail of many services sends. */
export const TailFrame = z.discriminatedUnion('kind', [
  KeptLine.omit({ sourceId: true, position: true }).extend({
    kind: z.literal('line'),
    position: z.string().nullable().describe('where it stands among the kept lines; null where it is not kept'),
  }),
  z.object({
    kind: z.literal('missed'),
    at: Timestamp,
    serviceId: Id,
    service: z.string(),
    lines: z.int().describe('more came than is sent live; they are among the kept lines'),
  }),
])
export type TailFrame = z.infer<typeof TailFrame>

/** What a line tells, read by its format. */
export const ToldLine = z.object({
  format: z
    .string()
    .describe('laravel, nginx-access, nginx-error, traefik, caddy, reverb, queue-worker, json, logfmt, plain'),
  at: Timestamp.nullable().describe('as the line itself says'),
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type ToldLine = z.infer<typeof ToldLine>

/** From a start of a service to its end. */
export const ServiceLife = z.object({
  id: Id.describe('also of the crash, where it is one'),
  sourceId: Id,
  serviceId: Id,
  image: z.string().nullable(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable().describe('null while it runs'),
  exitCode: z.int().nullable(),
  outcome: z
    .enum(['running', 'ended', 'crashed', 'removed', 'unknown'])
    .describe('crashed: it ended by itself with an exit code other than 0; unknown: it ended while nobody looked'),
  reason: z.string().nullable(),
})
export type ServiceLife = z.infer<typeof ServiceLife>

/** Lines of one shape: what differs from line to line stands as `<*>`. */
export const LogPattern = z.object({
  pattern: z.string(),
  lines: z.int(),
  share: z.number().describe('of all lines that were looked at, 0 to 1'),
  level: LogLevel.nullable().describe('of most of them'),
  firstAt: Timestamp,
  lastAt: Timestamp,
  example: KeptLine.describe('the last of them'),
  before: z.int().describe('lines of this shape in as long a time before'),
  isNew: z.boolean().nullable().describe('not said in as long a time before; null where that cannot be told'),
})
export type LogPattern = z.infer<typeof LogPattern>

const which = {
  service: z
    .string()
    .max(2_000)
    .optional()
    .describe('services by id or name, also gone ones, or stack/service; comma-separated; all unless told'),
  stack: z.string().max(200).optional(),
  target: z.string().max(200).optional().describe('id or name'),
  level: z.string().max(100).optional().describe('levels, comma-separated: trace, debug, info, warn, error, fatal'),
  stream: z.string().max(60).optional().describe('stdout, stderr, system; comma-separated'),
  since: Timestamp.optional(),
  until: Timestamp.optional(),
}
const said = {
  q: z
    .string()
    .max(500)
    .optional()
    .describe('whole words, all of them; "some words" in that order; -word for lines without it'),
  contains: z.string().max(500).optional().describe('these letters anywhere, in upper or lower case'),
  regex: z.string().max(500).optional().describe('a JavaScript pattern'),
  where: z
    .string()
    .max(500)
    .optional()
    .describe('fields of the line, comma-separated: status>=500,path~/api; = != > >= < <= ~ (holds) !~'),
}

export const logHistory = domain('logHistory', {
  search: call({
    method: 'GET',
    path: '/api/v1/logs',
    aliases: ['/api/logs/search'],
    summary: 'Search kept lines of any services, newest first unless told',
    input: z.strictObject({
      ...said,
      ...which,
      order: z.enum(['newest', 'oldest']).optional(),
      limit: z.int().min(1).max(1000).optional().describe('lines a page, 200 unless told'),
      cursor: z.string().max(400).optional().describe('where to go on: nextCursor of the page before'),
    }),
    output: z.object({
      items: z.array(KeptLine),
      nextCursor: z.string().nullable(),
      gaps: z.array(LogGap).describe('that lie between the lines of this page, oldest first'),
      scanned: z.object({
        blocks: z.int().describe('blocks in the time and of the services asked for'),
        skipped: z.int().describe('those of them that cannot hold it, by their filters'),
        broken: z.int().describe('those that could not be read'),
      }),
    }),
    permission: 'logs.read',
    danger: 'none',
    errors: ['TIMED_OUT'],
  }),
  histogram: call({
    method: 'GET',
    path: '/api/v1/logs/histogram',
    summary: 'How many kept lines of each level there are over time',
    input: z.strictObject({
      ...said,
      ...which,
      since: which.since.describe('a day ago unless told'),
      buckets: z.int().min(1).max(500).optional().describe('60 unless told'),
    }),
    output: z.object({
      since: Timestamp,
      stepMs: z.number(),
      levels: z.array(z.string()).describe('names of the columns; none is a line that tells no level'),
      counts: z.array(z.array(z.int())).describe('one row a step, oldest first'),
    }),
    permission: 'logs.read',
    danger: 'none',
    errors: ['TIMED_OUT'],
  }),
  patterns: call({
    method: 'GET',
    path: '/api/v1/logs/patterns',
    summary: 'What kinds of lines there are in a time: grouped by shape, with counts, and whether a shape is new',
    input: z.strictObject({
      ...said,
      ...which,
      since: which.since.describe('an hour before until unless told'),
      limit: z.int().min(1).max(500).optional().describe('shapes with the most lines; 100 unless told'),
    }),
    output: z.object({
      since: Timestamp,
      until: Timestamp,
      lines: z.int().describe('lines that were looked at, without those of traces'),
      other: z.int().describe('lines of further shapes'),
      isPartial: z.boolean().describe('there were too many: only the newest were looked at'),
      items: z.array(LogPattern).describe('most lines first'),
    }),
    permission: 'logs.read',
    danger: 'none',
    errors: ['TIMED_OUT'],
  }),
  around: call({
    method: 'GET',
    path: '/api/v1/logs/around',
    summary: 'A kept line with those before and behind it',
    input: z.strictObject({
      position: z.string().max(100),
      ...which,
      before: z.int().min(0).max(500).optional().describe('50 unless told'),
      after: z.int().min(0).max(500).optional().describe('50 unless told'),
    }),
    output: z.object({
      items: z.array(KeptLine).describe('oldest first'),
      told: ToldLine.describe('what the line itself tells'),
      gaps: z.array(LogGap).describe('that lie between them, oldest first'),
    }),
    permission: 'logs.read',
    danger: 'none',
    errors: ['NOT_FOUND', 'TIMED_OUT'],
  }),
  export: stream({
    method: 'GET',
    path: '/api/v1/logs/export',
    summary: 'Download kept lines, oldest first',
    input: z.strictObject({
      ...said,
      ...which,
      format: z.enum(['txt', 'ndjson', 'json', 'csv']).optional().describe('txt unless told'),
      gzip: z.boolean().optional(),
    }),
    output: Binary,
    permission: 'logs.read',
    danger: 'none',
    errors: ['TIMED_OUT'],
  }),
  sources: call({
    method: 'GET',
    path: '/api/v1/logs/sources',
    summary: 'Services whose lines are kept',
    input: z.strictObject({ ...listQuery, target: which.target, stack: which.stack, service: which.service }),
    output: page(LogSource),
    permission: 'logs.read',
    danger: 'none',
  }),
  lives: call({
    method: 'GET',
    path: '/api/v1/logs/lives',
    summary: 'From when to when services ran, and how each run ended; newest first',
    input: z.strictObject({
      service: which.service,
      stack: which.stack,
      target: which.target,
      outcome: z.string().max(100).optional().describe('running, ended, crashed, removed, unknown; comma-separated'),
      limit: z.int().min(1).max(200).optional().describe('50 unless told'),
    }),
    output: z.object({ items: z.array(ServiceLife) }),
    permission: 'logs.read',
    danger: 'none',
  }),
  storage: call({
    method: 'GET',
    path: '/api/v1/logs/storage',
    summary: 'What kept lines take and may take',
    input: z.strictObject({}),
    output: z.object({
      enabled: z.boolean(),
      bytes: Bytes,
      budgetBytes: Bytes,
      keepMs: z.int().nullable().describe('lines older than this go; null: only for room'),
      sources: z.int(),
      followed: z.int(),
      lostLines: z.int().describe('since the start: lines there was no room for on the disk'),
      brokenPlaces: z.int().describe('places in the files that could not be read'),
      problem: z.string().nullable(),
    }),
    permission: 'logs.read',
    danger: 'none',
  }),
  forget: call({
    method: 'DELETE',
    path: '/api/v1/logs/sources/:id',
    summary: 'Remove what is kept of a service; its new lines are kept on',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'settings.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
})
