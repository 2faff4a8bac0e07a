import type { Deployment, deployments } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import { rm } from 'node:fs/promises'
import { type Caller, type Handlers, onEvent } from '../../dispatch/index.ts'
import type { KeptRelease } from '../releases/index.ts'
import { Artefacts } from './build/artefacts.ts'
import { foldersIn } from './build/folders.ts'
import { freeImage, freeObjects } from './build/free-images.ts'
import { deploymentHandlers, enqueue, seenRun, type TriggerOf } from './operations.ts'
import { prepareDeploy } from './plan/request.ts'
import { stackIdsOf } from './stages/lock.ts'
import type { DeployRoom } from './room.ts'
import { DeploymentFrames } from './saga/frames.ts'
import { LiveLines } from './saga/lines.ts'
import { DeploymentRunner } from './saga/runner.ts'
import { spentConfig } from './build/spent-config.ts'
import { closeRoutesOf } from './steps/routes.ts'
import { openDeploymentStore } from './store.ts'

export { sealedColumns } from './store.ts'
export { contextTar } from './build/context-tar.ts'
export type { BackupRequest } from './backup-request.ts'
export type { RenderedFile, WrittenFile } from './config-files.ts'
export type { BackupPort, ConfigPort, DeploymentSettings, Message, WorkContext } from './room.ts'
export { requireMachine } from './plan/source.ts'
export { backupPlanOf, backupPort } from './ports/backup.ts'
export { configPort } from './ports/config.ts'
export { deploymentTopic, onDeploymentFrame } from './saga/frames.ts'

export interface DeploymentParts extends Omit<DeployRoom, 'store' | 'lines' | 'frames'> {
  readonly database: Database
  readonly bus: Bus
  /** Several instances may share the database. */
  readonly shared: boolean
}

export interface Deployments {
  readonly handlers: Handlers<typeof deployments>
  /** Starts a run as a schedule or a webhook does, with the rights of the caller. */
  deploy(asked: Parameters<typeof prepareDeploy>[1], caller: Caller, trigger: TriggerOf): Promise<string>
  /** A run that this caller may see. Throws Failure NOT_FOUND. */
  seen(id: string, caller: Caller): Promise<Deployment>
  /** What a run is at, when one of that stack and environment is under way: then its data must not be replaced. */
  busy(stack: string, environment: string): Promise<string | null>
  /** The run that is under way for a stack on a target, by the id that stacks have there, in words. */
  of(stackId: string): Promise<string | null>
  start(): void
  close(): Promise<void>
}

/** Deployments: from source to a verified service, written down before every step, undone when a step fails. */
export function createDeployments({ database, bus, shared, ...parts }: DeploymentParts): Deployments {
  const store = openDeploymentStore(database, parts.secrets)
  const frames = new DeploymentFrames(bus)
  const room: DeployRoom = { ...parts, store, frames, lines: new LiveLines(store, frames, parts.log) }
  const runner = new DeploymentRunner(room, bus, shared)
  room.releases.freeWith({
    free: (release, kept) => freeRelease(room, release, kept),
    spent: (of, keep, kept) => spentConfig(room, of, keep, kept),
    inUse: async () => {
      const wanted = [...(await store.queued()), ...(await store.active()).map(({ deployment }) => deployment)]
      const asked = await Promise.all(wanted.map(async ({ id }) => (await store.request(id))?.releaseId))
      return new Set([...asked, ...wanted.map(({ release }) => release?.id)].filter((id) => typeof id === 'string'))
    },
  })
  const leave = onEvent(bus, ({ type, stack, targetId }) => {
    if (type !== 'stack.removed' || stack === null || targetId === null) return
    closeRoutesOf(room, stack, targetId).catch((error: unknown) =>
      room.log.warn({ err: error, stack }, 'the routes of a stack that was removed were not closed'),
    )
  })
  return {
    handlers: deploymentHandlers(room, runner),
    deploy: async (asked, caller, trigger) =>
      (await enqueue(room, runner, await prepareDeploy(room, asked, caller), trigger)).id,
    seen: (id, caller) => seenRun(room, id, caller),
    busy: async (stack, environment) => {
      const active = (await store.active()).find(
        ({ deployment }) => deployment.stack === stack && deployment.environment === environment,
      )
      return active ? `run ${active.deployment.number} is at ${active.deployment.stage ?? 'its beginning'}` : null
    },
    of: async (stackId) => {
      const found = (await store.active()).find(({ deployment }) => stackIdsOf(deployment).includes(stackId))
      if (!found) return null
      const { number, requestedBy, environment, stage, state } = found.deployment
      const at = state === 'waiting' ? 'waits for approval' : `is at ${stage ?? 'its beginning'}`
      return `run ${number} of ${requestedBy} (${environment}), which ${at}`
    },
    start: () => runner.start(),
    close: () => {
      leave()
      return runner.close()
    },
  }
}

/** Frees what only this release used: its folders, its artefacts, its images. Answers about how many bytes. */
async function freeRelease(room: DeployRoom, release: KeptRelease, kept: readonly KeptRelease[]): Promise<number> {
  const content = await room.releases.store.content(release.id)
  if (!content) return 0
  const folders = new Set(kept.flatMap(({ uses }) => uses.folders))
  const digests = new Set(kept.flatMap((other) => other.artefacts.map(({ digest }) => digest)))
  const artefacts = new Artefacts(foldersIn(room.settings.data).artefacts)
  let freed = 0
  for (const { path } of Object.values(content.folders))
    if (!folders.has(path)) await rm(path, { recursive: true, force: true })
  for (const artefact of content.artefacts) {
    if (artefact.kind === 'image' ? !(await freeImage(room, content, artefact, kept)) : digests.has(artefact.digest))
      continue
    if (artefact.kind === 'directory') await artefacts.remove(artefact.digest)
    freed += artefact.sizeBytes
  }
  await freeObjects(room, content, kept)
  return freed
}
