import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type LogLine } from '@wheelhouse/contract'
import { blockOf, detectLevel, type LogBlock, type LogQuery } from '@wheelhouse/driver'
import {
  BlockAssembler,
  Demultiplexer,
  type EngineClient,
  type Frame,
  LogAssembler,
  type RawLine,
  ResumePoint,
  sinceStamp,
} from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { instant, type InspectedContainer } from '../mirror/engine-json.ts'
import { ending } from '../mirror/verdict.ts'

const againMs = 1000
const longestRestMs = 30_000

/**
 * The lines of a container. A followed log outlives restarts of the container and of the engine, says each break in a
 * `system` line, and ends when the container is removed or the signal aborts.
 */
export function readLogs(
  client: EngineClient,
  id: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  return readRuns({ client, id, query, signal, read: linesOf, sentence })
}

/** The same, as columns. */
export function readLogBlocks(
  client: EngineClient,
  id: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogBlock> {
  return readRuns({ client, id, query, signal, read: blocksOf, sentence: (text) => blockOf(sentence(text)) })
}

interface Reading<T> {
  readonly client: EngineClient
  readonly id: string
  readonly query: LogQuery
  readonly signal: AbortSignal
  read(frames: AsyncIterable<readonly Frame[]>, point: ResumePoint): AsyncIterable<T>
  sentence(text: string): T
}

async function* readRuns<T>({ client, id, query, signal, read, sentence: say }: Reading<T>): AsyncGenerator<T> {
  const point = new ResumePoint()
  let container = await inspect(client, id, signal)
  let began = false
  let emptyRuns = 0
  for (;;) {
    let cut: Failure | null = null
    emptyRuns++
    try {
      const frames = oneRun(client, id, container.Config.Tty, point, began ? null : query, query, signal)
      for await (const part of read(frames, point)) {
        began = true
        emptyRuns = 0
        yield part
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
    if (cut) yield say(`The log was cut: ${cut.message}`)
    if (ended) yield say(`It ended. ${endingOf(container)}.`)
    // An engine that ends a log while its container runs would otherwise be asked without end.
    if (!cut && !ended) await rest(Math.min(longestRestMs, againMs * 2 ** Math.min(emptyRuns, 6)) - againMs, signal)
    const back = await awaitRun(client, id, signal)
    if (!back) return
    if (cut) yield say('The log goes on.')
    if (ended) yield say('It was started again.')
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
): AsyncGenerator<readonly Frame[]> {
  const body = await client.stream({
    path: `${containerPath(id)}/logs`,
    query: {
      stdout: 1,
      stderr: 1,
      timestamps: 1,
      follow: follow ? 1 : 0,
      tail: point.time === null && first?.tail !== null && first !== null ? first.tail : 'all',
      since: point.time === null ? since && requestTime(since) : sinceStamp(point.time),
      until: until && requestTime(until),
    },
    signal,
  })
  const frames = new Demultiplexer()
  try {
    for await (const chunk of body)
      yield tty ? [{ stream: 'stdout', data: chunk as Buffer }] : frames.push(chunk as Buffer)
  } catch (error) {
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
}

async function* linesOf(frames: AsyncIterable<readonly Frame[]>, point: ResumePoint): AsyncGenerator<LogLine> {
  const lines = new LogAssembler()
  for await (const some of frames)
    for (const frame of some) for (const line of lines.push(frame)) if (point.accept(line)) yield told(line)
  for (const line of lines.flush()) if (point.accept(line)) yield told(line)
}

async function* blocksOf(frames: AsyncIterable<readonly Frame[]>, point: ResumePoint): AsyncGenerator<LogBlock> {
  const blocks = new BlockAssembler(point)
  for await (const some of frames) {
    for (const frame of some) blocks.push(frame)
    const block = blocks.take()
    if (block !== null) yield block
  }
  const rest = blocks.flush()
  if (rest !== null) yield rest
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
    await rest(againMs, signal)
    if (signal.aborted) return null
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)

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
