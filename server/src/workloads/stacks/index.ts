import type { LogLine, NewEvent, stacks } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Secrets } from '@wheelhouse/platform/secrets'
import type { Handlers } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { type ApplyData, runApply } from './reconcile/apply.ts'
import { stackHandlers } from './operations.ts'
import { type RemoveData, runRemove } from './reconcile/remove.ts'
import type { StackRoom } from './room.ts'
import { stackTargets } from './stack-targets.ts'
import { openStackStore } from './store.ts'

export interface StackParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly jobs: Jobs
  readonly log: Log
  readonly registry: Registry
  /** Host folders that developers may mount into containers. */
  readonly bindFolders: readonly string[]
  /** Folder of example stacks, one folder each. */
  readonly examplesFolder: string
  /** How long all services must stay up before an apply has succeeded, 2 s unless told. */
  readonly settleMs?: number
  /** How long a service may take to start, become healthy or complete, 5 min unless told. */
  readonly waitMs?: number
  readonly announce: (event: NewEvent) => unknown
  readonly lastLines: (serviceId: string, count: number) => Promise<readonly LogLine[]>
}

/** Stacks: read a file, plan it, bring a target to it, take it away again. Call before `jobs.start()`. */
export function createStacks(parts: StackParts): { readonly handlers: Handlers<typeof stacks> } {
  const room: StackRoom = {
    jobs: parts.jobs,
    log: parts.log,
    store: openStackStore(parts.database, parts.secrets),
    targets: stackTargets(parts.registry),
    settings: { bindFolders: parts.bindFolders, settleMs: parts.settleMs ?? 2000, waitMs: parts.waitMs ?? 300_000 },
    examplesFolder: parts.examplesFolder,
    announce: parts.announce,
    lastLines: parts.lastLines,
  }
  parts.jobs.define('stacks.apply', (data, job) => runApply(room, data as ApplyData, job))
  parts.jobs.define('stacks.remove', (data, job) => runRemove(room, data as RemoveData, job))
  return { handlers: stackHandlers(room) }
}
