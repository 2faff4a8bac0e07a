import { Failure, type MetricFrame, type metrics } from '@wheelhouse/contract'
import { Topic } from '@wheelhouse/platform/feed'
import type { Log } from '@wheelhouse/platform/log'
import { callerMay, type FeedSource, type FeedTag, type Handlers, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { Collector } from './collector.ts'

export interface MetricsParts {
  readonly registry: Registry
  readonly log: Log
  readonly intervalMs: number
}
export interface Metrics {
  readonly handlers: Handlers<typeof metrics>
  readonly feed: FeedSource<'metrics'>
  start(): void
  upstreams(): number
  close(): void
}

const hourMs = 3_600_000
const sparkReadings = 60
const ring = { maxEntries: 600, maxBytes: 500_000 }

interface Stream {
  readonly topic: Topic<FeedTag>
  readonly stop: AbortController
  readonly viewers: Set<{ end(reason: string): void }>
}

export function createMetrics({ registry, log, intervalMs }: MetricsParts): Metrics {
  const collector = new Collector(registry, log, intervalMs)
  const all = new Topic<FeedTag>(ring)
  const streams = new Map<string, Stream>()
  collector.onReading(({ serviceId, targetId, sample }) => {
    all.publish({ serviceId, targetId, sample } satisfies MetricFrame, { serviceId, targetId })
  })

  /** One stream of readings a second from the target, for all who look at this service. */
  function streamOf(serviceId: string, targetId: string): Stream {
    const open = streams.get(serviceId)
    if (open) return open
    const stream: Stream = { topic: new Topic<FeedTag>(ring), stop: new AbortController(), viewers: new Set() }
    streams.set(serviceId, stream)
    void pump(serviceId, targetId, stream)
    return stream
  }

  async function pump(serviceId: string, targetId: string, stream: Stream): Promise<void> {
    const { signal } = stream.stop
    while (!signal.aborted) {
      try {
        const { connection, nativeId } = registry.reach(serviceId)
        for await (const sample of connection.stats(nativeId, signal)) {
          stream.topic.publish({ serviceId, targetId, sample } satisfies MetricFrame, { serviceId, targetId })
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
        streams.delete(serviceId)
        for (const viewer of stream.viewers) viewer.end('The service was removed; there are no more readings.')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }

  const feed: FeedSource<'metrics'> = (params, { caller, end }) => {
    if (params.serviceId === undefined) {
      const targetId = params.targetId
      return {
        topic: all,
        place: null,
        history: () => [],
        wants: () => (targetId === undefined ? null : (tag) => tag?.targetId === targetId),
        close: () => undefined,
      }
    }
    const service = registry.findService(
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
    const stream = streamOf(service.id, service.targetId)
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
        if (streams.get(service.id) === stream) streams.delete(service.id)
      },
    }
  }

  return {
    feed,
    start: () => collector.start(),
    upstreams: () => streams.size,
    close: () => {
      collector.close()
      for (const { stop } of streams.values()) stop.abort()
    },
    handlers: {
      service: async ({ id, rangeMs }) => ({
        serviceId: id,
        stepMs: collector.intervalMs,
        method: `one reading each ${collector.intervalMs / 1000} s, kept for an hour`,
        samples: collector.series(id)?.since(Date.now() - (rangeMs ?? hourMs)) ?? [],
      }),
      target: async ({ id, rangeMs }) => {
        const from = new Date(Date.now() - (rangeMs ?? hourMs)).toISOString()
        return { targetId: id, stepMs: 5_000, samples: collector.usage(id).filter((usage) => usage.at >= from) }
      },
      system: async (_, { caller }) => ({
        items: registry
          .targets()
          .filter((target) => callerMay(caller, 'metrics.read', { targetId: target.id }))
          .map((target) => ({ targetId: target.id, name: target.name, usage: target.usage })),
      }),
      latest: async ({ ids }, { caller }) => ({
        stepMs: collector.intervalMs,
        items: ids.split(',').flatMap((serviceId) => {
          const service = registry.service(serviceId)
          const series = collector.series(serviceId)
          if (!service || !series || !callerMay(caller, 'metrics.read', { targetId: service.targetId, serviceId }))
            return []
          return [{ serviceId, ...series.tail(sparkReadings) }]
        }),
      }),
    },
  }
}
