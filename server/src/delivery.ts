import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Builder } from '@wheelhouse/builders/builder'
import { Failure, type LogLine } from '@wheelhouse/contract'
import type { Proxy } from '@wheelhouse/proxies/proxy'
import { type Announce, type CallContext, type Caller, noExchange } from './dispatch/index.ts'
import type { Foundation } from './foundation.ts'
import type { Identity } from './identity/index.ts'
import type { Certificates } from './inventory/certificates/index.ts'
import { type ConfigEntryRead, type Configs, createConfigs } from './inventory/configs/index.ts'
import type { Registries } from './inventory/registries/index.ts'
import type { Registry, Swarms } from './inventory/targets/index.ts'
import type { Settings } from './settings.ts'
import { type Backups, createBackups } from './workloads/backups/index.ts'
import {
  backupPlanOf,
  backupPort,
  configPort,
  createDeployments,
  type Deployments,
  type Message,
  requireMachine,
} from './workloads/deployments/index.ts'
import { createReleases, type Releases } from './workloads/releases/index.ts'
import {
  type Project,
  type ProjectConfig,
  type ProjectInput,
  readProject,
  type Stacks,
  stackTargets,
} from './workloads/stacks/index.ts'
import type { Policies } from './inventory/policies/index.ts'
import { createTriggers, type Triggers } from './workloads/triggers/index.ts'

export interface DeliveryParts {
  readonly settings: Settings
  readonly foundation: Foundation
  readonly announce: Announce
  readonly identity: Identity
  readonly registry: Registry
  readonly swarms: Swarms
  readonly registries: Pick<Registries, 'signInFor'>
  readonly stacks: Stacks
  readonly policies: Policies
  readonly certificates: Certificates
  readonly builders: ReadonlyMap<string, Builder>
  readonly proxies: ReadonlyMap<Proxy['kind'], Proxy>
  lastLines(serviceId: string, count: number): Promise<readonly LogLine[]>
  tell(channels: readonly string[], message: Message): Promise<readonly string[]>
}

/** The domains that bring a manifest to its targets, wired to each other: configs, backups, releases, deployments, triggers. */
export interface Delivery {
  readonly configs: Configs
  readonly backups: Backups
  readonly releases: Releases
  readonly deployments: Deployments
  readonly triggers: Triggers
}

const dayMs = 86_400_000
const waitMs = 300_000
const concurrency = 4

export function createDelivery(parts: DeliveryParts): Delivery {
  const { settings, foundation, announce, registry } = parts
  const { database, secrets, bus, state, log, jobs } = foundation
  const targets = stackTargets(registry)
  const places = { targets, folder: join(settings.data, 'backups'), data: settings.data }

  const configs: Configs = createConfigs({
    database,
    secrets,
    announce,
    backupFolder: join(settings.data, 'config-backups'),
    mayUseMachine: (caller) => mayUseMachine(caller),
    readConfigEntry: (input) => readConfigEntry(input),
  })
  const project = (input: ProjectInput, kept?: ProjectConfig): Promise<Project> =>
    readProject(input, {
      values: (source) =>
        kept ? Promise.resolve(kept) : configs.values(source, { by: 'deployment', reason: 'read for a deployment' }),
      allSwarms: (named) => {
        const kinds = new Set(named.flatMap((name) => registry.findTarget(name)?.kind ?? []))
        return kinds.has('swarm') && !kinds.has('docker')
      },
    })

  function mayUseMachine(caller: Caller): boolean {
    try {
      requireMachine({ targets }, caller)
      return true
    } catch (error) {
      if (error instanceof Failure) return false
      throw error
    }
  }

  async function readConfigEntry(input: ProjectInput): Promise<ConfigEntryRead> {
    const read = await readProject(input, {
      // What is asked for is where the values come from, not the values.
      values: () =>
        Promise.resolve({ setId: '', setName: '', version: 0, values: {}, secretKeys: new Set(), problems: [] }),
    })
    if (read.directory === null || read.configSource === null)
      throw new Failure(
        'STACK_INVALID',
        'The manifest has no config: name its master file with config.file, or a set with config.set.',
      )
    const apps = Object.entries(read.manifest?.apps ?? {}).map(([name, app]) => ({
      name,
      path: app.path ?? `apps/${name}`,
    }))
    return {
      stack: read.name,
      environment: read.environment,
      directory: read.directory,
      source: read.configSource,
      templates: read.manifest?.config?.templates ?? [],
      apps,
    }
  }

  const releases = createReleases({ database, secrets, announce })
  const backups = createBackups({
    database,
    secrets,
    jobs,
    log,
    announce,
    instance: `${hostname()}:${settings.data}`,
    folder: places.folder,
    workFolder: join(settings.data, 'restores'),
    connection: (targetId) => registry.mirror(targetId).connection,
    planFor: async (input, caller) => {
      requireMachine({ targets }, caller)
      const read = await project(input)
      const error = read.problems.find((problem) => problem.severity === 'error')
      if (error) throw new Failure('STACK_INVALID', error.message, { problems: read.problems })
      const serving = await releases.store.serving({ stack: read.name, environment: read.environment })
      const entry = read.manifest?.backup
      return backupPlanOf(
        {
          project: read,
          database: input.database ?? (entry?.databases ?? []).length > 0,
          files: input.files ?? (entry?.files ?? []).length + (entry?.volumes ?? []).length > 0,
          description: input.description ?? '',
          by: caller.username,
          deploymentId: null,
          version: serving === null ? null : String(serving.number),
        },
        places,
      )
    },
    busy: (stack, environment) => deployments.busy(stack, environment),
    inUse: async () => new Set((await releases.store.list({})).flatMap(({ backupId }) => backupId ?? [])),
  })
  const deployments: Deployments = createDeployments({
    database,
    bus,
    shared: database.kind !== 'sqlite',
    releases,
    stacks: parts.stacks,
    rulesFor: parts.policies.rulesFor,
    targets,
    swarms: {
      sight: (targetId) =>
        registry.stored(targetId) === null ? null : (registry.mirror(targetId).cluster?.sight ?? null),
      enginesOf: (targetId) => parts.swarms.enginesOf(targetId),
    },
    signInFor: (reference) => parts.registries.signInFor(reference),
    builders: parts.builders,
    proxies: parts.proxies,
    configs: configPort(configs),
    backups: backupPort(backups, places),
    certificates: { find: (nameOrFile) => certificateFacts(parts.certificates, nameOrFile) },
    secrets,
    log,
    settings: {
      data: settings.data,
      settleMs: settings.settleMs,
      waitMs,
      concurrency,
      undoPatienceMs: settings.undoPatienceMs,
      publicUrl: settings.publicUrl,
    },
    project,
    lastLines: parts.lastLines,
    announce,
    tell: parts.tell,
    syncSchedules: async (read, userId) => {
      const entries = read.manifest?.schedule ?? []
      const caller =
        userId === null
          ? null
          : await parts.identity.auth.callerFor({ userId, tokenId: null }, { ip: '', userAgent: '', face: 'system' })
      if (caller === null || read.directory === null) return
      await triggers.syncManifest(read.name, read.environment, schedulesOf(read, entries), caller)
    },
  })
  const triggers: Triggers = createTriggers({
    database,
    secrets,
    state,
    bus,
    log,
    announce,
    auth: parts.identity.auth,
    audit: parts.identity.audit,
    actions: {
      deploy: async ({ do: _, ...action }, caller, reason, by) => ({
        deploymentId: await deployments.deploy({ ...action, reason: action.reason ?? reason }, caller, by),
      }),
      backup: async ({ do: _, cleanup, ...input }, caller) => {
        const { id } = await backups.handlers.create.run({ ...input, description: 'As scheduled' }, quietly(caller))
        if (cleanup === true) await cleanUp(input, caller)
        return { jobId: id }
      },
      drill: async ({ do: _, ...input }, caller) => {
        const { items } = await backups.handlers.list({ ...(await ofManifest(input)), limit: 100 }, quietly(caller))
        const newest = items.find((backup) => backup.state === 'complete')
        if (!newest) throw new Failure('NOT_FOUND', 'There is no whole backup to try. Make one first.')
        return { jobId: (await backups.handlers.drill({ id: newest.id }, quietly(caller))).id }
      },
    },
  })
  const ofManifest = async (input: ProjectInput): Promise<{ stack: string; environment: string }> => {
    const { name, environment } = await project(input)
    return { stack: name, environment }
  }
  const cleanUp = async (input: ProjectInput, caller: Caller): Promise<void> => {
    const read = await project(input)
    const keep = read.manifest?.backup?.keep
    const retention = {
      stack: read.name,
      environment: read.environment,
      ...(keep?.older_than === undefined ? {} : { olderThanDays: keep.older_than / dayMs }),
      ...(keep?.minimum === undefined ? {} : { keepMinimum: keep.minimum }),
    }
    await backups.cleanup(retention, caller.username)
  }
  return { configs, backups, releases, deployments, triggers }
}

/** A call by a trigger: the trigger itself is what the audit holds. */
const quietly = (caller: Caller): CallContext => ({
  caller,
  requestId: 'trigger',
  signal: new AbortController().signal,
  audit: () => undefined,
  exchange: noExchange,
})

function schedulesOf(project: Project, entries: NonNullable<NonNullable<Project['manifest']>['schedule']>) {
  const folder = {
    directory: project.directory!,
    ...(project.file === null ? {} : { manifest: project.file }),
    environment: project.environment,
  }
  return entries
    .filter((entry) => entry.environment === undefined || entry.environment === project.environment)
    .map(({ name, cron, timezone, do: what }) => ({ name, cron, timezone, action: { do: what, ...folder } }))
}

async function certificateFacts(certificates: Certificates, nameOrFile: string) {
  if (nameOrFile.startsWith('/')) {
    const { daysLeft, notAfter } = await certificates.inspectFile(nameOrFile)
    return { name: nameOrFile, daysLeft, notAfter }
  }
  const found = await certificates.find(nameOrFile)
  return found && { name: found.name, daysLeft: found.daysLeft, notAfter: found.notAfter }
}
