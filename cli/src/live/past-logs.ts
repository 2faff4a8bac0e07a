import { Problem } from '@wheelhouse/client'
import type { KeptLine, LogLine } from '@wheelhouse/contract'
import type { Connection } from '../connect.ts'

/** Whose log is read: a service, or the kept lines of one that is gone. */
export interface Speaker {
  readonly id: string
  readonly name: string
  readonly isGone?: boolean
}

export interface PastQuery {
  /** So many of the last lines of each. */
  readonly tail?: number
  readonly since?: string
  readonly until?: string
  readonly level?: string
  readonly match?: string
}

export interface PastLine {
  readonly speaker: Speaker
  readonly line: LogLine
}

const mostLines = 50_000
const usualLines = 500
const pageLines = 1_000

const keyOf = ({ at, stream, text }: LogLine): string => `${Date.parse(at)} ${stream} ${text}`
const byTime = (a: PastLine, b: PastLine): number => Date.parse(a.line.at) - Date.parse(b.line.at)

/** Kept lines, newest first page by page; oldest first in the answer. */
async function keptLines(
  { client }: Connection,
  which: { service?: string; stack?: string; target?: string },
  { since, until, level, match }: PastQuery,
  most: number,
): Promise<KeptLine[]> {
  const found: KeptLine[] = []
  let cursor: string | null = null
  while (found.length < most) {
    const page: Awaited<ReturnType<typeof client.logHistory.search>> = await client.logHistory.search({
      ...which,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(level === undefined ? {} : { level }),
      ...(match === undefined ? {} : { regex: match }),
      limit: Math.min(pageLines, most - found.length),
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) break
  }
  return found.toReversed()
}

/** What its target tells and was not kept already, behind what is kept: both may hold the same line. */
function joined(kept: readonly LogLine[], own: readonly LogLine[]): LogLine[] {
  const counts = new Map<string, number>()
  for (const line of kept) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1)
  const fresh = own.filter((line) => {
    const left = counts.get(keyOf(line)) ?? 0
    if (left > 0) counts.set(keyOf(line), left - 1)
    return left === 0
  })
  return [...kept, ...fresh].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

async function pastOf(
  connection: Connection,
  speaker: Speaker,
  query: PastQuery,
  say: (text: string) => void,
): Promise<PastLine[]> {
  const most = query.tail ?? (query.since === undefined ? usualLines : mostLines)
  const told = (lines: readonly LogLine[]): PastLine[] =>
    (most === 0 ? [] : lines.slice(-most)).map((line) => ({ speaker, line }))
  let trouble: unknown = null
  let own: LogLine[] = []
  if (!speaker.isGone) {
    try {
      own = (await connection.client.logs.tail({ id: speaker.id, ...query })).lines
      // The container itself has all that is wanted.
      if (query.since === undefined && own.length >= most) return told(own)
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'VALIDATION_FAILED') throw error
      trouble = error
    }
  }
  try {
    const kept = await keptLines(connection, { service: speaker.id }, query, most)
    if (trouble !== null && kept.length > 0) {
      say(`${speaker.name}: ${(trouble as Error).message} These are its kept lines.`)
      return told(kept)
    }
    if (trouble === null) return told(joined(kept, own))
  } catch (error) {
    // Nothing is kept of it, or the history is not to be had: then its own log is all there is.
    if (!(error instanceof Problem) || speaker.isGone) throw error
    if (error.code === 'TIMED_OUT') say(`${speaker.name}: its kept lines are missing here. ${error.message}`)
  }
  if (trouble !== null) throw trouble
  return told(own)
}

/** The past of each, merged by time: from its target, and from the history what the target no longer has. */
export async function pastLines(
  connection: Connection,
  speakers: readonly Speaker[],
  query: PastQuery,
  say: (text: string) => void,
): Promise<PastLine[]> {
  const parts = await Promise.all(speakers.map((speaker) => pastOf(connection, speaker, query, say)))
  return parts.flat().toSorted(byTime)
}

/** Of more services than can be asked one by one: what is kept of all of them. */
export async function pastOfMany(
  connection: Connection,
  which: { stack?: string; target?: string },
  query: PastQuery,
): Promise<PastLine[]> {
  const most = query.tail ?? (query.since === undefined ? usualLines : mostLines)
  const kept = await keptLines(connection, which, query, most)
  return kept.map(({ sourceId, serviceId, service, ...line }) => ({
    speaker: { id: serviceId ?? sourceId, name: service },
    line,
  }))
}
