import { randomUUID } from 'node:crypto'
import { contract, Failure, type GitCommit } from '@wheelhouse/contract'
import type { Images } from '@wheelhouse/driver'
import type { JobContext, JobRecord } from '@wheelhouse/platform/jobs'
import { type Caller, requireAgreed } from '../../dispatch/index.ts'
import { buildImages, requireBuilder } from './build/build-images.ts'
import { removeSpent } from './build/spent-images.ts'
import { fetchStack, withRepository } from './fetched.ts'
import type { SourceRoom } from './room.ts'
import type { Outcome, SourceRecord } from './store.ts'

export interface SyncData extends Record<string, unknown> {
  readonly sourceId: string
  readonly targetId: string
  /** `person` fetches in any case; the others only where the branch has moved on. */
  readonly by: 'person' | 'poll' | 'webhook'
  readonly digest: string | null
}

/** Its owner with the rights of now; throws FORBIDDEN when that is no longer anyone. */
export async function ownerOf(room: SourceRoom, source: SourceRecord, userAgent: string): Promise<Caller> {
  const { ownerId: userId, ownerToken: tokenId, owner } = source
  const caller = await room.auth.callerFor({ userId, tokenId }, { face: 'system', ip: '', userAgent })
  if (caller) return caller
  const what = tokenId === null ? `${owner} may not sign in any more` : `the API token of ${owner} has ended`
  throw new Failure(
    'FORBIDDEN',
    `${source.stack} follows its repository with the rights of ${owner}, and ${what}. Save the source again to take it over.`,
  )
}

/** Starts the job; those of one stack run one after the other. */
export function startSync(
  room: SourceRoom,
  source: SourceRecord,
  { by, digest }: Pick<SyncData, 'by' | 'digest'>,
  requestedBy: string,
): Promise<JobRecord> {
  const data: SyncData = { sourceId: source.id, targetId: source.targetId, by, digest }
  const title = `Sync ${source.stack} from git`
  return room.jobs.enqueue('stackSources.sync', data, { title, requestedBy, key: `stack:${source.id}` })
}

/** What is no fault of the commit: the next poll tries it again. */
const passing = new Set(['TARGET_UNREACHABLE', 'TIMED_OUT', 'STORAGE_UNREACHABLE', 'SHUTTING_DOWN', 'INTERNAL'])

/** The job `stackSources.sync`. A poll that finds nothing new is over after one question to the repository. */
export async function runSync(room: SourceRoom, data: SyncData, job: JobContext): Promise<Record<string, unknown>> {
  const source = await room.store.find(data.sourceId)
  if (!source) throw new Failure('NOT_FOUND', 'This stack does not follow a repository any more.')
  let commit: GitCommit | null = null
  const over = async (outcome: Omit<Outcome, 'lastSyncAt'>): Promise<void> =>
    room.store.finished(source.id, { lastSyncAt: room.now(), ...(commit ? { commit } : {}), ...outcome })
  const told = { stack: source.stack, targetId: source.targetId, actor: source.owner }
  try {
    return await withRepository(room, source, job.signal, async (repository) => {
      job.step('fetch', 'running', source.url)
      if (data.by !== 'person' && (await repository.head()) === source.triedCommit) {
        job.step('fetch', 'done', 'nothing new')
        // What became of this commit stands as it was told.
        if (source.lastResult !== 'failed' || source.triedCommit === source.appliedCommit)
          await over({ lastResult: 'unchanged', lastError: null })
        return { sourceId: source.id, result: 'unchanged', commit: source.triedCommit }
      }
      const fetched = await fetchStack(room, repository, source)
      commit = fetched.commit
      const { hash, author, message } = commit
      job.step('fetch', 'done', `${hash.slice(0, 10)} ${message} (${author})`)
      const caller = await ownerOf(room, source, 'git')
      const prepared = await room.stacks.prepare(fetched.asked, caller)
      requireAgreed(data.digest ?? undefined, prepared.plan)
      requireBuilder(room, source, fetched.images, caller)
      // All of them first: what cannot be built must not be found out with half of the stack made anew.
      if (prepared.plan.steps.some(({ verb }) => verb !== 'keep'))
        await buildImages(room, source, repository, fetched.images, job)
      const from = { source: fetched.asked.source, directory: source.directory }
      const reason = `${source.branch}: ${message}`
      const result = await room.stacks.bringWithin(
        prepared,
        from,
        { origin: 'git', reason, commit: hash },
        caller.username,
        job,
      )
      const { images } = room.stacks.connection(source.targetId)
      if (result !== null && images) await forget(room, source, images, fetched, job)
      const lastResult = result === null ? 'unchanged' : 'applied'
      await over({ lastResult, lastError: null, triedCommit: hash, appliedCommit: hash })
      if (result !== null) {
        const text = `${source.stack} was brought to ${hash.slice(0, 10)} of ${source.branch}: ${message}`
        room.announce({ type: 'source.synced', ...told, message: text, data: { commit: hash, by: data.by } })
      }
      await record(room, source, data, caller, { outcome: 'done', after: { commit: hash, result: lastResult } })
      return { sourceId: source.id, result: lastResult, commit: hash, ...result }
    })
  } catch (error) {
    if (job.signal.aborted) throw error
    const code = error instanceof Failure ? error.code : 'INTERNAL'
    const why =
      error instanceof Failure ? error.message : 'It failed here. The log of the control plane has the details.'
    if (!(error instanceof Failure)) room.log.error({ err: error, source: source.id }, 'a sync failed')
    const seen = commit as GitCommit | null
    await over({
      lastResult: 'failed',
      lastError: why.slice(0, 1000),
      ...(seen !== null && !passing.has(code) && code !== 'PLAN_CHANGED' ? { triedCommit: seen.hash } : {}),
    })
    // The same trouble at each poll is told once.
    if (source.lastError !== why)
      room.announce({
        type: 'source.failed',
        severity: 'error',
        ...told,
        message: `${source.stack} was not synced from its repository: ${why}`,
        data: { commit: seen?.hash ?? null, by: data.by },
      })
    const caller = await ownerOf(room, source, 'git').catch(() => null)
    if (caller !== null && source.lastError !== why)
      await record(room, source, data, caller, {
        outcome: error instanceof Failure ? 'refused' : 'failed',
        errorCode: code,
      })
    throw error
  }
}

/** The stack runs: that old images stay is no reason to say otherwise. */
async function forget(
  { log }: Pick<SourceRoom, 'log'>,
  { stack, targetId }: SourceRecord,
  images: Images,
  { images: built }: Pick<Awaited<ReturnType<typeof fetchStack>>, 'images'>,
  job: JobContext,
): Promise<void> {
  try {
    const current = built.map(({ tag }) => tag)
    const gone = await removeSpent(images, stack, current, log)
    if (gone.length > 0) job.step('old images', 'done', `${gone.length} built for earlier commits are removed`)
  } catch (error) {
    log.warn({ err: error, stack, targetId }, 'images that were built for earlier commits were not looked through')
  }
}

/** What a person asked for is on record by the call itself. */
async function record(
  room: SourceRoom,
  source: SourceRecord,
  { by }: SyncData,
  caller: Caller,
  how: { outcome: 'done' | 'refused' | 'failed'; errorCode?: string; after?: unknown },
): Promise<void> {
  if (by === 'person') return
  const operation = contract.stackSources.sync
  const entry = { operation, input: { id: source.id }, requestId: randomUUID(), resource: source.id }
  await room.audit.record({ ...entry, caller, ...how })
}
