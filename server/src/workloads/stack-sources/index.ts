import type { NewEvent, stackSources } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Handlers, onEvent } from '../../dispatch/index.ts'
import type { Audit, Auth } from '../../identity/index.ts'
import type { GitLimits } from './git/git-program.ts'
import { sourceHandlers } from './operations.ts'
import { openPolling } from './polling.ts'
import type { SourceRoom } from './room.ts'
import { openSourceStore } from './store.ts'
import { runSync, type SyncData } from './sync.ts'

export { sealedColumns } from './store.ts'

export interface StackSourcesParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly jobs: Jobs
  readonly bus: Bus
  readonly log: Log
  readonly auth: Pick<Auth, 'callerFor'>
  readonly audit: Pick<Audit, 'record'>
  readonly stacks: SourceRoom['stacks']
  /** Folder that fetched repositories are in while they are read. */
  readonly workFolder: string
  readonly limits?: Partial<GitLimits>
  readonly now?: () => number
  announce(event: NewEvent): unknown
}

export interface StackSources {
  readonly handlers: Handlers<typeof stackSources>
  start(): void
  /** Asks those whose time has come. */
  look(): Promise<void>
  close(): void
}

/** Stacks that follow a git repository, with the rights that whoever connected them has at that moment. Call before `jobs.start()`. */
export function createStackSources(parts: StackSourcesParts): StackSources {
  const { database, secrets, bus, now, ...rest } = parts
  const room: SourceRoom = { ...rest, store: openSourceStore(database, secrets), now: now ?? Date.now }
  parts.jobs.define('stackSources.sync', (data, job) => runSync(room, data as SyncData, job))
  // A stack that somebody removed must not come back with the next commit.
  const leave = onEvent(bus, ({ type, stack, targetId }) => {
    if (type !== 'stack.removed' || stack === null || targetId === null) return
    room.store
      .remove(`${targetId}:${stack}`)
      .catch((error: unknown) => room.log.error({ err: error, stack }, 'a source was not disconnected'))
  })
  let polling: ReturnType<typeof openPolling> | null = null
  return {
    handlers: sourceHandlers(room),
    start() {
      polling = openPolling(room)
    },
    look: async () => polling?.look(),
    close() {
      leave()
      polling?.close()
    },
  }
}
