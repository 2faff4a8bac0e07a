import { hostname } from 'node:os'
import { join } from 'node:path'
import { contract, Failure, type Operation, type Target } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'
import {
  type AllHandlers,
  type Announce,
  type Caller,
  callerMay,
  createAnnouncer,
  type Feeds,
  type Handlers,
} from './dispatch/index.ts'
import { createDashboards } from './faces/dashboards/index.ts'
import type { Foundation } from './foundation.ts'
import { createIdentity, type Identity } from './identity/index.ts'
import { type ConfigEntryRead, type Configs, createConfigs } from './inventory/configs/index.ts'
import { createTargets, type FoundEngine, type Registry, type Targets } from './inventory/targets/index.ts'
import { createDiagnostics, type DiagnosticsParts } from './observation/diagnostics/index.ts'
import { createHealth } from './observation/health/index.ts'
import { createJobsDomain, takeUpJobs } from './observation/jobs/index.ts'
import { createLive } from './observation/live/index.ts'
import { createLogs, type Logs } from './observation/logs/index.ts'
import { createMetrics, type Metrics } from './observation/metrics/index.ts'
import { createNotifications, type Notifications } from './observation/notifications/index.ts'
import { createTimeline } from './observation/timeline/index.ts'
import type { Settings } from './settings.ts'
import { createBackups } from './workloads/backups/index.ts'
import { serviceHandlers } from './workloads/services/index.ts'
import { createStacks } from './workloads/stacks/index.ts'
import { createTriggers, type TriggerActions, type Triggers } from './workloads/triggers/index.ts'

export interface DomainParts {
  readonly settings: Settings
  readonly foundation: Foundation
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  readonly diagnostics: DiagnosticsParts
  readonly setupTokenFile: string
  readonly examplesFolder: string
  findEngine(): FoundEngine | null
}

export interface Domains {
  readonly handlers: AllHandlers
  readonly feeds: Feeds
  readonly identity: Identity
  readonly targets: Targets
  readonly configs: Configs
  readonly logs: Logs
  readonly metrics: Metrics
  readonly triggers: Triggers
  readonly notifications: Notifications
  readonly announce: Announce
  start(): Promise<void>
  close(): Promise<void>
}

const dayMs = 86_400_000

/** TEMPORARY: what triggers start, until deployments and backups are there. */
const nothingToStart: TriggerActions = {
  deploy: () => Promise.reject(new Failure('CAPABILITY_MISSING', 'Deployments are being built.')),
  backup: () => Promise.reject(new Failure('CAPABILITY_MISSING', 'Backups are being built.')),
  drill: () => Promise.reject(new Failure('CAPABILITY_MISSING', 'Backups are being built.')),
}

/** TEMPORARY: answers of domains that are being built. */
const notYet = <D extends Record<string, Operation>>(operations: D): Handlers<D> => {
  const refuse = (): Promise<never> => Promise.reject(new Failure('CAPABILITY_MISSING', 'This is being built.'))
  return Object.fromEntries(
    Object.entries(operations).map(([verb, { plan }]) => [verb, plan ? { plan: refuse, run: refuse } : refuse]),
  ) as unknown as Handlers<D>
}

/** Null where it is not known before it listens. */
function listeningAddress({ host, port }: Settings): string | null {
  if (port === 0) return null
  const reached = host === '0.0.0.0' || host === '::' ? hostname() : host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}

/** Who could run programs on this machine anyway: an administrator, and whoever was granted developer on a target of processes. */
function mayUseMachine(registry: Registry, caller: Caller): boolean {
  if (callerMay(caller, 'targets.manage')) return true
  const here = registry
    .records()
    .filter(({ kind, id }) => kind === 'process' && callerMay(caller, 'stacks.apply', { targetId: id }))
  // A role that holds everywhere is not enough: processes run as the user of Wheelhouse itself.
  return here.some(({ id }) =>
    caller.authority?.grants.some((grant) => grant.on === 'target' && grant.id === id && grant.role === 'developer'),
  )
}

/** TEMPORARY: the reader of manifests is being built. */
const noConfigEntry = (): Promise<ConfigEntryRead> =>
  Promise.reject(new Failure('CAPABILITY_MISSING', 'Reading the config of a manifest is being built.'))

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
  })
  const { registry } = targets
  const configs = createConfigs({
    database,
    secrets,
    announce,
    backupFolder: join(settings.data, 'config-backups'),
    mayUseMachine: (caller) => mayUseMachine(registry, caller),
    readConfigEntry: noConfigEntry,
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
  const triggers = createTriggers({
    database,
    secrets,
    state,
    bus,
    log,
    announce,
    auth: identity.auth,
    audit: identity.audit,
    actions: nothingToStart,
  })
  const backups = createBackups({
    database,
    secrets,
    jobs,
    log,
    announce,
    instance: `${hostname()}:${settings.data}`,
    folder: join(settings.data, 'backups'),
    workFolder: join(settings.data, 'restores'),
    connection: (targetId) => registry.mirror(targetId).connection,
    // TEMPORARY: until manifests are read for deployments.
    planFor: () => Promise.reject(new Failure('CAPABILITY_MISSING', 'Backups by manifest are being built.')),
    busy: () => null,
    inUse: () => Promise.resolve(new Set()),
  })
  const timeline = createTimeline({ database, bus, log, registry, keepEvents: settings.keepEvents })
  const metrics = createMetrics({ registry, log, intervalMs: settings.metricsIntervalMs })
  const health = createHealth({ registry, database, log, announce })
  const jobsDomain = createJobsDomain({ runner: jobs, table: foundation.jobTable, bus, announce })
  const notifications = createNotifications({
    database,
    secrets,
    bus,
    log,
    announce,
    publicUrl: settings.publicUrl ?? listeningAddress(settings),
  })
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
    configs,
    logs,
    metrics,
    triggers,
    notifications,
    announce,
    handlers: {
      auth: identity.auth.handlers,
      users: identity.users.handlers,
      tokens: identity.tokens.handlers,
      audit: identity.audit.handlers,
      targets: targets.handlers,
      configs: configs.handlers,
      certificates: notYet(contract.certificates),
      services: serviceHandlers(registry),
      stacks: stacks.handlers,
      deployments: notYet(contract.deployments),
      releases: notYet(contract.releases),
      backups: backups.handlers,
      triggers: triggers.handlers,
      logs: logs.handlers,
      metrics: metrics.handlers,
      health: health.handlers,
      timeline: timeline.handlers,
      jobs: jobsDomain.handlers,
      notifications: notifications.handlers,
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
      metrics.start()
      await backups.start()
      await takeUpJobs(jobs, foundation.jobTable, registry)
      notifications.start()
      // Last: what was missed is made up for at once, with everything else at its place.
      await triggers.start()
    },
    async close() {
      clearInterval(pruning)
      triggers.close()
      await notifications.close()
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
