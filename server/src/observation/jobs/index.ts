import {
  type Deployment,
  type DeploymentFrame,
  Failure,
  type Job,
  type jobs as jobsDomain,
  type NewEvent,
} from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import { Topic } from '@wheelhouse/platform/feed'
import type { JobRecord, Jobs as JobRunner } from '@wheelhouse/platform/jobs'
import {
  type Caller,
  callerMay,
  decodeCursor,
  encodeCursor,
  type FeedSource,
  type FeedTag,
  type Handlers,
  onEvent,
  placesOf,
  refusalEvent,
  visiblePlaces,
  shownJob,
} from '../../dispatch/index.ts'
import { onDeploymentFrame } from '../../workloads/deployments/index.ts'
import { type AskedAs, requireRightsOfNow } from './again.ts'
import { RunTopics } from './run-topics.ts'
import type { JobCursor, JobTable } from './store.ts'

export { createJobTable, type JobTable } from './store.ts'
export { takeUpJobs } from './take-up.ts'

export interface JobsParts {
  readonly runner: JobRunner
  readonly table: JobTable
  readonly bus: Bus
  announce(event: NewEvent): unknown
  /** A deployment that this caller may see. Throws Failure NOT_FOUND. */
  run(id: string, caller: Caller): Promise<Deployment>
  askedAs: AskedAs
}
export interface JobsDomain {
  readonly handlers: Handlers<typeof jobsDomain>
  readonly feed: FeedSource<'deployments'>
  close(): void
}

const isCursor = (value: unknown): value is JobCursor =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string'

export function createJobsDomain({ runner, table, bus, announce, run, askedAs }: JobsParts): JobsDomain {
  const topic = new Topic<FeedTag>({ maxEntries: 1_000, maxBytes: 2_000_000 })
  const jobOf = new WeakMap<object, string>()
  const tag = (targetId: string | null, jobId?: string): FeedTag => {
    const made = targetId === null ? {} : { targetId }
    if (jobId !== undefined) jobOf.set(made, jobId)
    return made
  }
  const told = new Map<string, JobRecord['state']>()
  const runs = new RunTopics()
  const placeOf = new Map<string, FeedTag>()
  const ofRuns = new WeakSet<object>()
  const tagOfRun = ({ id, targets }: Deployment): FeedTag => {
    const [first, ...also] = targets.map((target) => ({ targetId: target.id }))
    const made = { ...first, also }
    ofRuns.add(made)
    placeOf.delete(id)
    placeOf.set(id, made)
    if (placeOf.size > 1_000) placeOf.delete(placeOf.keys().next().value!)
    return made
  }
  /** The channel is that of jobs; what is told of runs asks for the right to see those. */
  const mayHear = (caller: Caller, entryTag: FeedTag): boolean =>
    entryTag === null ||
    !ofRuns.has(entryTag) ||
    placesOf(entryTag).some((place) => callerMay(caller, 'deployments.read', place))

  const leave = [
    runner.onChange((record) => {
      const job = shownJob(record)
      topic.publish({ kind: 'job', job } satisfies DeploymentFrame, tag(job.targetId, job.id))
      if (told.get(job.id) === job.state) return
      const done = job.finishedAt !== null
      if (done) told.delete(job.id)
      else told.set(job.id, job.state)
      if (!done && job.state !== 'queued') return
      const failed = job.state === 'failed'
      const refusal = refusalEvent(job.error, {
        actor: job.requestedBy,
        what: job.kind,
        place: job.targetId === null ? {} : { targetId: job.targetId },
        data: { jobId: job.id },
      })
      if (failed && refusal) announce(refusal)
      announce({
        type: done ? 'job.finished' : 'job.queued',
        severity: failed ? 'error' : 'info',
        actor: job.requestedBy,
        targetId: job.targetId,
        message: failed
          ? `${job.title} failed: ${(job.error?.message ?? job.message).split('\n')[0]}`
          : `${job.title}: ${job.state}.`,
        data: { jobId: job.id, kind: job.kind, state: job.state },
      })
    }),
    onEvent(bus, (event) => {
      if (event.type.startsWith('stack.'))
        topic.publish({ kind: 'event', event } satisfies DeploymentFrame, tag(event.targetId))
    }),
    onDeploymentFrame(bus, (frame) => {
      if (frame.kind === 'deployment') {
        const place = tagOfRun(frame.deployment)
        topic.publish(frame, place)
        runs.publish(frame, place)
      } else if (frame.kind === 'line') runs.publish(frame, placeOf.get(frame.deploymentId) ?? null)
    }),
  ]

  async function one(id: string, caller: Caller, permission: 'jobs.read' | 'jobs.manage' | 'own'): Promise<Job> {
    const record = await runner.get(id)
    const job = record && shownJob(record)
    const place = job?.targetId ? { targetId: job.targetId } : undefined
    // Work on several targets is of no single place: who asked for it follows it, and may stop it.
    const own = caller.userId !== null && record?.data.requesterId === caller.userId
    if (!job || !(own || callerMay(caller, 'jobs.read', place)))
      throw new Failure('NOT_FOUND', `There is no job "${id}".`, { kind: 'job', id })
    if (permission !== 'jobs.read' && !(own && permission === 'own') && !callerMay(caller, 'jobs.manage', place))
      throw new Failure('FORBIDDEN', `You may see this job, not change it. An administrator can allow it.`, {
        permission: 'jobs.manage',
      })
    return job
  }

  return {
    feed: async ({ jobId, deploymentId }, context) => {
      const heard = (): ((entryTag: FeedTag) => boolean) | null =>
        callerMay(context.caller, 'deployments.read') ? null : (entryTag) => mayHear(context.caller, entryTag)
      if (deploymentId !== undefined) {
        tagOfRun(await run(deploymentId, context.caller))
        // The page loads what was before by REST.
        const close = (): void => undefined
        return { topic: runs.of(deploymentId), place: null, history: () => [], wants: heard, close }
      }
      const about = (entryTag: FeedTag): boolean => entryTag !== null && jobOf.get(entryTag) === jobId
      return {
        topic,
        place: null,
        history: () => (jobId === undefined ? topic.last(200) : topic.last(1_000).filter((entry) => about(entry.tag))),
        wants: () => (jobId === undefined ? heard() : about),
        close: () => undefined,
      }
    },
    handlers: {
      list: async (input, { caller }) => {
        const limit = input.limit ?? 100
        const places = visiblePlaces(caller, 'jobs.read')
        const rows = await table.find({
          state: input.state,
          kind: input.kind,
          targetIds: places?.targetIds ?? null,
          after: input.cursor === undefined ? null : decodeCursor(input.cursor, isCursor),
          limit: limit + 1,
        })
        const words = input.q?.toLowerCase()
        const items = rows
          .slice(0, limit)
          .map(shownJob)
          .filter((job) => words === undefined || job.title.toLowerCase().includes(words))
        const last = rows[limit - 1]
        const more = rows.length > limit && last !== undefined
        return {
          items,
          nextCursor: more ? encodeCursor([Date.parse(last.createdAt), last.id]) : null,
          total: items.length,
        }
      },
      get: ({ id }, { caller }) => one(id, caller, 'jobs.read'),
      cancel: async ({ id }, { caller, audit }) => {
        const job = await one(id, caller, 'own')
        if (!(await runner.cancel(id)))
          throw new Failure('STATE_CONFLICT', `${job.title} has ended already: ${job.state}.`, { state: job.state })
        audit({ resource: `job:${id}`, before: { state: job.state }, after: { state: 'cancelled' } })
        return one(id, caller, 'jobs.read')
      },
      retry: async ({ id }, { caller, audit }) => {
        const job = await one(id, caller, 'jobs.manage')
        // It does what its requester might do, with what he gave it: another would act with rights that are not his.
        if (job.requestedBy !== caller.username && !callerMay(caller, 'targets.manage'))
          throw new Failure(
            'FORBIDDEN',
            `${job.requestedBy} asked for this job, and it acts with those rights. Ask for the same yourself, or let an administrator run it again.`,
            { permission: 'targets.manage' },
          )
        const record = await runner.get(id)
        if (record) await requireRightsOfNow(record, caller, askedAs)
        const again = await runner.retry(id)
        if (!again)
          throw new Failure(
            'STATE_CONFLICT',
            `${job.title} is ${job.state}. Only a failed or cancelled job can be run again.`,
            { state: job.state },
          )
        audit({ resource: `job:${id}`, before: { state: job.state }, after: { state: again.state } })
        return shownJob(again)
      },
    },
    close: () => {
      for (const off of leave) off()
    },
  }
}
