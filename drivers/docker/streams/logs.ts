import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type LogLine } from '@wheelhouse/contract'
import { detectLevel, type LogQuery } from '@wheelhouse/driver'
import { Demultiplexer, type EngineClient, LogAssembler, type RawLine, ResumePoint } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { instant, type InspectedContainer } from '../mirror/engine-json.ts'
import { ending } from '../mirror/verdict.ts'

const againMs = 1000

/**
 * The lines of a container. A followed log outlives restarts of the container and of the engine, says each break in a
 * `system` line, and ends when the container is removed or the signal aborts.
 */
export async function* readLogs(
  client: EngineClient,
  id: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const point = new ResumePoint()
  let container = await inspect(client, id, signal)
  let began = false
  for (;;) {
    let cut: Failure | null = null
    try {
      for await (const line of oneRun(client, id, container.Config.Tty, point, began ? null : query, query, signal)) {
        began = true
        yield line
      }
      began = true
      if (query.follow && !signal.aborted) container = await inspect(client, id, signal)
    } catch (error) {
      if (signal.aborted || (began && isFailure(error, 'NOT_FOUND'))) return
      if (!query.follow || !began || !isFailure(error, 'TARGET_UNREACHABLE')) throw error
      cut = error
    }
    if (!query.follow || signal.aborted) return
    const ended = cut === null && !runs(container)
    if (cut) yield sentence(`The log was cut: ${cut.message}`)
    if (ended) yield sentence(`It ended. ${endingOf(container)}.`)
    const back = await awaitRun(client, id, signal)
    if (!back) return
    if (cut) yield sentence('The log goes on.')
    if (ended) yield sentence('It was started again.')
    container = back
    point.rewind()
  }
}

/** One request, from the point where the one before ended. `first` holds the tail, which only the first request has. */
async function* oneRun(
  client: EngineClient,
  id: string,
  tty: boolean,
  point: ResumePoint,
  first: LogQuery | null,
  { follow, since, until }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const body = await client.stream({
    path: `${containerPath(id)}/logs`,
    query: {
      stdout: 1,
      stderr: 1,
      timestamps: 1,
      follow: follow ? 1 : 0,
      tail: point.time === null && first?.tail !== null && first !== null ? first.tail : 'all',
      since: point.time === null ? since && requestTime(since) : stampTime(point.time),
      until: until && requestTime(until),
    },
    signal,
  })
  const frames = new Demultiplexer()
  const lines = new LogAssembler()
  try {
    for await (const chunk of body) {
      const pieces = tty ? [{ stream: 'stdout' as const, data: chunk as Buffer }] : frames.push(chunk as Buffer)
      for (const piece of pieces) for (const line of lines.push(piece)) if (point.accept(line)) yield told(line)
    }
  } catch (error) {
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
  for (const line of lines.flush()) if (point.accept(line)) yield told(line)
}

/** Waits until it runs; null when it is gone or the signal aborts. */
async function awaitRun(client: EngineClient, id: string, signal: AbortSignal): Promise<InspectedContainer | null> {
  for (;;) {
    try {
      const container = await inspect(client, id, signal)
      if (runs(container)) return container
    } catch (error) {
      if (isFailure(error, 'NOT_FOUND')) return null
    }
    await sleep(againMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return null
  }
}

function inspect(client: EngineClient, id: string, signal: AbortSignal): Promise<InspectedContainer> {
  return client.json<InspectedContainer>({ path: `${containerPath(id)}/json`, signal })
}

const isFailure = (error: unknown, code: Failure['code']): error is Failure =>
  error instanceof Failure && error.code === code

const runs = ({ State: { Status } }: InspectedContainer): boolean => Status === 'running' || Status === 'paused'

const endingOf = ({ State: state }: InspectedContainer): string =>
  ending({ exitCode: state.ExitCode, outOfMemory: state.OOMKilled })

function told({ time, stream, text }: RawLine): LogLine {
  return { at: instant(time) ?? new Date().toISOString(), stream, level: detectLevel(text), text }
}

const sentence = (text: string): LogLine => ({ at: new Date().toISOString(), stream: 'system', level: null, text })

/** Seconds with a fraction, as the engine takes them. */
const requestTime = (iso: string): string => (Date.parse(iso) / 1000).toFixed(3)

/** The nine digits of a stamp would not survive a double. */
const stampTime = (stamp: string): string => `${Math.floor(Date.parse(stamp) / 1000)}.${stamp.slice(20, 29)}`
