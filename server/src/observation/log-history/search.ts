import { Failure, type KeptLine } from '@wheelhouse/contract'
import {
  type Counted,
  type Found,
  type Line,
  type LineStore,
  type Position,
  type Query,
  ThreadTimeout,
} from '@wheelhouse/platform/lines'
import { unpacked } from './columns.ts'
import type { PatternsFound } from './patterns/ask-patterns.ts'
import { positionText } from './question.ts'
import type { Sources } from './sources.ts'

/** Asks the files, and tells what cannot be answered in words for people. */
export class Search {
  readonly #store: LineStore
  readonly #sources: Sources

  constructor(store: LineStore, sources: Sources) {
    this.#store = store
    this.#sources = sources
  }

  async find(query: Query, signal?: AbortSignal): Promise<Found> {
    return told(() => this.#store.search(query, signal))
  }

  /** The line that stands there; null where it is no longer kept. */
  async at(position: Position, signal?: AbortSignal): Promise<Line | null> {
    const { at, stream, seq } = position
    const query = { streams: [stream], from: at, to: at, levels: 0, sources: 0, conditions: [] }
    // Many lines may be of the same moment: it goes on from just before this one.
    const after = { at, stream, seq: seq - 1 }
    const { lines } = await this.find({ ...query, order: 'oldest', after, limit: 1 }, signal)
    return lines.find((line) => line.seq === seq) ?? null
  }

  async count(query: Query, buckets: number, signal?: AbortSignal): Promise<Counted> {
    return told(() => this.#store.count(query, buckets, signal))
  }

  /** The lines from `sinceUs` to the end of the query by shape; from its beginning to there is the time before. */
  async patterns(query: Query, sinceUs: number, most: number, signal?: AbortSignal): Promise<PatternsFound> {
    return told(() => this.#store.ask('patterns', query, { sinceUs, most }, signal))
  }

  shown(line: Line): KeptLine {
    const source = this.#sources.byId(line.stream)
    return {
      ...unpacked(line),
      position: positionText(line),
      sourceId: String(line.stream),
      service: source?.name ?? '',
      serviceId: source?.serviceId ?? null,
      stack: source?.stack ?? null,
      targetId: source?.targetId ?? '',
    }
  }
}

async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ThreadTimeout)) throw error
    throw new Failure(
      'TIMED_OUT',
      'The search took too long and was ended. Ask for less time or fewer services, or for words rather than a pattern.',
    )
  }
}
