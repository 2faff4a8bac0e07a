import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type LogLine } from '@wheelhouse/contract'
import { detectLevel, type LogQuery, type SwarmService } from '@wheelhouse/driver'
import {
  Demultiplexer,
  type EngineClient,
  LogAssembler,
  type RawLine,
  ResumePoint,
  sinceStamp,
} from '@wheelhouse/engine'
import type { Managers } from '../swarm-managers.ts'
import { servicePath } from './change.ts'

export type TaskLine = LogLine & { readonly task: string | null; readonly node: string | null }
export type LogSource = { readonly service: string } | { readonly task: string }

const againMs = 1000
/** What the engine sets before a line when it is asked for details, each with its own `=` and a comma between. */
const origin = /^((?:[\w.]+=[^,\s]*,?)+) /

/**
 * The lines of all tasks of a service, also of those that come later, or of one task. A followed log goes on through another manager
 * when the one that is asked is lost; it ends when the service is removed or the signal aborts.
 */
export async function* readLogs(
  managers: Managers,
  source: LogSource,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<TaskLine> {
  const points = new Map<string, ResumePoint>()
  let began = false
  let cut: string | null = null
  while (!signal.aborted) {
    try {
      const { client } = await managers.choose()
      const tty = await hasTty(client, source, signal)
      if (cut !== null) yield system('The log goes on.')
      cut = null
      for await (const line of oneRequest(client, source, tty, points, began, query, signal)) {
        began = true
        yield line
      }
      if (!query.follow || signal.aborted) return
      began = true
    } catch (error) {
      if (signal.aborted || (began && error instanceof Failure && error.code === 'NOT_FOUND')) return
      const lost = error instanceof Failure && error.code === 'TARGET_UNREACHABLE'
      if (!query.follow || !lost || (!began && cut === null)) throw error
      if (cut === null) yield system(`The log was cut: ${error.message}`)
      cut = error.message
    }
    for (const point of points.values()) point.rewind()
    await sleep(againMs, undefined, { signal }).catch(() => undefined)
  }
}

async function hasTty(client: EngineClient, source: LogSource, signal: AbortSignal): Promise<boolean> {
  if ('service' in source) {
    const service = await client.json<SwarmService>({ path: servicePath(source.service), signal })
    return service.Spec.TaskTemplate.ContainerSpec?.TTY ?? false
  }
  const path = `/tasks/${encodeURIComponent(source.task)}`
  const task = await client.json<{ Spec: { ContainerSpec?: { TTY?: boolean } } }>({ path, signal })
  return task.Spec.ContainerSpec?.TTY ?? false
}

async function* oneRequest(
  client: EngineClient,
  source: LogSource,
  tty: boolean,
  points: Map<string, ResumePoint>,
  again: boolean,
  { follow, since, until, tail }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<TaskLine> {
  const path = 'service' in source ? servicePath(source.service) : `/tasks/${encodeURIComponent(source.task)}`
  const left = [...points.values()].flatMap((point) => point.time ?? []).sort()[0]
  const body = await client.stream({
    path: `${path}/logs`,
    query: {
      stdout: 1,
      stderr: 1,
      timestamps: 1,
      details: 1,
      follow: follow ? 1 : 0,
      tail: again || tail === null ? 'all' : tail,
      since: again && left !== undefined ? sinceStamp(left) : since && (Date.parse(since) / 1000).toFixed(3),
    },
    signal,
  })
  const frames = new Demultiplexer()
  // Frames of all tasks come interleaved, but each holds whole lines of one.
  const lines = new LogAssembler()
  const ends = until === null ? null : Date.parse(until)
  const fresh = (raw: readonly RawLine[]): TaskLine[] =>
    raw.flatMap((line) => {
      const read = readLine(line)
      // The manager's own words, such as that a node cannot be asked, have no stamp.
      if (line.time === '') return read.text === '' ? [] : [system(sentence(read.text))]
      const key = read.task ?? ''
      const point = points.get(key) ?? new ResumePoint()
      points.set(key, point)
      if (!point.accept(line) || (ends !== null && Date.parse(line.time) > ends)) return []
      return [read]
    })
  try {
    for await (const chunk of body) {
      const pieces = tty ? [{ stream: 'stdout' as const, data: chunk as Buffer }] : frames.push(chunk as Buffer)
      for (const piece of pieces) yield* fresh(lines.push(piece))
    }
  } catch (error) {
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
  yield* fresh(lines.flush())
}

/** Takes the origin off a line. */
export function readLine(line: RawLine): TaskLine {
  const details = origin.exec(line.text)?.[1] ?? ''
  const text = details === '' ? line.text : line.text.slice(details.length + 1)
  const pairs = new Map(
    details.split(',').map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
  )
  return {
    at: new Date(Date.parse(line.time) || Date.now()).toISOString(),
    stream: line.stream,
    level: detectLevel(text),
    text,
    task: pairs.get('com.docker.swarm.task.id') ?? null,
    node: pairs.get('com.docker.swarm.node.id') ?? null,
  }
}

const system = (text: string): TaskLine => ({
  at: new Date().toISOString(),
  stream: 'system',
  level: null,
  text,
  task: null,
  node: null,
})

const sentence = (words: string): string =>
  `The log is not whole: ${words.replace(/^error from daemon in stream: Error grabbing logs: rpc error: code = \w+ desc = /i, '')}`
