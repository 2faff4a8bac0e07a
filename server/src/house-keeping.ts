import { join } from 'node:path'
import { type AllHandlers, type Announce, insideCall } from './dispatch/index.ts'
import type { Foundation } from './foundation.ts'
import type { Identity } from './identity/index.ts'
import type { Certificates } from './inventory/certificates/index.ts'
import type { Registries } from './inventory/registries/index.ts'
import type { Registry } from './inventory/targets/index.ts'
import { migrations } from './migrations/index.ts'
import { createDiagnostics, type Diagnostics, type DiagnosticsParts } from './observation/diagnostics/index.ts'
import type { Health } from './observation/health/index.ts'
import type { Logs } from './observation/logs/index.ts'
import { createMaintenance } from './observation/maintenance/index.ts'
import type { Notifications } from './observation/notifications/index.ts'
import type { Settings } from './settings.ts'

export interface HouseKeepingParts {
  readonly settings: Settings
  readonly foundation: Foundation
  readonly version: string
  readonly status: DiagnosticsParts['status']
  readonly shownSettings: DiagnosticsParts['settings']
  readonly identity: Pick<Identity, 'audit' | 'auth'>
  readonly certificates: Pick<Certificates, 'handlers'>
  readonly registries: Pick<Registries, 'handlers'>
  readonly registry: Registry
  readonly notifications: Pick<Notifications, 'handlers'>
  readonly logs: Pick<Logs, 'lastLines'>
  readonly health: Pick<Health, 'why' | 'cache'>
  readonly announce: Announce
}

const all = { limit: 1_000 }

const dayMs = 86_400_000
const keptJobsDays = 90

export interface HouseKeeping {
  readonly diagnostics: Diagnostics
  readonly handlers: Pick<AllHandlers, 'diagnostics' | 'maintenance'>
  start(): Promise<void>
  close(): void
}

/** What looks after the house itself: how it is doing, what keeps it in order, and what of its own goes when it is old. */
export function createHouseKeeping(parts: HouseKeepingParts): HouseKeeping {
  const { settings, foundation, version, registry, health, announce } = parts
  const { database, bus, state, jobs, jobTable, log } = foundation
  const known = Object.keys(migrations)
  const inside = insideCall()
  const diagnostics = createDiagnostics({
    version,
    status: parts.status,
    settings: parts.shownSettings,
    database,
    bus,
    state,
    jobs,
    jobTable,
    registry,
    folder: settings.data,
    keyFile: settings.masterKey === null ? join(settings.data, 'master.key') : null,
    budgets: { logs: settings.logHistoryBytes, metrics: settings.metricsHistoryBytes },
    migrations: known,
    certificates: async () => (await parts.certificates.handlers.list(all, inside)).items,
    registries: async () => (await parts.registries.handlers.list(all, inside)).items,
    channels: async () => (await parts.notifications.handlers.list(all, inside)).items,
    lastLines: parts.logs.lastLines,
    why: health.why,
  })
  const maintenance = createMaintenance({
    version,
    data: settings.data,
    database,
    address: settings.database?.startsWith('postgres') ? settings.database : null,
    migrations: known,
    jobs,
    log,
    configuredLevel: settings.logLevel,
    settings: parts.shownSettings,
    components: diagnostics.components,
    resources: diagnostics.resources,
    performance: diagnostics.performance,
    targets: () =>
      registry.targets().map(({ kind, state: is, engine, services }) => ({
        kind,
        state: is,
        version: engine?.version ?? null,
        services: Object.values(services).reduce((sum, count) => sum + count, 0),
      })),
    caches: [health.cache],
    announce,
  })
  const prune = async (): Promise<void> => {
    await parts.identity.audit.prune(settings.keepAuditDays * dayMs)
    await parts.identity.auth.prune()
    await jobTable.prune(Date.now() - keptJobsDays * dayMs)
  }
  const pruning = setInterval(
    () => void prune().catch((error: unknown) => log.warn({ err: error }, 'old rows were not deleted')),
    dayMs / 4,
  )
  pruning.unref()

  return {
    diagnostics,
    handlers: { diagnostics: diagnostics.handlers, maintenance: maintenance.handlers },
    async start() {
      diagnostics.start()
      await maintenance.start()
    },
    close() {
      clearInterval(pruning)
      diagnostics.close()
    },
  }
}
