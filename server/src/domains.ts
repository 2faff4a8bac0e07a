import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Builder } from '@wheelhouse/builders/builder'
import type { Target } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'
import type { Proxy } from '@wheelhouse/proxies/proxy'
import { createDelivery, type Delivery } from './delivery.ts'
import { type AllHandlers, type Announce, createAnnouncer, type Feeds } from './dispatch/index.ts'
import type { Foundation } from './foundation.ts'
import { createHouseKeeping, type HouseKeepingParts } from './house-keeping.ts'
import { createEncryption, createIdentity, type Identity } from './identity/index.ts'
import { createCertificates } from './inventory/certificates/index.ts'
import { guardedAddress } from './inventory/outbound/index.ts'
import { createPolicies } from './inventory/policies/index.ts'
import { createRegistries, signedIn } from './inventory/registries/index.ts'
import { createTargets, type FoundEngine, type SwarmDriver, type Targets } from './inventory/targets/index.ts'
import { createAlerts } from './observation/alerts/index.ts'
import type { Diagnostics } from './observation/diagnostics/index.ts'
import { createHealth } from './observation/health/index.ts'
import { createJobsDomain, takeUpJobs } from './observation/jobs/index.ts'
import { createLive } from './observation/live/index.ts'
import { createLogBookmarks } from './observation/log-bookmarks/index.ts'
import { createLogHistory } from './observation/log-history/index.ts'
import { createLogTail } from './observation/log-tail/index.ts'
import { createLogs, type Logs } from './observation/logs/index.ts'
import type { Metrics } from './observation/metrics/index.ts'
import { createNotifications, deploymentKey, type Notifications, titleOf } from './observation/notifications/index.ts'
import { createTimeline } from './observation/timeline/index.ts'
import { createOutlook } from './outlook.ts'
import { keptMetrics } from './kept-metrics.ts'
import { sealedColumns } from './sealed.ts'
import type { Settings } from './settings.ts'
import { startBeside, type StartProgram } from './start-beside.ts'
import { createContainers } from './workloads/containers/index.ts'
import { createEngines } from './workloads/engines/index.ts'
import { createImages } from './workloads/images/index.ts'
import { networkHandlers } from './workloads/networks/index.ts'
import { createServices } from './workloads/services/index.ts'
import { createStackSources } from './workloads/stack-sources/index.ts'
import { createStacks } from './workloads/stacks/index.ts'
import { createSwarm } from './workloads/swarm/index.ts'
import { terminalHandlers, Terminals } from './workloads/terminals/index.ts'
import { createVolumes } from './workloads/volumes/index.ts'

export interface DomainParts extends Pick<HouseKeepingParts, 'version' | 'status' | 'shownSettings'> {
  readonly settings: Settings
  readonly foundation: Foundation
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  readonly swarmDriver?: SwarmDriver
  readonly builders: ReadonlyMap<string, Builder>
  /** Made once it is known how a program is started that outlives us. */
  proxies(start: StartProgram): ReadonlyMap<Proxy['kind'], Proxy>
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
  readonly delivery: Delivery
  readonly proxies: ReadonlyMap<Proxy['kind'], Proxy>
  readonly notifications: Notifications
  readonly terminals: Terminals
  readonly diagnostics: Diagnostics
  readonly announce: Announce
  start(): Promise<void>
  close(): Promise<void>
}

const dayMs = 86_400_000

/** Null where it is not known before it listens. */
function listeningAddress({ host, port }: Settings): string | null {
  if (port === 0) return null
  const reached = host === '0.0.0.0' || host === '::' ? hostname() : host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
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
  const registries = createRegistries({ database, secrets, announce })
  const targets = createTargets({
    database,
    secrets,
    drivers: parts.drivers,
    ...(parts.swarmDriver ? { swarmDriver: parts.swarmDriver } : {}),
    bus,
    log,
    announce,
    machine: hostname(),
    signedIn: (reference, act) => signedIn(registries, reference, act),
    findEngine: parts.findEngine,
    findServiceManager: parts.findServiceManager,
  })
  const { registry } = targets
  const policies = createPolicies({ database, registry, bus, bindFolders: settings.bindFolders, announce })
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
  const logHistory = createLogHistory({
    database,
    registry,
    log,
    folder: join(settings.data, 'logs'),
    isKeeping: settings.logHistory,
    budgetBytes: settings.logHistoryBytes,
    keepMs: settings.logHistoryDays * dayMs,
    forwardTo: settings.logForward,
  })
  const logTail = createLogTail({ registry, history: logHistory, logs, log })
  const stacks = createStacks({
    database,
    secrets,
    jobs,
    state,
    deploymentOf: (stackId) => delivery.deployments.of(stackId),
    log,
    announce,
    registry,
    lastLines: logs.lastLines,
    rulesFor: policies.rulesFor,
    signInFor: registries.signInFor,
    examplesFolder: parts.examplesFolder,
    settleMs: settings.settleMs,
  })
  const stackSources = createStackSources({
    database,
    secrets,
    jobs,
    bus,
    log,
    auth: identity.auth,
    audit: identity.audit,
    stacks,
    workFolder: join(settings.data, 'git'),
    announce,
  })
  const proxies = parts.proxies((argv) => startBeside(registry, argv))
  const containers = createContainers({
    database,
    registry,
    jobs,
    secrets,
    log,
    announce,
    rulesFor: policies.rulesFor,
    settleMs: settings.settleMs,
    workFolder: join(settings.data, 'uploads'),
  })
  const volumes = createVolumes({
    registry,
    jobs,
    log,
    announce,
    rulesFor: policies.rulesFor,
    workFolder: join(settings.data, 'uploads'),
  })
  const delivery = createDelivery({
    settings,
    foundation,
    announce,
    identity,
    registry,
    swarms: targets.swarms,
    registries,
    stacks,
    policies,
    certificates,
    builders: parts.builders,
    proxies,
    lastLines: logs.lastLines,
    tell: async (channels, message) => {
      const { deploymentId, release, occasion, ...rest } = message
      const { missing } = await notifications.deliver(channels, {
        ...rest,
        occasion,
        key: deploymentKey(deploymentId, occasion, message.failed),
        severity:
          occasion === 'deployment.succeeded' ? 'info' : occasion === 'deployment.waiting' ? 'warning' : 'error',
        title: titleOf(occasion, message.stack, message.environment),
        release: release === null ? null : `r${release}`,
        link: notifications.linkTo(`/deployments/${deploymentId}`),
        at: new Date().toISOString(),
      })
      return missing
    },
  })
  const images = createImages({
    database,
    jobs,
    log,
    targets: registry,
    registries,
    releases: delivery.releases,
    swarmsOf: (engineId) => targets.swarms.swarmsOf(engineId),
    buildFolder: join(settings.data, 'image-contexts'),
    rulesFor: policies.rulesFor,
    unfinishedJobs: () => foundation.jobTable.unfinished(),
    announce,
  })
  const networks = networkHandlers({ registry, announce, rulesFor: policies.rulesFor })
  const engines = createEngines({
    registry,
    log,
    containers: containers.handlers,
    images: images.handlers,
    networks,
    volumes: volumes.handlers,
    counted: volumes.counted,
  })
  const swarm = createSwarm({
    database,
    secrets,
    bus,
    registry,
    swarms: targets.swarms,
    jobs,
    log,
    registries,
    rulesFor: policies.rulesFor,
    announce,
  })
  const services = createServices({
    registry,
    jobs,
    audit: identity.audit,
    log,
    judge: (service, caller) => swarm.judge(service, caller),
  })
  const encryption = createEncryption({
    database,
    secrets,
    jobs,
    log,
    columns: sealedColumns,
    sealedBackups: (before) => delivery.backups.sealedBefore(before),
  })
  const terminals = new Terminals({
    registry,
    announce,
    audit: identity.audit,
    log,
    perUser: settings.terminalsPerUser,
    detachedMs: settings.terminalDetachedMs,
  })
  const timeline = createTimeline({ database, bus, log, registry, keepEvents: settings.keepEvents })
  const metrics = keptMetrics(settings, foundation, { registry, logHistory })
  const health = createHealth({
    registry,
    database,
    log,
    announce,
    record: (name, serviceId, value, holdMs) => metrics.reader.observe(name, serviceId, value, holdMs),
  })
  const jobsDomain = createJobsDomain({
    runner: jobs,
    table: foundation.jobTable,
    bus,
    announce,
    run: (id, caller) => delivery.deployments.seen(id, caller),
    askedAs: (job) => stacks.askedAs(job),
  })
  const notifications = createNotifications({
    database,
    secrets,
    bus,
    log,
    announce,
    publicUrl: settings.publicUrl ?? listeningAddress(settings),
  })
  const alerts = createAlerts({
    database,
    registry,
    bus,
    state,
    log,
    timeline,
    notifications,
    announce,
    metrics: settings.metricsHistory ? metrics.reader : null,
    lines: settings.logHistory ? logHistory.reader : null,
  })
  const live = createLive(registry, bus)
  const keeping = createHouseKeeping({
    ...parts,
    identity,
    certificates,
    registries,
    registry,
    notifications,
    logs,
    health,
    announce,
  })
  const outlook = createOutlook({
    database,
    bus,
    log,
    registry,
    delivery,
    logHistory,
    timeline,
    health: health.handlers,
    readings: metrics.handlers.query,
    alerts: alerts.handlers.alerts.list,
  })

  return {
    identity,
    targets,
    logs,
    metrics,
    delivery,
    proxies,
    notifications,
    terminals,
    diagnostics: keeping.diagnostics,
    announce,
    handlers: {
      auth: identity.auth.handlers,
      users: identity.users.handlers,
      tokens: identity.tokens.handlers,
      audit: identity.audit.handlers,
      encryption: encryption.handlers,
      targets: targets.handlers,
      policies: policies.handlers,
      engines: engines.handlers,
      configs: delivery.configs.handlers,
      certificates: certificates.handlers,
      registries: registries.handlers,
      services: services.handlers,
      containers: containers.handlers,
      images: images.handlers,
      volumes: volumes.handlers,
      networks,
      ...swarm.handlers,
      stacks: stacks.handlers,
      stackSources: stackSources.handlers,
      deployments: delivery.deployments.handlers,
      releases: delivery.releases.handlers,
      backups: delivery.backups.handlers,
      triggers: delivery.triggers.handlers,
      terminals: terminalHandlers(terminals),
      logs: logs.handlers,
      logHistory: logHistory.handlers,
      logBookmarks: createLogBookmarks({ database, history: logHistory }),
      metrics: metrics.handlers,
      scrapes: metrics.scrapes,
      health: health.handlers,
      jobs: jobsDomain.handlers,
      notifications: notifications.handlers,
      ...alerts.handlers,
      ...keeping.handlers,
      ...outlook.handlers,
    },
    feeds: {
      ...timeline.feeds,
      system: live.feed,
      logs: logs.feed,
      tail: logTail.feed,
      metrics: metrics.feed,
      deployments: jobsDomain.feed,
      engine: engines.feed,
    },
    async start() {
      await policies.start()
      await health.start()
      // Before targets are heard, so that no change of a service is missed.
      await logHistory.start()
      await targets.start()
      await certificates.start()
      await metrics.start()
      await keeping.start()
      volumes.start()
      engines.start()
      await delivery.backups.start()
      notifications.start()
      await alerts.start()
      await images.start()
      // A run that was cut off waits for its own targets, not for those of jobs.
      delivery.deployments.start()
      await takeUpJobs(jobs, foundation.jobTable, registry)
      containers.start()
      stacks.start()
      swarm.start()
      stackSources.start()
      await encryption.start()
      // Last: what was missed is made up for at once, with everything else at its place.
      await delivery.triggers.start()
    },
    async close() {
      outlook.close()
      delivery.triggers.close()
      stackSources.close()
      await terminals.close()
      await delivery.deployments.close()
      await images.close()
      await alerts.close()
      await notifications.close()
      certificates.close()
      policies.close()
      await metrics.close()
      keeping.close()
      volumes.close()
      engines.close()
      containers.close()
      stacks.close()
      swarm.close()
      logTail.close()
      logs.close()
      live.close()
      jobsDomain.close()
      await health.close()
      await logHistory.close()
      await targets.close()
      await timeline.close()
    },
  }
}
