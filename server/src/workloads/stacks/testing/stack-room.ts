import type { Job, NewEvent, Target } from '@wheelhouse/contract'
import type { Driver } from '@wheelhouse/driver'
import { openDatabase } from '@wheelhouse/platform/db'
import { createMemoryJobs, createMemoryJobStore, type JobStore } from '@wheelhouse/platform/jobs'
import { createLog } from '@wheelhouse/platform/log'
import { createMemoryState } from '@wheelhouse/platform/state'
import { openSecrets } from '@wheelhouse/platform/secrets'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller, CallContext } from '../../../dispatch/index.ts'
import { firstRules } from '../../../inventory/policies/index.ts'
import { Registry } from '../../../inventory/targets/index.ts'
import { migrations } from '../../../migrations/index.ts'
import { createStacks } from '../index.ts'

export const admin: Caller = {
  kind: 'user',
  userId: 'u1',
  username: 'mara',
  sessionId: null,
  tokenName: null,
  authority: { role: 'admin', reach: 'all', grants: [], limits: null },
  face: 'rest',
  ip: '127.0.0.1',
  userAgent: 'test',
}
export const as = (authority: Partial<NonNullable<Caller['authority']>>): Caller => ({
  ...admin,
  username: 'dev',
  authority: { role: 'developer', reach: 'all', grants: [], limits: null, ...authority },
})
export const by = (caller: Caller): CallContext => ({
  caller,
  requestId: 'r1',
  signal: new AbortController().signal,
  audit: () => undefined,
  exchange: {
    refreshToken: null,
    setRefreshToken: () => undefined,
    clearRefreshToken: () => undefined,
    rawBody: null,
    header: () => null,
    download: () => undefined,
    answerAs: () => undefined,
  },
})

/** The stacks domain with everything real below it but the drivers that are handed in, each one target called by its kind. */
export async function openStacks(
  drivers: readonly (readonly [Driver, string])[],
  more: {
    waitMs?: number
    examplesFolder?: string
    bindFolders?: readonly string[]
    deploymentOf?: (stackId: string) => Promise<string | null>
    /** What outlives a restart: a folder, which is then the caller's to remove, and the jobs. */
    kept?: { readonly folder: string; readonly store: JobStore }
  } = {},
) {
  const folder = more.kept?.folder ?? mkdtempSync(join(tmpdir(), 'wh-stacks-'))
  const log = createLog({ level: 'silent', pretty: false })
  const database = await openDatabase({ url: `sqlite:${join(folder, 'test.db')}`, log })
  await database.migrate(migrations)
  const jobs = createMemoryJobs({ log, store: more.kept?.store ?? createMemoryJobStore() })
  const registry = new Registry({
    drivers: new Map(drivers.map(([driver]) => [driver.kind, driver])),
    log,
    announce: () => undefined,
  })
  const events: NewEvent[] = []
  const stacks = createStacks({
    database,
    secrets: openSecrets({ keyFile: join(folder, 'key') }),
    jobs,
    state: createMemoryState(),
    ...(more.deploymentOf ? { deploymentOf: more.deploymentOf } : {}),
    log,
    registry,
    rulesFor: () => firstRules(more.bindFolders ?? ['/srv/shared']),
    examplesFolder: more.examplesFolder ?? folder,
    settleMs: 150,
    waitMs: more.waitMs ?? 60_000,
    announce: (event) => events.push(event),
    lastLines: async (serviceId, count) => {
      const { connection, nativeId } = registry.reach(serviceId)
      const lines = []
      const query = { tail: count, since: null, until: null, follow: false }
      for await (const line of connection.logs(nativeId, query, AbortSignal.timeout(30_000))) lines.push(line)
      return lines
    },
  })
  for (const [driver, address] of drivers) {
    const kind: Target['kind'] = driver.kind
    registry.add({
      record: {
        id: kind,
        name: `the-${kind}`,
        kind,
        address,
        tls: false,
        group: null,
        tags: [],
        origin: 'found',
        createdAt: new Date().toISOString(),
      },
      tls: null,
      ssh: null,
    })
  }
  const { handlers } = stacks
  await jobs.start()
  stacks.start()

  const ended = async (job: Job): Promise<Job> => {
    for (;;) {
      const now = await jobs.get(job.id)
      if (now?.finishedAt) return { ...now, targetId: null }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return {
    handlers,
    database,
    registry,
    jobs,
    events,
    apply: async (
      source: string,
      extra: {
        digest?: string
        variables?: Record<string, string>
        directory?: string
        target?: string
        services?: string[]
        name?: string
        files?: Record<string, string>
        adopt?: boolean
      } = {},
      caller = admin,
    ) => ended(await handlers.apply.run({ source, ...extra }, by(caller))),
    plan: (
      source: string,
      extra: {
        variables?: Record<string, string>
        directory?: string
        target?: string
        services?: string[]
        name?: string
        files?: Record<string, string>
        adopt?: boolean
      } = {},
      caller = admin,
    ) => handlers.plan({ source, ...extra }, by(caller)),
    remove: async (id: string, volumes?: boolean, caller = admin) =>
      ended(await handlers.remove.run({ id, volumes }, by(caller))),
    close: async (graceMs = 100) => {
      stacks.close()
      await jobs.close(graceMs)
      await registry.close()
      await database.close()
      if (!more.kept) rmSync(folder, { recursive: true })
    },
  }
}
