import type { LogLine, NewEvent, stacks, PolicyRules } from '@wheelhouse/contract'
import type { Connection, RegistrySignIn } from '@wheelhouse/driver'
import type { Database } from '@wheelhouse/platform/db'
import type { JobContext, JobRecord, Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { State } from '@wheelhouse/platform/state'
import type { Caller, Handlers } from '../../dispatch/index.ts'
import type { Allowance } from '../../inventory/policies/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { asGoOn, CutApplies, goOnKind, runGoOn } from './journal/cut-applies.ts'
import { openRemovalStore } from './journal/removals.ts'
import { openJournalStore, sealedColumns as journalColumns } from './journal/store.ts'
import { heldApply } from './reconcile/apply.ts'
import { heldBy } from './reconcile/hold.ts'
import type { ApplyData } from './reconcile/apply-data.ts'
import { Asides } from './reconcile/asides.ts'
import { stackHandlers } from './operations.ts'
import { type AskedText, prepare } from './prepare.ts'
import type { Prepared } from './reconcile/prepared.ts'
import { bringWithin } from './revisions/bring-within.ts'
import { type RemoveData, runRemove } from './reconcile/remove.ts'
import type { StackRoom } from './room.ts'
import { type StackTarget, stackTargets } from './stack-targets.ts'
import { stackIdOf } from './found.ts'
import { openStackStore, type Origin, type Revision, sealedColumns as revisionColumns } from './store.ts'

export const sealedColumns: readonly SealedColumn[] = [...revisionColumns, ...journalColumns]

export interface StackParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  readonly jobs: Jobs
  readonly log: Log
  readonly registry: Registry
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
  /** Folder of example stacks, one folder each. */
  readonly examplesFolder: string
  /** How long all services must stay up before an apply has succeeded, 2 s unless told. */
  readonly settleMs?: number
  /** How long a service may take to start, become healthy or complete, 5 min unless told. */
  readonly waitMs?: number
  readonly announce: (event: NewEvent) => unknown
  readonly state: State
  /** The deployment that is under way for a stack on a target, in words; nobody deploys unless told. */
  readonly deploymentOf?: (stackId: string) => Promise<string | null>
  /** How to sign in where an image comes from; nowhere unless told. */
  readonly signInFor?: (image: string) => Promise<RegistrySignIn | null>
  readonly lastLines: (serviceId: string, count: number) => Promise<readonly LogLine[]>
}

export type { Manifest } from './manifest/schema.ts'
export { manifestJsonSchema } from './manifest/json-schema.ts'
export { ownPort, readCheck } from './manifest/manifest.ts'
export type { CommandEntry } from './manifest/pipeline.ts'
export type { BackupEntry } from './manifest/backup.ts'
export type { Problem } from './file/problems.ts'
export { Problems } from './file/problems.ts'
export { requireAllowed } from './policy.ts'
export type { AskedText } from './prepare.ts'
export type { Prepared } from './reconcile/prepared.ts'
export { readStack } from './read-stack.ts'
export type { ComposeBuild } from './compose/builds.ts'
export { gatherFiles } from './compose/load/gather.ts'
export type {
  BuiltApps,
  ConfigSource,
  Project,
  ProjectConfig,
  ProjectInput,
  ProjectRendered,
} from './project/project.ts'
export { readProject } from './project/read-project.ts'
export { readInside, resolveInside } from './project/files.ts'
export { type DeployTraits, type Exposure, levels, type Rendered, type Workload } from './rendered.ts'
export { awaitCondition, settle, type Watch, type Watched } from './reconcile/converge.ts'
export { differences } from './reconcile/differences.ts'
export { swarmFacts } from './swarm/spec-facts.ts'
export { specWords } from './swarm/spec-words.ts'
export { pool } from './reconcile/pool.ts'
export { canonicalJson, digestOf, sealDigests } from './reconcile/digest.ts'
export { type StackTarget, stackTargets, type StackTargets } from './stack-targets.ts'
export { stackIdOf } from './found.ts'
export { bindObjects, type Bound, type BoundObject } from './swarm/bind.ts'

/** Stacks: read a file, plan it, bring a target to it, take it away again. Call before `jobs.start()`. */
export interface Stacks {
  readonly handlers: Handlers<typeof stacks>
  /** Reads a stack and holds it against the caller's permissions, the policy and what runs. Throws Failure. */
  prepare(asked: AskedText, caller: Caller): Promise<Prepared>
  /**
   * Writes what was prepared down as the next revision and applies it in a job that is under way. Null where nothing would change,
   * in the file nor on the target.
   */
  bringWithin(
    prepared: Prepared,
    from: Pick<Revision, 'source' | 'directory'>,
    origin: Origin,
    by: string,
    job: JobContext,
  ): Promise<Record<string, unknown> | null>
  /** Throws NOT_FOUND. */
  target(idOrName: string): StackTarget
  targets(): readonly StackTarget[]
  connection(targetId: string): Connection
  /** The standing of who wrote the revision down that a job applies; null where the job is none of those. */
  askedAs(job: JobRecord): Promise<Allowance | null>
  /** Who applies or removes a stack right now, in words; null where nobody does. */
  heldBy(stackId: string): Promise<string | null>
  /** The key of spec digests of this installation. */
  digestKey(): Promise<string>
  /** Writes down that a deployment brought this: the stack is then shown with its services and its file. */
  deployed(stack: { name: string; targetId: string }, revision: Revision, by: string): Promise<void>
  /** Brings back what an apply that was cut off left aside, or goes on with it. After `jobs.start()`. */
  start(): void
  close(): void
}

export function createStacks(parts: StackParts): Stacks {
  const { registry, jobs, log, announce } = parts
  const asides = new Asides({ registry, jobs, log, announce })
  const room: StackRoom = {
    asides,
    jobs: parts.jobs,
    state: parts.state,
    deploymentOf: parts.deploymentOf ?? (() => Promise.resolve(null)),
    log: parts.log,
    store: openStackStore(parts.database, parts.secrets),
    journal: openJournalStore(parts.database, parts.secrets),
    removals: openRemovalStore(parts.database),
    targets: stackTargets(parts.registry),
    rulesFor: parts.rulesFor,
    settings: { settleMs: parts.settleMs ?? 2000, waitMs: parts.waitMs ?? 300_000 },
    examplesFolder: parts.examplesFolder,
    announce: parts.announce,
    signInFor: parts.signInFor ?? (() => Promise.resolve(null)),
    lastLines: parts.lastLines,
  }
  parts.jobs.define('stacks.apply', (data, job) => heldApply(room, data as ApplyData, job))
  // Each waits for most of its time, for tasks to follow.
  parts.jobs.define(goOnKind, (data, job) => runGoOn(room, asGoOn(data), job), { concurrency: 16 })
  parts.jobs.define('stacks.remove', (data, job) => runRemove(room, data as RemoveData, job))
  const cut = new CutApplies(room)
  return {
    start() {
      asides.start()
      cut.start()
    },
    close() {
      asides.close()
      cut.close()
    },
    handlers: stackHandlers(room),
    prepare: (asked, caller) => prepare(room, asked, caller),
    bringWithin: (prepared, from, origin, by, job) => bringWithin(room, prepared, from, origin, by, job),
    target: (idOrName) => room.targets.resolve(idOrName),
    targets: () => room.targets.list(),
    connection: (targetId) => room.targets.connection(targetId),
    async askedAs({ kind, data }) {
      if (kind !== 'stacks.apply' && kind !== goOnKind) return null
      const applied = kind === goOnKind ? await room.journal.find(asGoOn(data).stackId) : (data as ApplyData)
      return applied && ((await room.store.revision(applied.stackId, applied.revision))?.allowance ?? null)
    },
    heldBy: (stackId) => heldBy(parts.state, stackId),
    digestKey: () => room.store.digestKey(),
    async deployed({ name, targetId }, revision, by) {
      const id = stackIdOf(targetId, name)
      const now = Date.now()
      const number = await room.store.add({ id, name, targetId }, revision, by, now, { origin: 'deployment' })
      await room.store.applied(id, number, by, now)
    },
  }
}
