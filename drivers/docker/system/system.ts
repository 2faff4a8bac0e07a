import type { EngineSystem } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { readEvents } from './events.ts'
import { describeEngine } from './describe.ts'
import { pruneBuildCache, readSpace } from './space.ts'

/** One engine itself: who it is, what its disk holds, what it tells. */
export class DockerSystem implements EngineSystem {
  readonly #client: EngineClient

  constructor(client: EngineClient) {
    this.#client = client
  }

  info(): ReturnType<EngineSystem['info']> {
    return describeEngine(this.#client)
  }
  space(signal: AbortSignal): ReturnType<EngineSystem['space']> {
    return readSpace(this.#client, signal)
  }
  pruneBuildCache(signal: AbortSignal): Promise<number> {
    return pruneBuildCache(this.#client, signal)
  }
  events(...args: Parameters<EngineSystem['events']>): ReturnType<EngineSystem['events']> {
    return readEvents(this.#client, ...args)
  }
}
