import { Failure, type diagnostics, type PerformanceReport, type Resources } from '@wheelhouse/contract'
import { callerMay, type Handlers, requirePermission } from '../../dispatch/index.ts'
import { Clocks } from './clocks.ts'
import { componentsOf, type Looks, worstOf } from './components.ts'
import { DiskCount } from './disk-count.ts'
import { explain } from './explain.ts'
import type { DiagnosticsParts } from './house.ts'
import { memoryLimit } from './memory-limit.ts'
import { lookAll } from './looking.ts'
import { OperationTimes } from './performance.ts'
import { reportPage } from './report-page.ts'
import { openDiagnosticsStore } from './store.ts'
import { type Point, risePerHour, trendOf, usedUp } from './trend.ts'
import { houseLooks } from './troubleshoot.ts'
import { usageOf } from './usage.ts'
import { roomOf, stepMs, type Vital, Vitals } from './vitals.ts'

export type { DiagnosticsParts, Settings, Status } from './house.ts'
export { sizeWords } from './words.ts'

type Components = Awaited<ReturnType<Handlers<typeof diagnostics>['components']>>

export interface Diagnostics {
  readonly handlers: Handlers<typeof diagnostics>
  /** For `/health/detailed` and the support bundle. */
  components(): Promise<Components>
  resources(): Promise<Resources>
  performance(): PerformanceReport
  /** To be called with how long each operation took. */
  measured(operation: string, tookMs: number, failed: boolean): void
  start(): void
  close(): void
}

const usualDays = 30

/** How the control plane itself is set up and doing, and what keeps it or a service from working. */
export function createDiagnostics(parts: DiagnosticsParts & { why(serviceId: string): string | null }): Diagnostics {
  const store = openDiagnosticsStore(parts.database)
  const vitals = new Vitals(parts.folder)
  const disk = new DiskCount({ folder: parts.folder, budgets: parts.budgets })
  const clocks = new Clocks(parts.registry)
  const times = new OperationTimes()
  const looks: Looks = { parts, store, disk, clocks, vitals: () => vitals.all() }

  async function components(): Promise<Components> {
    const items = await componentsOf(looks)
    return { at: new Date().toISOString(), state: worstOf(items.map(({ state }) => state)), items }
  }

  async function resources(): Promise<Resources> {
    if (vitals.all().length === 0) await vitals.read()
    const all = vitals.all()
    const room = await roomOf(parts.folder)
    const points = (of: (vital: Vital) => number | null): Point[] =>
      all.flatMap((vital) => {
        const value = of(vital)
        return value === null ? [] : [{ at: vital.at, value }]
      })
    const used = points(({ diskFreeBytes }) =>
      diskFreeBytes === null || !room ? null : room.totalBytes - diskFreeBytes,
    )
    const full = room && usedUp(room.freeBytes, risePerHour(used))
    const memory = points(({ memoryBytes }) => memoryBytes)
    const spent = usedUp(memoryLimit() - (memory.at(-1)?.value ?? 0), risePerHour(memory))
    return {
      stepMs,
      at: all.map(({ at }) => new Date(at).toISOString()),
      memoryBytes: all.map(({ memoryBytes }) => memoryBytes),
      heapBytes: all.map(({ heapBytes }) => heapBytes),
      cpuPercent: all.map(({ cpuPercent }) => cpuPercent),
      loopDelayMs: all.map(({ loopDelayMs }) => loopDelayMs),
      diskFreeBytes: all.map(({ diskFreeBytes }) => diskFreeBytes),
      trends: [
        trendOf('memory', memory, spent && `All the memory it may have is used ${spent}.`),
        trendOf(
          'heap',
          points(({ heapBytes }) => heapBytes),
        ),
        trendOf(
          'cpu',
          points(({ cpuPercent }) => cpuPercent),
        ),
        trendOf(
          'loopDelay',
          points(({ loopDelayMs }) => loopDelayMs),
        ),
        trendOf('disk', used, full && `The disk is full ${full}.`),
      ],
      disk: {
        folder: parts.folder,
        totalBytes: room?.totalBytes ?? null,
        freeBytes: room?.freeBytes ?? null,
        parts: [...(disk.found?.parts ?? [])],
        countedAt: disk.found?.countedAt ?? null,
      },
    }
  }
  const usage = (days = usualDays) => usageOf(store, parts.registry, disk.found?.parts ?? [], days)

  return {
    components,
    resources,
    performance: () => times.report(),
    measured: (operation, tookMs, failed) => times.take(operation, tookMs, failed),
    start() {
      vitals.start()
      disk.start()
      clocks.start()
    },
    close() {
      vitals.close()
      disk.close()
      clocks.close()
    },
    handlers: {
      version: async () => ({ name: 'Wheelhouse', version: parts.version, node: process.version }),
      settings: async () => parts.settings(),
      status: () => parts.status(),
      components: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return components()
      },
      resources: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return resources()
      },
      troubleshoot: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        const findings = await lookAll(await houseLooks(looks))
        return { at: new Date().toISOString(), state: worstOf(findings.map(({ state }) => state)), findings }
      },
      explain: async ({ id }, { caller }) => {
        const service = parts.registry.service(id)
        if (!service) throw new Failure('NOT_FOUND', `There is no service "${id}".`, { kind: 'service', id })
        const place = { targetId: service.targetId, serviceId: id }
        const may = (permission: 'logs.read' | 'health.read'): boolean => callerMay(caller, permission, place)
        return explain(service, {
          registry: parts.registry,
          lastLines: may('logs.read') ? parts.lastLines : null,
          why: may('health.read') ? parts.why(id) : null,
        })
      },
      performance: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return times.report()
      },
      usage: async ({ days }, { caller }) => {
        requirePermission(caller, 'settings.read')
        return usage(days)
      },
      async *report({ format, days }, { caller, exchange }) {
        requirePermission(caller, 'settings.read')
        const [{ items }, readings, used] = await Promise.all([components(), resources(), usage(days)])
        const { version } = parts
        const report = {
          version,
          at: new Date().toISOString(),
          components: items,
          resources: readings,
          performance: times.report(),
          usage: used,
        }
        const name = `wheelhouse-${report.at.slice(0, 10)}`
        if (format === 'json') {
          exchange.download(`${name}.json`, 'application/json')
          yield JSON.stringify(report, null, 2)
          return
        }
        exchange.download(`${name}.html`, 'text/html; charset=utf-8')
        yield reportPage(report)
      },
    },
  }
}
