import { hostname } from 'node:os'
import { join } from 'node:path'
import { contract, Failure, type Operation, type Target } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'
import { type AllHandlers, type Announce, createAnnouncer, type Feeds, type Handlers } from './dispatch/index.ts'
import { createDashboards } from './faces/dashboards/index.ts'
import type { Foundation } from './foundation.ts'
import { createIdentity, type Identity } from './identity/index.ts'
import { createCertificates } from './inventory/certificates/index.ts'
import { createTargets, type FoundEngine, type Targets } from './inventory/targets/index.ts'
import { createDiagnostics, type DiagnosticsParts } from './observation/diagnostics/index.ts'
import { createHealth, guardedAddress } from './observation/health/index.ts'
import { createJobsDomain, takeUpJobs } from './observation/jobs/index.ts'
import { createLive } from './observation/live/index.ts'
import { createLogs, type Logs } from './observation/logs/index.ts'
import { createMetrics, type Metrics } from './observation/metrics/index.ts'
import { createTimeline } from './observation/timeline/index.ts'
import type { Settings } from './settings.ts'
import { serviceHandlers } from './workloads/services/index.ts'
import { createStacks } from './workloads/stacks/index.ts'

export interface DomainParts {
  readonly settings: Settings
  readonly foundation: Foundation
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  readonly diagnostics: DiagnosticsParts
  readonly setupTokenFile: string
  readonly examplesFolder: string
  findEngine(): FoundEngine | null
  findServiceManager(): boolean
}

export interface Domains {
  readonly handlers: AllHandlers
  readonly feeds: Feeds
  readonly identity: Identity
  readonly targets: Targets
  readonly logs: Logs
  readonly metrics: Metrics
  readonly announce: Announce
  start(): Promise<void>
  close(): Promise<void>
}

const dayMs = 86_400_000

/** TEMPORARY: answers of domains that are being built. */
const notYet = <D extends Record<string, Operation>>(operations: D): Handlers<D> => {
  const refuse = (): Promise<never> => Promise.reject(new Failure('CAPABILITY_MISSING', 'This is being built.'))
  return Object.fromEntries(
    Object.entries(operations).map(([verb, { plan }]) => [verb, plan ? { plan: refuse, run: refuse } : refuse]),
  ) as unknown as Handlers<D>
}

/** Every domain, wired to those below it. */
export function createDomains(parts: DomainParts): Domains {
  const { settings, foundation } = parts
  const { database, secrets, bus, state, log, jobs } = foundation
  const announce = createAnnouncer(bus)
  const identity = createIdentity({
    database,
    state,
    secrets,
    log,
    bus,
    settings: { setupTokenFile: parts.setupTokenFile },
    emit: (event) => void announce(event),
  })
  const targets = createTargets({
    database,
    secrets,
    drivers: parts.drivers,
    bus,
    log,
    announce,
    machine: hostname(),
    findEngine: parts.findEngine,
    findServiceManager: parts.findServiceManager,
  })
  const { registry } = targets
  const certificates = createCertificates({
    database,
    secrets,
    log,
    folder: join(settings.data, 'certs'),
    authority: settings.certificateAuthority,
    mkcertRoot: settings.mkcertRoot,
    guard: guardedAddress,
    announce,
  })
  const logs = createLogs({ registry, log, streamsPerService: settings.streamsPerService })
  const stacks = createStacks({
    database,
    secrets,
    jobs,
    log,
    announce,
    registry,
    lastLines: logs.lastLines,
    bindFolders: settings.bindFolders,
    examplesFolder: parts.examplesFolder,
  })
  const timeline = createTimeline({ database, bus, log, registry, keepEvents: settings.keepEvents })
  const metrics = createMetrics({ registry, log, intervalMs: settings.metricsIntervalMs })
  const health = createHealth({ registry, database, log, announce })
  const jobsDomain = createJobsDomain({ runner: jobs, table: foundation.jobTable, bus, announce })
  const live = createLive(registry, bus)
  const dashboards = createDashboards(registry, timeline)
  const diagnostics = createDiagnostics(parts.diagnostics)

  async function prune(): Promise<void> {
    await identity.audit.prune(settings.keepAuditDays * dayMs)
    await identity.auth.prune()
    await foundation.jobTable.prune(Date.now() - 90 * dayMs)
  }
  const pruning = setInterval(
    () => void prune().catch((error: unknown) => log.warn({ err: error }, 'old rows were not deleted')),
    dayMs / 4,
  )
  pruning.unref()

  return {
    identity,
    targets,
    logs,
    metrics,
    announce,
    handlers: {
      auth: identity.auth.handlers,
      users: identity.users.handlers,
      tokens: identity.tokens.handlers,
      audit: identity.audit.handlers,
      targets: targets.handlers,
      configs: notYet(contract.configs),
      certificates: certificates.handlers,
      services: serviceHandlers(registry),
      stacks: stacks.handlers,
      deployments: notYet(contract.deployments),
      releases: notYet(contract.releases),
      backups: notYet(contract.backups),
      triggers: notYet(contract.triggers),
      logs: logs.handlers,
      metrics: metrics.handlers,
      health: health.handlers,
      timeline: timeline.handlers,
      jobs: jobsDomain.handlers,
      notifications: notYet(contract.notifications),
      diagnostics: diagnostics.handlers,
      dashboards: dashboards.handlers,
    },
    feeds: {
      ...timeline.feeds,
      system: live.feed,
      logs: logs.feed,
      metrics: metrics.feed,
      deployments: jobsDomain.feed,
    },
    async start() {
      await health.start()
      await targets.start()
      await certificates.start()
      metrics.start()
      await takeUpJobs(jobs, foundation.jobTable, registry)
    },
    async close() {
      clearInterval(pruning)
      certificates.close()
      metrics.close()
      logs.close()
      live.close()
      jobsDomain.close()
      await health.close()
      await targets.close()
      await timeline.close()
    },
  }
}
