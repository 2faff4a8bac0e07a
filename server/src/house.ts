import { join } from 'node:path'
import { socketLimits, type Target } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'
import type { LoadedSettings } from '@wheelhouse/platform/settings'
import type { Proxy } from '@wheelhouse/proxies/proxy'
import { createDispatcher } from './dispatch/index.ts'
import { createDomains, type DomainParts, type Domains } from './domains.ts'
import { createApiDocs } from './faces/api-docs/index.ts'
import type { Foundation } from './foundation.ts'
import { addressOf, createRateLimit, type EdgeParts, openEdge } from './http/index.ts'
import type { FoundEngine, SwarmDriver } from './inventory/targets/index.ts'
import { type settings as definition, settingWarnings } from './settings.ts'
import { createSockets, type Sockets } from './ws/index.ts'

export interface HouseParts {
  readonly foundation: Foundation
  readonly settings: LoadedSettings<typeof definition>
  readonly settingsFile: string | null
  readonly drivers: ReadonlyMap<Target['kind'], Driver>
  /** Made once it is known which engines are managers. */
  readonly swarmDriver?: SwarmDriver
  readonly builders: DomainParts['builders']
  readonly proxies: DomainParts['proxies']
  readonly version: string
  readonly webFolder: string
  readonly examplesFolder: string
  findEngine(): FoundEngine | null
  /** Whether this machine runs a service manager that we may use; none unless told. */
  readonly findServiceManager?: () => boolean
}

/** One running instance: the domains behind the one door, and the edges that lead to it. */
export interface House {
  readonly domains: Domains
  /** Where it listens, such as http://127.0.0.1:8080. */
  readonly url: string
  close(): Promise<void>
}

const maxBodyBytes = 4_194_304
const maxQueuedBytes = 2_097_152
const recheckMs = 60_000

export async function openHouse(parts: HouseParts): Promise<House> {
  const { foundation, version } = parts
  const { log, database, state } = foundation
  const settings = parts.settings.values
  const startedAt = new Date()
  let sockets: Sockets | null = null

  const status = async () => ({
    version,
    startedAt: startedAt.toISOString(),
    uptimeMs: Date.now() - startedAt.getTime(),
    memoryBytes: process.memoryUsage.rss(),
    database: {
      kind: database.kind,
      sizeBytes: await database.sizeBytes(),
      ok: await database.ping().then(
        () => true,
        () => false,
      ),
    },
    bus: foundation.bus.kind,
    jobs: foundation.jobs.kind,
    sockets: {
      ...(sockets?.counts() ?? { open: 0, subscriptions: 0 }),
      upstreams: domains.logs.upstreams() + domains.metrics.upstreams(),
    },
    services: [...domains.targets.registry.services()].length,
    targets: domains.targets.registry.records().length,
  })
  const domains: Domains = createDomains({
    settings,
    foundation,
    drivers: parts.drivers,
    ...(parts.swarmDriver ? { swarmDriver: parts.swarmDriver } : {}),
    builders: parts.builders,
    proxies: parts.proxies,
    setupTokenFile: join(settings.data, 'setup-token'),
    examplesFolder: parts.examplesFolder,
    findEngine: parts.findEngine,
    findServiceManager: parts.findServiceManager ?? (() => false),
    version,
    status,
    shownSettings: () => ({
      items: parts.settings.describe().map(({ flag: _, ...line }) => line),
      warnings: settingWarnings(settings),
      file: parts.settingsFile,
    }),
  })
  const { identity } = domains
  const { registry } = domains.targets
  const dispatcher = createDispatcher({
    handlers: domains.handlers,
    state,
    log,
    audit: identity.audit,
    announce: domains.announce,
    measured: domains.diagnostics.measured,
    locate: (on, reference, visible) => {
      if (on === 'target') {
        const record = registry.findTarget(reference)
        if (!record || !visible({ targetId: record.id })) return null
        return { id: record.id, name: record.name, place: { targetId: record.id } }
      }
      const service = registry.findService(reference, visible)
      if (!service) return null
      const { id, name, targetId } = service
      return { id, name, place: { targetId, serviceId: id } }
    },
  })

  const edge = await openEdge({
    settings: { ...settings, maxBodyBytes },
    log,
    dispatcher,
    docs: createApiDocs(version),
    webFolder: parts.webFolder,
    startedAt,
    version,
    ping: () => database.ping(),
    detail: async () => ({ ...(await status()), components: (await domains.diagnostics.components()).items }),
    authenticate: (visit) => identity.auth.authenticate(visit),
    polled: polledOf(domains.proxies.get('traefik'), settings.traefikToken),
    limit: createRateLimit(state, { perCaller: settings.requestsPerMinute, signIn: settings.signInsPerMinute }),
  })

  sockets = createSockets(edge.server, {
    settings: {
      allowedOrigins: settings.allowedOrigins,
      perUser: settings.socketsPerUser,
      perService: settings.streamsPerService,
      pingMs: socketLimits.pingMs,
      idleMs: socketLimits.idleMs,
      maxQueuedBytes,
      recheckMs,
    },
    feeds: domains.feeds,
    log,
    terminals: domains.terminals,
    addressOf: (request) => addressOf(request, settings.trustProxy),
    redeemTicket: (ticket, from) => identity.auth.redeemTicket(ticket, { ...from, face: 'ws' }),
    authenticate: (authorization, from) => identity.auth.authenticate({ authorization, ...from, face: 'ws' }),
    refreshed: (caller) => identity.auth.callerStillValid(caller),
  })
  identity.auth.onCallerChanged(({ userId }) => {
    const failed = (error: unknown): void => log.error({ err: error }, 'rights of a socket were not asked for')
    sockets?.recheck(userId).catch(failed)
    domains.terminals.recheck(userId, (caller) => identity.auth.callerStillValid(caller)).catch(failed)
  })

  const url = await edge.listen()
  // Targets come after the door is open: a slow host must not delay the first answer.
  await domains.start()
  domains.announce({ type: 'system.started', message: `Wheelhouse ${version} started.` })
  const { restored } = foundation
  if (restored !== null)
    domains.announce({
      type: 'backup.restored',
      severity: 'warning',
      message: `The database of Wheelhouse was restored from ${restored}. What was there before is set aside.`,
      data: { backup: restored, own: true },
    })

  return {
    domains,
    url,
    async close() {
      edge.refuse()
      await sockets?.close()
      await edge.close()
      await domains.close()
    },
  }
}

/** What a proxy fetches from here; nothing where it fetches nothing, or where no token says who may. */
const polledOf = (proxy: Proxy | undefined, token: string | null): EdgeParts['polled'] =>
  proxy?.document === undefined || token === null
    ? null
    : { path: `/proxies/${proxy.kind}`, token, document: () => proxy.document!() }
