import type { metrics, Place, Sample, TargetUsage } from '@wheelhouse/contract'
import { type Caller, callerMay, type Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Collector } from './collector.ts'
import { type Exposed, exposedText, expositionType, type ProcessReadings, readingsOf } from './exposition.ts'
import { observedMetrics } from './history/given.ts'
import type { RemoteWrite } from './forward/remote-write.ts'
import { exposedName, observedBy } from './forward/written.ts'
import type { History } from './history/history.ts'
import type { EntityRow } from './history/store.ts'

export interface MetricParts {
  readonly registry: Registry
  readonly collector: Collector
  readonly history: History
  readonly process: ProcessReadings
  readonly remote: RemoteWrite | null
}

const hourMs = 3_600_000
const sparkReadings = 60
const usageMs = 5_000
const tickMs = 10_000
const iso = (ms: number): string => new Date(ms).toISOString()

const sampleFields = {
  cpuPercent: 'cpu.percent',
  memoryBytes: 'memory.bytes',
  memoryLimitBytes: 'memory.limit-bytes',
  networkInBytesPerS: 'network.in',
  networkOutBytesPerS: 'network.out',
  blockReadBytesPerS: 'block.read',
  blockWriteBytesPerS: 'block.write',
  pids: 'pids',
} satisfies Record<Exclude<keyof Sample, 'at'>, string>
/** Which are counted whole; an average of them is not. */
const wholeFields = new Set([
  'memoryBytes',
  'memoryLimitBytes',
  'pids',
  'memoryTotalBytes',
  'diskBytes',
  'diskTotalBytes',
])
const usageFields = {
  cpuPercent: 'target.cpu-percent',
  memoryBytes: 'target.memory-bytes',
  memoryTotalBytes: 'target.memory-total-bytes',
  diskBytes: 'target.disk-bytes',
  diskTotalBytes: 'target.disk-total-bytes',
} satisfies Record<Exclude<keyof TargetUsage, 'at'>, string>

export const visibleTo =
  (caller: Caller) =>
  ({ targetId, serviceId }: EntityRow): boolean =>
    callerMay(caller, 'metrics.read', { targetId, ...(serviceId === null ? {} : { serviceId }) })

export function metricHandlers(parts: MetricParts): Handlers<typeof metrics> {
  const { registry, collector, history, remote } = parts

  /** Kept readings in steps, those steps left out of which nothing is known. */
  async function kept<F extends string>(
    fields: Readonly<Record<F, string>>,
    row: EntityRow | null,
    from: number,
    to: number,
    stepMs?: number,
  ): Promise<{ readonly stepMs: number; readonly rows: ({ readonly at: string } & Record<F, number | null>)[] }> {
    if (row === null || from >= to) return { stepMs: stepMs ?? tickMs, rows: [] }
    const found = await history.fields(fields, row, from, to, stepMs)
    const names = Object.keys(fields) as F[]
    const length = Math.max(...names.map((name) => found.values[name].length))
    const rows = Array.from({ length }, (_, index) => {
      const values = names.map((name) => {
        const value = found.values[name][index] ?? null
        return [name, value !== null && wholeFields.has(name) ? Math.round(value) : value] as const
      })
      const told = Object.fromEntries(values) as Record<F, number | null>
      return { at: iso(found.from + index * found.stepMs), ...told }
    })
    return { stepMs: found.stepMs, rows: rows.filter((one) => names.some((name) => one[name] !== null)) }
  }

  /** Readings that are in memory, with what is kept from before the first of them. */
  async function within<T extends { readonly at: string }>(
    recent: readonly T[],
    rangeMs: number,
    intervalMs: number,
    before: (from: number, to: number, stepMs?: number) => Promise<{ readonly stepMs: number; readonly rows: T[] }>,
  ): Promise<{ stepMs: number; samples: T[] }> {
    const now = Date.now()
    const from = now - rangeMs
    // In one step throughout, which the readings of an hour do not have any more.
    if (rangeMs > hourMs && history.isKeeping) {
      const { stepMs, rows } = await before(from, now)
      return { stepMs, samples: rows }
    }
    const first = recent[0] === undefined ? now : Date.parse(recent[0].at)
    const isWhole = first - from < 2 * Math.max(intervalMs, tickMs)
    const older = isWhole || !history.isKeeping ? [] : (await before(from, first, Math.max(intervalMs, tickMs))).rows
    return { stepMs: intervalMs, samples: [...older, ...recent] }
  }

  /** What other domains observed; what endpoints tell is theirs to be scraped. */
  function observed(visible: (row: EntityRow) => boolean): Exposed[] {
    const samples = Map.groupBy(
      observedBy(history, (origin, row) => origin !== 'target' && row.labels === null && visible(row)),
      ({ name }) => name,
    )
    return observedMetrics.flatMap(({ name: own, kind, summary }) => {
      const name = exposedName(own)
      const found = samples.get(name) ?? []
      return found.length === 0 ? [] : [{ name, kind, help: summary, samples: found }]
    })
  }

  return {
    service: async ({ id, rangeMs = hourMs }) => {
      const recent = collector.series(id)?.since(Date.now() - rangeMs) ?? []
      const row = history.entities.ofService(id)
      const { stepMs, samples } = await within<Sample>(recent, rangeMs, collector.intervalMs, (from, to, step) =>
        kept(sampleFields, row, from, to, step),
      )
      const method =
        stepMs === collector.intervalMs
          ? `one reading each ${collector.intervalMs / 1000} s`
          : `the average of each ${stepMs / 1000} s`
      return { serviceId: id, stepMs, method, samples }
    },
    target: async ({ id, rangeMs = hourMs }) => {
      const since = iso(Date.now() - rangeMs)
      const recent = collector.usage(id).filter((usage) => usage.at >= since)
      const row = [...history.entities.all()].find((one) => one.subject === 'target' && one.targetId === id) ?? null
      const { stepMs, samples } = await within<TargetUsage>(recent, rangeMs, usageMs, (from, to, step) =>
        kept(usageFields, row, from, to, step),
      )
      return { targetId: id, stepMs, samples }
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
    query: (input, { caller, signal }) => history.answers.answer(input, visibleTo(caller), signal),
    catalogue: async () => ({ items: history.catalogue.all().map(({ id: _, ...metric }) => metric) }),
    async storage() {
      const { bytes, broken, failure, tiers } = await history.state()
      const { ticks, rollups, budgetBytes } = history.settings
      const time = (ms: number | undefined): string | null =>
        ms === undefined || !Number.isFinite(ms) ? null : iso(ms)
      return {
        enabled: history.isKeeping,
        bytes,
        budgetBytes,
        tiers: [...ticks, ...rollups].map(({ stepMs, keepMs }) => {
          const tier = tiers.find((one) => one.stepMs === stepMs)
          return { stepMs, keepMs, bytes: tier?.bytes ?? 0, oldestAt: time(tier?.from), newestAt: time(tier?.to) }
        }),
        entities: history.entities.size,
        brokenPlaces: broken,
        remote: remote === null ? null : { ...remote.state, lastAt: time(remote.state.lastAt ?? undefined) },
        problem: history.problem ?? failure,
      }
    },
    async *exposition(_, { caller, exchange }) {
      // Of the machine that everything runs on only those are told who may see everything.
      const isWhole = callerMay(caller, 'metrics.read')
      exchange.answerAs(expositionType)
      const visible = (place: Place): boolean => callerMay(caller, 'metrics.read', place)
      yield exposedText([
        ...readingsOf(registry, visible),
        ...observed(visibleTo(caller)),
        ...(isWhole ? parts.process() : []),
      ])
    },
  }
}
