import { Failure, type MetricFrame, type Sample } from '@wheelhouse/contract'
import { Topic } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import { callerMay, type FeedSource, type FeedTag, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Collector } from './collector.ts'

export interface StreamsParts {
  readonly registry: Registry
  readonly log: Log
  readonly collector: Collector
  /** Each reading of a service that somebody looks at. */
  looked(serviceId: string, sample: Sample): void
}

const hourMs = 3_600_000
const ring = { maxEntries: 600, maxBytes: 500_000 }

interface Stream {
  readonly topic: Topic<FeedTag>
  readonly stop: AbortController
  readonly viewers: Set<{ end(reason: string): void }>
}

/** Readings as they come: of all services at the interval of collection, and of one each second while somebody looks. */
export class Streams {
  readonly #parts: StreamsParts
  readonly #all = new Topic<FeedTag>(ring)
  readonly #streams = new Map<string, Stream>()

  constructor(parts: StreamsParts) {
    this.#parts = parts
    parts.collector.onReading(({ serviceId, targetId, sample }) => {
      this.#all.publish({ serviceId, targetId, sample } satisfies MetricFrame, { serviceId, targetId })
    })
  }

  get size(): number {
    return this.#streams.size
  }

  readonly feed: FeedSource<'metrics'> = (params, { caller, end }) => {
    if (params.serviceId === undefined) {
      const targetId = params.targetId
      return {
        topic: this.#all,
        place: null,
        history: () => [],
        wants: () => (targetId === undefined ? null : (tag) => tag?.targetId === targetId),
        close: () => undefined,
      }
    }
    const service = this.#parts.registry.findService(
      params.serviceId,
      (place) => callerMay(caller, 'services.read', place) || callerMay(caller, 'metrics.read', place),
    )
    if (!service)
      throw new Failure('NOT_FOUND', `There is no service "${params.serviceId}".`, {
        kind: 'service',
        id: params.serviceId,
      })
    const place = { targetId: service.targetId, serviceId: service.id }
    requirePermission(caller, 'metrics.read', place)
    const stream = this.#streamOf(service.id, service.targetId)
    const viewer = { end }
    stream.viewers.add(viewer)
    return {
      topic: stream.topic,
      place,
      history: () => [],
      wants: () => null,
      close: () => {
        if (!stream.viewers.delete(viewer) || stream.viewers.size > 0) return
        stream.stop.abort()
        if (this.#streams.get(service.id) === stream) this.#streams.delete(service.id)
      },
    }
  }

  close(): void {
    for (const { stop } of this.#streams.values()) stop.abort()
  }

  /** One stream of readings a second from the target, for all who look at this service. */
  #streamOf(serviceId: string, targetId: string): Stream {
    const open = this.#streams.get(serviceId)
    if (open) return open
    const stream: Stream = { topic: new Topic<FeedTag>(ring), stop: new AbortController(), viewers: new Set() }
    this.#streams.set(serviceId, stream)
    void this.#pump(serviceId, targetId, stream)
    return stream
  }

  async #pump(serviceId: string, targetId: string, stream: Stream): Promise<void> {
    const { registry, log, looked } = this.#parts
    const { signal } = stream.stop
    while (!signal.aborted) {
      try {
        const { connection, nativeId } = registry.reach(serviceId)
        for await (const sample of connection.stats(nativeId, signal)) {
          stream.topic.publish({ serviceId, targetId, sample } satisfies MetricFrame, { serviceId, targetId })
          looked(serviceId, sample)
        }
      } catch (error) {
        if (!signal.aborted) log.debug({ err: error, serviceId }, 'a stream of readings broke')
      }
      if (signal.aborted) return
      const row = await registry.whenService(
        serviceId,
        (now) => now === null || now.state === 'running' || now.state === 'degraded',
        hourMs,
        signal,
      )
      if (row === null) {
        this.#streams.delete(serviceId)
        for (const viewer of stream.viewers) viewer.end('The service was removed; there are no more readings.')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}
