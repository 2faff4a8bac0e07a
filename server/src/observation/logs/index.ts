import { Failure, type LogLine, type logs } from '@wheelhouse/contract'
import type { Log } from '@wheelhouse/platform/log'
import { type CallContext, callerMay, type FeedSource, type Handlers, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { leveled } from '../log-formats/index.ts'
import { lineFilter, type LineQuery } from './filter.ts'
import { Upstream } from './upstream.ts'

export interface LogsParts {
  readonly registry: Registry
  readonly log: Log
  /** Logs of one service that may be followed over HTTP at once, as sockets may: each is a stream from its target. */
  readonly streamsPerService: number
}
export interface Logs {
  readonly handlers: Handlers<typeof logs>
  readonly feed: FeedSource<'logs'>
  upstreams(): number
  /** Looks on at one service: one stream from its target, whoever looks. `end` hears that there is no more to come. */
  watch(serviceId: string, end: (reason: string) => void): Watched
  /** The last lines of a service, for reports of what went wrong. */
  lastLines(serviceId: string, count: number): Promise<LogLine[]>
  close(): void
}

export interface Watched {
  readonly topic: Upstream['topic']
  /** Resolves once its past is in the topic. */
  readonly ready: Promise<void>
  close(): void
}

const defaultTail = 500
const maxLines = 50_000
const lotLines = 500

interface Query extends LineQuery {
  readonly id: string
  readonly tail?: number | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

export function createLogs({ registry, log, streamsPerService }: LogsParts): Logs {
  const upstreams = new Map<string, Upstream>()
  const followed = new Map<string, number>()

  function upstreamOf(serviceId: string): Upstream {
    let upstream = upstreams.get(serviceId)
    if (!upstream) {
      const opened = new Upstream(registry, serviceId, log, () => {
        // One that ended may close again when its last viewer leaves; by then another may stand in its place.
        if (upstreams.get(serviceId) === opened) upstreams.delete(serviceId)
      })
      upstreams.set(serviceId, (upstream = opened))
    }
    return upstream
  }

  async function* read(query: Query, signal: AbortSignal, follow: boolean): AsyncGenerator<LogLine> {
    const { connection, nativeId } = registry.reach(query.id)
    if (!connection.capabilities.has('logs')) throw new Failure('CAPABILITY_MISSING')
    const wanted = lineFilter(query)
    const filtered = query.level !== undefined || query.match !== undefined
    // With a filter the tail is counted after it, or 500 debug lines would hide the one error.
    const tail = query.tail ?? (query.since === undefined && !follow ? defaultTail : null)
    const source = connection.logs(
      nativeId,
      { tail: filtered ? maxLines : tail, since: query.since ?? null, until: query.until ?? null, follow },
      signal,
    )
    // Each look costs some, so what lies ready is looked at in lots; what is followed must not wait for others.
    const lot = follow || !filtered ? 1 : lotLines
    let lines: LogLine[] = []
    for await (const line of source) {
      lines.push(leveled(line))
      if (lines.length < lot) continue
      yield* wanted(lines)
      lines = []
    }
    yield* wanted(lines)
  }

  async function collect(query: Query, signal: AbortSignal): Promise<{ lines: LogLine[]; truncated: boolean }> {
    const limit = query.tail ?? (query.since === undefined ? defaultTail : maxLines)
    const lines: LogLine[] = []
    let truncated = false
    for await (const line of read(query, signal, false)) {
      lines.push(line)
      if (lines.length > limit * 2 + 1000) {
        lines.splice(0, lines.length - limit)
        truncated = true
      }
    }
    if (lines.length > limit) truncated = true
    return { lines: limit === 0 ? [] : lines.slice(-limit), truncated }
  }

  async function* follow(query: Query, signal: AbortSignal): AsyncGenerator<LogLine> {
    const now = followed.get(query.id) ?? 0
    if (now >= streamsPerService)
      throw new Failure('LIMIT_REACHED', `${streamsPerService} streams of this service are open already. Close one.`)
    followed.set(query.id, now + 1)
    try {
      yield* read(query, signal, true)
    } finally {
      const left = (followed.get(query.id) ?? 1) - 1
      if (left > 0) followed.set(query.id, left)
      else followed.delete(query.id)
    }
  }

  async function* ndjson(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`
  }
  async function* text(lines: AsyncIterable<LogLine>): AsyncGenerator<string> {
    for await (const line of lines) yield `${line.at} ${line.stream} ${line.text}\n`
  }

  function download(
    query: Query & { format?: 'txt' | 'ndjson' | undefined },
    context: CallContext,
  ): AsyncIterable<string> {
    const service = registry.reach(query.id).service
    const format = query.format ?? 'txt'
    context.exchange.download(
      `${service.name}.${format === 'txt' ? 'log' : 'ndjson'}`,
      format === 'txt' ? 'text/plain; charset=utf-8' : 'application/x-ndjson',
    )
    const lines = read({ ...query, tail: query.tail ?? maxLines }, context.signal, false)
    return format === 'txt' ? text(lines) : ndjson(lines)
  }

  return {
    handlers: {
      tail: async (input, { signal }) => ({ serviceId: input.id, ...(await collect(input, signal)) }),
      download,
      follow: (input, { signal }) => ndjson(follow(input, signal)),
    },
    feed: async ({ serviceId: reference, tail, since }, { caller, end }) => {
      const service = registry.findService(
        reference,
        (at) => callerMay(caller, 'services.read', at) || callerMay(caller, 'logs.read', at),
      )
      if (!service)
        throw new Failure('NOT_FOUND', `There is no service "${reference}".`, { kind: 'service', id: reference })
      const place = { targetId: service.targetId, serviceId: service.id }
      requirePermission(caller, 'logs.read', place)
      registry.reach(service.id)
      const upstream = upstreamOf(service.id)
      const close = upstream.join({ end })
      await upstream.ready
      const from = since === undefined ? null : Date.parse(since)
      return {
        topic: upstream.topic,
        place,
        history: () => {
          const lines = upstream.topic.last(tail ?? defaultTail)
          return from === null
            ? lines
            : lines.filter((entry) => Date.parse((JSON.parse(entry.text) as LogLine).at) > from)
        },
        wants: () => null,
        close,
      }
    },
    upstreams: () => upstreams.size,
    watch(serviceId, end) {
      const upstream = upstreamOf(serviceId)
      return { topic: upstream.topic, ready: upstream.ready, close: upstream.join({ end }) }
    },
    lastLines: async (serviceId, count) =>
      (await collect({ id: serviceId, tail: count }, AbortSignal.timeout(5_000))).lines,
    close: () => {
      for (const upstream of upstreams.values()) upstream.close()
    },
  }
}
