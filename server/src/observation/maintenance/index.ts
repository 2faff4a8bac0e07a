import { join } from 'node:path'
import { Failure, type HouseBackup, type maintenance, type NewEvent, type Plan } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { LogLevel, ProcessLog } from '@wheelhouse/platform/log'
import {
  type Caller,
  type Handlers,
  planDigest,
  requireAgreed,
  requirePermission,
  shownJob,
} from '../../dispatch/index.ts'
import { bundle, type BundleParts } from './bundle.ts'
import { type CacheDoor, folderCache, shownCache } from './caches.ts'
import { faultsOf, OwnBackups, ownBackupsFolder } from './own-backups.ts'
import { cancelRestore, orderRestore, pendingRestore } from './restore-at-start.ts'
import { openMaintenanceStore } from './store.ts'

export type { CacheDoor } from './caches.ts'
export { copyNamed, orderRestore, restoreAtStart } from './restore-at-start.ts'

export interface MaintenanceParts extends Omit<BundleParts, 'rows' | 'lines'> {
  readonly data: string
  readonly database: Database
  /** Of a PostgreSQL; null for SQLite. */
  readonly address: string | null
  readonly migrations: readonly string[]
  readonly jobs: Jobs
  readonly log: ProcessLog
  readonly configuredLevel: LogLevel
  /** What is kept to be quicker, beside the caches of builds. */
  readonly caches: readonly CacheDoor[]
  announce(event: NewEvent): unknown
}

export interface Maintenance {
  readonly handlers: Handlers<typeof maintenance>
  start(): Promise<void>
}

const kinds = { backup: 'maintenance.backup', check: 'maintenance.check', compact: 'maintenance.compact' } as const
/** One at a time: they all want the same disk. */
const key = 'maintenance'

/** What keeps the house itself in order. Call before `jobs.start()`. */
export function createMaintenance(parts: MaintenanceParts): Maintenance {
  const { data, database, jobs, log } = parts
  const backups = new OwnBackups({ folder: ownBackupsFolder(data), ...parts })
  const store = openMaintenanceStore(database)
  const builds = folderCache(
    'builds',
    'Caches of builders: packages that the next build would fetch again',
    join(data, 'cache'),
    async () => {
      const stack = await store.deploying(Date.now())
      return stack === null ? null : `${stack} is being deployed and may be building`
    },
  )
  const caches = [builds, ...parts.caches]
  defineJobs(parts, backups)

  const enqueue = async (
    kind: keyof typeof kinds,
    title: string,
    { caller, audit }: { caller: Caller; audit(note: object): void },
  ) => {
    requirePermission(caller, 'settings.manage')
    const data = { requesterId: caller.userId, by: caller.username }
    const job = await jobs.enqueue(kinds[kind], data, { title, requestedBy: caller.username, key })
    audit({ resource: 'database:own', after: { job: job.id } })
    return shownJob(job)
  }
  const cachesNamed = (names: readonly string[]): CacheDoor[] =>
    [...new Set(names)].map((name) => {
      const found = caches.find((cache) => cache.name === name)
      if (!found)
        throw new Failure(
          'NOT_FOUND',
          `There is no cache "${name}". There are ${caches.map((cache) => cache.name).join(', ')}.`,
          { kind: 'cache', id: name },
        )
      return found
    })

  return {
    start: () =>
      backups
        .clear()
        .catch((error: unknown) => log.warn({ err: error }, 'half a copy of the database could not be removed')),
    handlers: {
      backups: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return { items: await backups.list(), folder: backups.folder, restoring: await pendingRestore(data) }
      },
      backup: (_, context) => enqueue('backup', 'Copy the database of Wheelhouse', context),
      verifyBackup: async ({ name }, { caller }) => {
        requirePermission(caller, 'settings.manage')
        const backup = await backups.get(name)
        const found = await faultsOf(backup.file, backup)
        return { name, ok: found.length === 0, found }
      },
      removeBackup: {
        plan: async ({ name }, { caller }) => {
          requirePermission(caller, 'settings.manage')
          return removalPlan(await backups.get(name))
        },
        run: async ({ name, plan }, { caller, audit }) => {
          requirePermission(caller, 'settings.manage')
          const backup = await backups.get(name)
          requireAgreed(plan, removalPlan(backup))
          if ((await pendingRestore(data)) === name)
            throw new Failure('STATE_CONFLICT', `${name} is to be restored with the next start. Cancel that first.`)
          await backups.remove(name)
          audit({ resource: `database:${name}`, before: { name, sha256: backup.sha256 } })
          return { ok: true as const }
        },
      },
      restore: {
        plan: async ({ name }, { caller }) => {
          requirePermission(caller, 'settings.manage')
          return restorePlan(await backups.get(name), await database.upkeep.rows())
        },
        run: async ({ name, plan }, { caller, audit }) => {
          requirePermission(caller, 'settings.manage')
          const backup = await backups.get(name)
          if (plan !== undefined) requireAgreed(plan, restorePlan(backup, await database.upkeep.rows()))
          const faults = await faultsOf(backup.file, backup)
          if (faults.length > 0)
            throw new Failure('BACKUP_DAMAGED', `${name} is not whole: ${faults[0]} Nothing was changed.`)
          await orderRestore(data, backup.file, caller.username)
          audit({ resource: `database:${name}`, after: { restore: name } })
          parts.announce({
            type: 'system.warning',
            severity: 'warning',
            actor: caller.username,
            message: `${name} takes the place of the database with the next start of Wheelhouse.`,
            data: { backup: name },
          })
          return {
            name,
            message: `Restart Wheelhouse: it starts with ${name}. What is there now is set aside, not deleted. To leave it as it is: wh admin restore --cancel.`,
          }
        },
      },
      cancelRestore: async (_, { caller, audit }) => {
        requirePermission(caller, 'settings.manage')
        const pending = await pendingRestore(data)
        if (!(await cancelRestore(data))) throw new Failure('STATE_CONFLICT', 'Nothing is to be restored.')
        audit({ resource: `database:${pending}`, before: { restore: pending } })
        return { ok: true as const }
      },
      checkDatabase: (_, context) => enqueue('check', 'Read the whole database of Wheelhouse', context),
      compactDatabase: (_, context) => enqueue('compact', 'Compact the database of Wheelhouse', context),
      logLevel: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return { level: log.level, configured: parts.configuredLevel }
      },
      setLogLevel: async ({ level }, { caller, audit }) => {
        requirePermission(caller, 'settings.manage')
        const before = log.level
        log.level = level
        audit({ resource: 'log:level', before: { level: before }, after: { level } })
        return { level, configured: parts.configuredLevel }
      },
      caches: async (_, { caller }) => {
        requirePermission(caller, 'settings.read')
        return { items: await Promise.all(caches.map(shownCache)) }
      },
      clearCaches: {
        plan: async ({ names }, { caller }) => {
          requirePermission(caller, 'settings.manage')
          return cachesPlan(await Promise.all(cachesNamed(names).map(shownCache)))
        },
        run: async ({ names, plan }, { caller, audit }) => {
          requirePermission(caller, 'settings.manage')
          const chosen = cachesNamed(names)
          const before = await Promise.all(chosen.map(shownCache))
          requireAgreed(plan, cachesPlan(before))
          for (const cache of chosen) {
            const busy = (await cache.busy?.()) ?? null
            if (busy !== null)
              throw new Failure('STATE_CONFLICT', `${cache.name} is in use: ${busy}. Try again when that has ended.`)
          }
          for (const cache of chosen) await cache.clear()
          const freedBytes = before.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
          audit({ resource: 'caches:own', before: { names }, after: { freedBytes } })
          return { freedBytes, cleared: chosen.map(({ name }) => name) }
        },
      },
      async *bundle(_, { caller, exchange, audit }) {
        requirePermission(caller, 'settings.manage')
        exchange.download(`wheelhouse-support-${new Date().toISOString().slice(0, 10)}.tar.gz`, 'application/gzip')
        audit({ resource: 'bundle:support' })
        yield* bundle({ ...parts, rows: () => database.upkeep.rows(), lines: () => log.recent() })
      },
    },
  }
}

function defineJobs({ jobs, database, announce }: MaintenanceParts, backups: OwnBackups): void {
  jobs.define(kinds.backup, async (data, { signal, progress }) => {
    const made = await backups.create(String(data.by), signal, progress)
    announce({
      type: 'backup.created',
      actor: String(data.by),
      message: `${made.name} was made of the database of Wheelhouse.`,
      data: { backup: made.name, own: true },
    })
    return { name: made.name, sizeBytes: made.sizeBytes }
  })
  jobs.define(kinds.check, async (_, { signal, progress }) => {
    progress(0.1, 'Reading')
    const found = await database.upkeep.check(signal)
    if (found.length > 0)
      throw new Failure(
        'INTERNAL',
        `The database is damaged: ${found.slice(0, 3).join('; ')}. Stop Wheelhouse, keep the file, and restore the latest copy.`,
      )
    progress(1, 'It is whole')
    return { found }
  })
  jobs.define(kinds.compact, async (_, { progress }) => {
    const before = (await database.sizeBytes()) ?? 0
    await database.upkeep.compact((fraction) => progress(fraction, 'Giving back what is empty'))
    const after = (await database.sizeBytes()) ?? 0
    return { before, after, freedBytes: Math.max(0, before - after) }
  })
}

const planned = (
  summary: string,
  steps: Plan['steps'],
  warnings: string[],
  kept: string[],
  parts: readonly unknown[],
): Plan => ({
  summary,
  steps,
  counts: Object.fromEntries([...Map.groupBy(steps, ({ verb }) => verb)].map(([verb, some]) => [verb, some.length])),
  warnings,
  kept,
  digest: planDigest(parts),
})

const removalPlan = ({ name, sha256, createdAt }: HouseBackup): Plan =>
  planned(
    `Remove the copy of ${createdAt}`,
    [{ verb: 'remove', kind: 'backup', name, reasons: ['it cannot be brought back'] }],
    [],
    [],
    [name, sha256],
  )

function restorePlan(backup: HouseBackup, rows: Readonly<Record<string, number>>): Plan {
  const names = [...new Set([...Object.keys(rows), ...Object.keys(backup.rows)])].toSorted((a, b) => a.localeCompare(b))
  const differing = names.filter((name) => (rows[name] ?? 0) !== (backup.rows[name] ?? 0))
  const reasons = differing.map((name) => `${name}: ${rows[name] ?? 0} → ${backup.rows[name] ?? 0} rows`)
  return planned(
    `Put the copy of ${backup.createdAt} in the place of the database`,
    [{ verb: 'replace', kind: 'database', name: 'wheelhouse', reasons }],
    [
      `All that was changed since ${backup.createdAt} is not in it: users, stacks, deployments, history.`,
      'Everybody who signed in since then signs in again.',
    ],
    ['the database as it is now, set aside beside the copies', 'what runs on targets'],
    [backup.name, backup.sha256],
  )
}

const cachesPlan = (items: readonly { name: string; summary: string; bytes: number | null }[]): Plan =>
  planned(
    `Clear ${items.map(({ name }) => name).join(', ')}`,
    items.map(({ name, summary, bytes }) => ({
      verb: 'remove' as const,
      kind: 'file' as const,
      name,
      reasons: [summary, ...(bytes === null ? [] : [`${bytes} bytes`])],
    })),
    [],
    [],
    [items.map(({ name }) => name)],
  )
