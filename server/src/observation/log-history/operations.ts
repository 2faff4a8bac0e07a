import { createGzip, constants } from 'node:zlib'
import { Readable } from 'node:stream'
import {
  Failure,
  type KeptLine,
  type LogGap,
  type LogSource,
  type logHistory,
  type ToldLine,
} from '@wheelhouse/contract'
import type { Line, LineState, LineStore, Query } from '@wheelhouse/platform/lines'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Collector } from './collector.ts'
import { parsedLine } from '../log-formats/index.ts'
import { levelColumns } from './columns.ts'
import { exported, mediaTypes } from './export-lines.ts'
import { patternOf } from './patterns/shown-pattern.ts'
import { type Marked, positionOf, positionText, queryOf, type Said } from './question.ts'
import type { Search } from './search.ts'
import { groupOf, type Sources, type Which } from './sources.ts'
import type { HistoryStore, SourceRow } from './store.ts'

export interface HistoryParts {
  readonly registry: Registry
  readonly store: LineStore
  readonly rows: HistoryStore
  readonly sources: Sources
  readonly search: Search
  /** Null where no new lines are kept. */
  readonly collector: () => Collector | null
  readonly budgetBytes: number
  readonly keepMs: number | null
}

const hourMs = 3_600_000
const dayMs = 86_400_000
const pageLines = 1_000
const mostGaps = 200
const iso = (ms: number): string => new Date(ms).toISOString()
const split = (text: string | undefined): string[] | null =>
  text === undefined ? null : text.split(',').map((word) => word.trim())

export const visibleTo =
  (caller: Caller) =>
  ({ targetId, serviceId }: SourceRow): boolean =>
    callerMay(caller, 'logs.read', { targetId, serviceId })

export function historyHandlers(parts: HistoryParts): Handlers<typeof logHistory> {
  const { registry, store, rows, sources, search } = parts

  /** Numbers of what a question is about, of what the caller may read. A target is told by id or by name. */
  function selected({ target, ...which }: Which, caller: Caller): SourceRow[] {
    const known = target === undefined ? undefined : (registry.findTarget(target)?.id ?? target)
    return sources.select({ ...which, target: known }, visibleTo(caller))
  }
  const numbers = (which: Which, caller: Caller): number[] => selected(which, caller).map(({ id }) => id)

  /** Times of which lines are missing; `fromUs` and `toUs` are epoch microseconds. */
  async function gapsIn(streams: readonly number[], fromUs: number, toUs: number): Promise<LogGap[]> {
    const found = await rows.gaps(streams, Math.floor(fromUs / 1000), Math.ceil(toUs / 1000), mostGaps)
    return found.map(({ sourceId, fromAt, toAt, reason }) => {
      const source = sources.byId(sourceId)
      return {
        sourceId: String(sourceId),
        service: source?.name ?? '',
        serviceId: source?.serviceId ?? null,
        targetId: source?.targetId ?? '',
        from: iso(fromAt),
        to: iso(toAt),
        reason,
      }
    })
  }

  /** Everything that a question finds, oldest first, page after page; memory holds one of them. */
  async function* pages(input: Said & Marked & Which, caller: Caller, signal: AbortSignal): AsyncGenerator<KeptLine[]> {
    const streams = numbers(input, caller)
    // It ends although lines keep coming.
    const bounded = { ...input, until: input.until ?? iso(Date.now()) }
    let after: Line | null = null
    while (!signal.aborted && streams.length > 0) {
      const { lines } = await search.find(
        queryOf(bounded, streams, { order: 'oldest', after, limit: pageLines }),
        signal,
      )
      yield lines.map((line) => search.shown(line))
      after = lines.at(-1) ?? null
      if (lines.length < pageLines) return
    }
  }

  return {
    async search(input, { caller, signal }) {
      const limit = input.limit ?? 200
      const streams = numbers(input, caller)
      const order = input.order ?? 'newest'
      const after = input.cursor === undefined ? null : positionOf(input.cursor, 'cursor')
      const query = queryOf(input, streams, { order, after, limit: limit + 1 })
      if (streams.length === 0)
        return { items: [], nextCursor: null, gaps: [], scanned: { blocks: 0, skipped: 0, broken: 0 } }
      const { lines, scanned } = await search.find(query, signal)
      const shown = lines.slice(0, limit)
      const last = shown.at(-1)
      const isMore = lines.length > limit
      // From where the page before ended to where this one does, or to the end of the time where there is no more.
      const edge = isMore && last ? last.at : order === 'newest' ? query.from : query.to
      const start = after?.at ?? (order === 'newest' ? query.to : query.from)
      return {
        items: shown.map((line) => search.shown(line)),
        nextCursor: isMore && last ? positionText(last) : null,
        gaps: await gapsIn(streams, Math.min(edge, start), Math.max(edge, start)),
        scanned: { blocks: scanned.blocks, skipped: scanned.skipped, broken: scanned.broken },
      }
    },

    async histogram(input, { caller, signal }) {
      const until = input.until ?? iso(Date.now())
      const since = input.since ?? iso(Date.parse(until) - dayMs)
      const streams = numbers(input, caller)
      const buckets = input.buckets ?? 60
      const query = queryOf({ ...input, since, until }, streams, { order: 'oldest', after: null, limit: 1 })
      const stepMs = (query.to - query.from + 1) / 1000 / buckets
      const columns = levelColumns.length
      const counts = Array.from({ length: buckets }, () => Array.from({ length: columns }, () => 0))
      if (streams.length > 0) {
        const counted = (await search.count(query, buckets, signal)).counts
        const wide = counted.length / buckets
        for (const [index, row] of counts.entries())
          for (let level = 0; level < columns; level++) row[level] = counted[index * wide + level] ?? 0
      }
      return { since, stepMs, levels: [...levelColumns], counts }
    },

    async patterns({ limit = 100, ...input }, { caller, signal }) {
      const untilMs = input.until === undefined ? Date.now() : Date.parse(input.until)
      const sinceMs = input.since === undefined ? untilMs - hourMs : Date.parse(input.since)
      const [since, until] = [iso(sinceMs), iso(untilMs)]
      const streams = numbers(input, caller)
      const query = queryOf({ ...input, since, until }, streams, { order: 'newest', after: null, limit: 1 })
      const whole = { ...query, from: Math.max(0, query.from - (query.to - query.from)) }
      if (streams.length === 0) return { since, until, lines: 0, other: 0, isPartial: false, items: [] }
      const found = await search.patterns(whole, query.from, limit, signal)
      const items = found.clusters.flatMap((cluster) => patternOf(cluster, found, (line) => search.shown(line)))
      return { since, until, lines: found.lines, other: found.other, isPartial: found.isPartial, items }
    },

    async around(input, { caller, signal }) {
      const position = positionOf(input.position, 'position')
      const own = sources.byId(position.stream)
      if (own === null || !visibleTo(caller)(own)) throw gone(input.position)
      const narrowed = input.service !== undefined || input.stack !== undefined || input.target !== undefined
      const streams = narrowed ? numbers(input, caller) : [own.id]
      const line = await search.at(position, signal)
      if (line === null) throw gone(input.position)
      const [before = 50, after = 50] = [input.before, input.after]
      const beside = async (order: Query['order'], limit: number): Promise<readonly Line[]> =>
        limit === 0 ? [] : (await search.find(queryOf(input, streams, { order, after: position, limit }), signal)).lines
      const all = [...(await beside('newest', before)).toReversed(), line, ...(await beside('oldest', after))]
      return {
        items: all.map((one) => search.shown(one)),
        told: toldBy(line.text),
        gaps: await gapsIn(streams, all[0]?.at ?? 0, all.at(-1)?.at ?? 0),
      }
    },

    async *export({ format = 'txt', gzip = false, ...input }, { caller, signal, exchange }) {
      const name = `logs-${iso(Date.now()).slice(0, 19).replaceAll(':', '')}.${format}`
      exchange.download(gzip ? `${name}.gz` : name, gzip ? 'application/gzip' : mediaTypes[format])
      const text = Readable.from(exported(pages(input, caller, signal), format))
      if (!gzip) {
        for await (const piece of text) yield Buffer.from(piece as string)
        return
      }
      // Each piece is passed on as it comes: who waits sees that something happens.
      const packer = createGzip({ flush: constants.Z_SYNC_FLUSH })
      text.once('error', (error) => packer.destroy(error))
      yield* text.pipe(packer) as AsyncIterable<Buffer>
    },

    async sources(input, { caller }) {
      const state = await store.state()
      const shown = selected(input, caller).filter(
        ({ name, stack }) => !input.q || `${stack ?? ''} ${name}`.toLowerCase().includes(input.q.toLowerCase()),
      )
      const groups = Map.groupBy(shown, groupOf)
      const items = [...groups.values()].map((group) => sourceOf(group, state))
      return paged(
        items.toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)),
        input,
      )
    },

    async lives(input, { caller }) {
      const found = await rows.lives({
        sources: numbers(input, caller),
        outcomes: split(input.outcome),
        limit: input.limit ?? 50,
      })
      const items = found.map(({ sourceId, startedAt, endedAt, outcome, ...rest }) => {
        const serviceId = sources.byId(sourceId)?.serviceId ?? ''
        // Nobody saw it end: it was gone when we looked again.
        const isLost = endedAt === null && registry.service(serviceId) === null
        return {
          ...rest,
          sourceId: String(sourceId),
          serviceId,
          startedAt: iso(startedAt),
          endedAt: endedAt === null ? null : iso(endedAt),
          outcome: isLost ? ('unknown' as const) : outcome,
        }
      })
      return { items }
    },

    async storage() {
      const collector = parts.collector()
      // What cannot be opened cannot be weighed; why not is what is asked for then.
      const isShut = collector !== null && collector.problem !== null
      const state: LineState = isShut ? { bytes: 0, broken: 0, lost: 0, usage: [] } : await store.state()
      const problems = [...sources.all()].flatMap(({ serviceId }) => collector?.follower(serviceId)?.problem ?? [])
      return {
        enabled: collector !== null,
        bytes: state.bytes,
        budgetBytes: parts.budgetBytes,
        keepMs: parts.keepMs,
        sources: new Set([...sources.all()].map(groupOf)).size,
        followed: collector?.followed ?? 0,
        lostLines: state.lost,
        brokenPlaces: state.broken,
        problem: collector?.problem ?? problems[0] ?? null,
      }
    },

    async forget({ id }, { caller, audit }) {
      requirePermission(caller, 'settings.manage')
      const row = /^\d{1,9}$/.test(id) ? sources.byId(Number(id)) : null
      if (row === null) throw new Failure('NOT_FOUND', `There are no kept lines "${id}".`, { kind: 'logSource', id })
      const group = [...sources.all()].filter((one) => groupOf(one) === groupOf(row))
      audit({ resource: `logSource:${id}`, before: { name: row.name, stack: row.stack, targetId: row.targetId } })
      for (const one of group) await store.forget(one.id)
      // Those that are still there go on under their number.
      await sources.drop(group.filter(({ serviceId }) => registry.service(serviceId) === null))
      return { ok: true }
    },
  }

  function sourceOf(group: readonly SourceRow[], state: LineState): LogSource {
    const newest = group.reduce((a, b) => (b.id > a.id ? b : a))
    const here = group.findLast(({ serviceId }) => registry.service(serviceId) !== null)
    const follower = here ? parts.collector()?.follower(here.serviceId) : undefined
    const ids = new Set(group.map(({ id }) => id))
    const used = state.usage.filter(({ stream, lines }) => ids.has(stream) && lines > 0)
    return {
      id: String(newest.id),
      name: newest.name,
      stack: newest.stack,
      stackService: newest.stackService,
      targetId: newest.targetId,
      targetName: registry.findTarget(newest.targetId)?.name ?? null,
      serviceId: here?.serviceId ?? null,
      state: here === undefined ? 'gone' : follower ? 'followed' : 'waiting',
      bytes: used.reduce((sum, { bytes }) => sum + bytes, 0),
      lines: used.reduce((sum, { lines }) => sum + lines, 0),
      oldestAt: used.length === 0 ? null : iso(Math.min(...used.map(({ from }) => from)) / 1000),
      newestAt: used.length === 0 ? null : iso(Math.max(...used.map(({ to }) => to)) / 1000),
      problem: follower?.problem ?? null,
    }
  }
}

function toldBy(text: string): ToldLine {
  const { format, at, message, fields } = parsedLine(text)
  return { format, at: at === null ? null : iso(at), message, fields: { ...fields } }
}

export const gone = (position: string): Failure =>
  new Failure('NOT_FOUND', 'This line is no longer kept: it grew too old, or room was needed for newer ones.', {
    kind: 'line',
    id: position,
  })
