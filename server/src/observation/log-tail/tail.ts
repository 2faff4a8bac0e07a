import type { KeptLine, LogLine, Service, TailFrame } from '@wheelhouse/contract'
import { type Lines, linesOf } from '@wheelhouse/platform/lines'
import { Audience, Topic, type Viewer } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import type { FeedTag } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { goesOnWith } from '../log-formats/index.ts'
import {
  type KeptRow,
  type LogHistory,
  packedLine,
  positionText,
  type SourceRow,
  unpacked,
} from '../log-history/index.ts'
import type { Logs } from '../logs/index.ts'
import { LineFilter, type Wanted } from './line-filter.ts'
import { type Named } from './meant.ts'
import { type Arrival, Merger } from './merger.ts'
import { OwnStreams } from './own-streams.ts'

export interface TailParts {
  readonly registry: Registry
  readonly history: LogHistory
  readonly logs: Pick<Logs, 'watch'>
  readonly log: Log
  isMeant(named: Named): boolean
  /** Whose last lines are told first: those that the first viewer may read. What comes live is judged line by line. */
  isVisible(source: SourceRow): boolean
  readonly wanted: Wanted
  readonly tail: number
  readonly sinceMs: number | null
  closed(): void
}

type Line = Extract<TailFrame, { kind: 'line' }>

const ringLines = 10_000
const ringBytes = 8_388_608
const lingerMs = 10_000
/** Lines are taken down in lots of a tenth of a second; those of two services come that far apart. */
const windowMs = 200
const mostLines = 2_000

/** The lines of some services as one stream, shared by all who asked for the same. */
export class Tail {
  readonly topic = new Topic<FeedTag>({ maxEntries: ringLines, maxBytes: ringBytes })
  readonly ready: Promise<void>
  readonly #parts: TailParts
  readonly #audience = new Audience(lingerMs, () => this.close())
  readonly #filter: LineFilter
  readonly #names = new Map<string, string>()
  readonly #merger = new Merger<Line>({ windowMs, mostLines, tell: (lines, missed) => this.#tell(lines, missed) })
  #stop: () => void = () => undefined

  constructor(parts: TailParts) {
    this.#parts = parts
    this.#filter = new LineFilter(parts.wanted)
    this.#merger.hold()
    this.ready = (parts.history.isKeeping ? this.#ofKept() : this.#ofTargets()).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the last lines of a tail could not be read')
      this.#merger.release(() => false)
    })
  }

  join(viewer: Viewer): () => void {
    return this.#audience.join(viewer)
  }

  close(): void {
    this.#audience.close()
    this.#stop()
    this.#merger.close()
    this.#parts.closed()
  }

  /** First it listens, then it reads what there is: so no line falls between the two. */
  async #ofKept(): Promise<void> {
    const { history, registry, isMeant, isVisible, wanted, tail, sinceMs } = this.#parts
    this.#stop = history.listen(({ serviceId, source, lines, firstSeq }) => {
      const service = registry.service(serviceId)
      if (service === null || !isMeant(service)) return
      this.#take(service, lines, (index) =>
        firstSeq === null ? null : positionText({ at: lines.at[index]!, stream: source, seq: firstSeq + index }),
      )
    })
    const named = (source: SourceRow): Named => ({ ...source, id: source.serviceId })
    const past = await history.recent({
      ...wanted,
      isMeant: (source) => isVisible(source) && isMeant(named(source)),
      sinceMs,
      limit: tail,
    })
    for (const line of past)
      this.topic.publish(pastLine(line), { serviceId: line.serviceId ?? '', targetId: line.targetId })
    const told = new Set(past.map(({ position }) => position))
    this.#merger.release(({ position }) => position !== null && told.has(position))
  }

  async #ofTargets(): Promise<void> {
    const { registry, logs, isMeant, tail, sinceMs } = this.#parts
    const before = new Map<string, { stream: string; atMs: number }>()
    const streams = new OwnStreams({
      registry,
      logs,
      isMeant,
      tail,
      heard: (service, lines) => {
        const fresh = sinceMs === null ? lines : lines.filter(({ at }) => Date.parse(at) >= sinceMs)
        this.#take(service, linesOf(fresh.map((line) => rowOf(service.id, line, before))), () => null)
      },
    })
    this.#stop = () => streams.close()
    await streams.begin()
    this.#merger.release(() => false)
  }

  #take(service: Service, lines: Lines, positionAt: (index: number) => string | null): void {
    const { id, name, stack, targetId } = service
    this.#names.set(id, name)
    const arrivals = this.#filter.passing(id, lines).map(({ index, text }): Arrival<Line> => {
      const at = lines.at[index]!
      const line: Line = {
        kind: 'line',
        ...unpacked({ at, marks: lines.marks[index]!, text }),
        position: positionAt(index),
        service: name,
        serviceId: id,
        stack,
        targetId,
      }
      return { serviceId: id, at, line }
    })
    if (arrivals.length > 0) this.#merger.push(arrivals)
  }

  #tell(lines: readonly Arrival<Line>[], missed: ReadonlyMap<string, number>): void {
    for (const [serviceId, count] of missed) {
      const frame: TailFrame = {
        kind: 'missed',
        at: new Date().toISOString(),
        serviceId,
        service: this.#names.get(serviceId) ?? '',
        lines: count,
      }
      this.topic.publish(frame, { serviceId, targetId: serviceId.slice(0, serviceId.indexOf(':')) })
    }
    for (const { line } of lines) this.topic.publish(line, { serviceId: line.serviceId ?? '', targetId: line.targetId })
  }
}

function pastLine({ sourceId: _, ...line }: KeptLine): Line {
  return { kind: 'line', ...line }
}

function rowOf(serviceId: string, line: LogLine, before: Map<string, { stream: string; atMs: number }>): KeptRow {
  const here = { stream: line.stream, atMs: Date.parse(line.at) }
  const row = packedLine(line, here.atMs, goesOnWith(line.text, before.get(serviceId) ?? null, here))
  if (line.stream !== 'system') before.set(serviceId, here)
  return row
}
