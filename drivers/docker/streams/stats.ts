import { Failure, type Sample } from '@wheelhouse/contract'
import { askEngine, type EngineClient, jsonLines } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { type Counters, countersOf, isAlive, readSample, type StatsFrame } from './stats-frame.ts'

const streamsAtOnce = 128
/** A reading older than this makes no rate any more. */
const forgetMs = 120_000

/** Reads use. A stream is opened even for one reading: without streaming the engine takes a second for it. */
export class StatsReader {
  readonly #client: EngineClient
  readonly #before = new Map<string, Counters>()
  #machineBytes: number | null = null

  constructor(client: EngineClient) {
    this.#client = client
  }

  async *follow(id: string, signal: AbortSignal): AsyncGenerator<Sample> {
    const machineBytes = await this.#memory()
    let before: Counters | null = null
    try {
      for await (const frame of this.#frames(id, signal)) {
        if (!isAlive(frame)) return
        yield readSample(frame, before, machineBytes)
        before = countersOf(frame)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async sample(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Sample>> {
    const machineBytes = await this.#memory()
    const samples = new Map<string, Sample>()
    const left = [...ids]
    const worker = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined && !signal.aborted; id = left.pop()) {
        const sample = await this.#once(id, machineBytes, signal)
        if (sample) samples.set(id, sample)
      }
    }
    await Promise.all(Array.from({ length: streamsAtOnce }, worker))
    const old = Date.now() - forgetMs
    for (const [id, counters] of this.#before) if (counters.atMs < old) this.#before.delete(id)
    return samples
  }

  async #once(id: string, machineBytes: number, signal: AbortSignal): Promise<Sample | null> {
    try {
      for await (const frame of this.#frames(id, signal)) {
        if (!isAlive(frame)) return null
        const sample = readSample(frame, this.#before.get(id) ?? null, machineBytes)
        this.#before.set(id, countersOf(frame))
        return sample
      }
    } catch (error) {
      // One that cannot be read is absent; an engine that is gone is said once, not for each.
      if (error instanceof Failure && error.code === 'TARGET_UNREACHABLE') throw error
    }
    return null
  }

  async *#frames(id: string, signal: AbortSignal): AsyncGenerator<StatsFrame> {
    const body = await this.#client.stream({ path: `${containerPath(id)}/stats`, query: { stream: 1 }, signal })
    try {
      yield* jsonLines<StatsFrame>(body)
    } catch (error) {
      throw this.#client.broken(error, signal)
    } finally {
      body.destroy()
    }
  }

  async #memory(): Promise<number> {
    this.#machineBytes ??= (await askEngine(this.#client)).engine.memoryBytes
    return this.#machineBytes
  }
}
