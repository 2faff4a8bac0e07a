import {
  type Approval,
  type Deployment,
  deploymentEnded,
  type deployments,
  Failure,
  notFound,
} from '@wheelhouse/contract'
import { randomUUID } from 'node:crypto'
import {
  type CallContext,
  type Caller,
  callerMay,
  type Handlers,
  decodeCursor,
  encodeCursor,
  requirePermission,
  visiblePlaces,
} from '../../dispatch/index.ts'
import { describeProject } from './plan/describe.ts'
import { type Prepared, prepareDeploy } from './plan/request.ts'
import { preparePromotion, prepareRollback } from './plan/rollback.ts'
import { askedProject } from './plan/source.ts'
import { templatesOf } from './plan/templates-of.ts'
import { preflightOf } from './preflight/look.ts'
import { htmlReport } from './report/html.ts'
import type { DeployRoom } from './room.ts'
import type { DeploymentRunner } from './saga/runner.ts'
import type { DeploymentCursor } from './store.ts'

const usualLines = 1_000
const usualRows = 100
const usualWarmMs = 600_000

const isPosition = (value: unknown): value is DeploymentCursor =>
  Array.isArray(value) &&
  value.length === 3 &&
  Number.isSafeInteger(value[0]) &&
  Number.isSafeInteger(value[1]) &&
  typeof value[2] === 'string'

/** A run is seen by those who may see one of its targets. */
function sees(caller: Caller, deployment: Deployment): boolean {
  if (callerMay(caller, 'deployments.read')) return true
  return deployment.targets.some(({ id }) => callerMay(caller, 'deployments.read', { targetId: id }))
}

/** Throws Failure NOT_FOUND, also for one that this caller may not see. */
export async function seenRun(room: Pick<DeployRoom, 'store'>, id: string, caller: Caller): Promise<Deployment> {
  const deployment = await room.store.get(id)
  if (!deployment || !sees(caller, deployment)) throw notFound('deployment', id)
  return deployment
}

function requireRun(
  caller: Caller,
  deployment: Deployment,
  permission: 'deployments.run' | 'deployments.approve',
): void {
  if (callerMay(caller, permission)) return
  for (const { id } of deployment.targets) requirePermission(caller, permission, { targetId: id })
  if (deployment.targets.length === 0) requirePermission(caller, permission)
}

const waitsForNone = (): Failure => new Failure('STATE_CONFLICT', 'It waits for no approval.')

/** The approval that is asked for, when this caller may give it. */
async function approvalOf(room: DeployRoom, deployment: Deployment, caller: Caller): Promise<Approval> {
  const { approval, environment } = deployment
  if (deployment.state !== 'waiting' || approval === null || approval.approved !== null) throw waitsForNone()
  if (approval.role === 'admin' && !callerMay(caller, 'targets.manage'))
    throw new Failure('FORBIDDEN', 'An administrator has to approve this stage.', { role: approval.role })
  const request = await room.store.request(deployment.id)
  const project = request?.project ? await room.project(request.project).catch(() => null) : null
  const rules = project?.manifest?.environments?.[environment]?.approvals
  const rule = rules?.find((one) => one.stage === approval.stage)
  // Where the rule cannot be read it might be the one that asks for another person.
  if (rule && rule.another !== true) return approval
  const own = request?.userId === null ? caller.username === deployment.requestedBy : caller.userId === request?.userId
  if (own || caller.username === deployment.requestedBy)
    throw new Failure('FORBIDDEN', 'Another person than the one who started it has to approve this stage.')
  return approval
}

export type TriggerOf = Deployment['trigger']

/** Queues a run that was prepared. */
export async function enqueue(
  room: DeployRoom,
  runner: DeploymentRunner,
  { project, request, targets }: Prepared,
  trigger: TriggerOf,
): Promise<Deployment> {
  const now = new Date().toISOString()
  const deployment = await room.store.add(
    {
      id: randomUUID(),
      stack: project.name,
      environment: project.environment,
      kind: request.kind,
      state: 'queued',
      strategy: request.flags.strategy ?? project.strategy,
      targets,
      apps: [...request.apps],
      options: {
        ...request.flags,
        ...(project.directory === null ? {} : { directory: project.directory, manifest: project.file }),
        keepWarmMs: project.manifest?.pipeline?.keep_warm ?? usualWarmMs,
      },
      stages: [],
      stage: null,
      queue: { position: 1, reason: 'it is about to begin' },
      approval: null,
      release: null,
      previous: null,
      backupId: null,
      migrated: false,
      switchGapMs: null,
      outcome: null,
      trigger,
      requestedBy: request.by,
      createdAt: now,
      startedAt: null,
      finishedAt: null,
    },
    request,
  )
  room.frames.deployment(deployment, true)
  room.announce({
    type: 'deployment.queued',
    message: `${deployment.stack} (${deployment.environment}): run ${deployment.number} is queued.`,
    actor: request.by,
    stack: deployment.stack,
    targetId: targets[0]?.id ?? null,
    data: {
      deploymentId: deployment.id,
      number: deployment.number,
      environment: deployment.environment,
      kind: deployment.kind,
    },
  })
  void runner.wake()
  return deployment
}

export function deploymentHandlers(room: DeployRoom, runner: DeploymentRunner): Handlers<typeof deployments> {
  const one = (id: string, caller: Caller): Promise<Deployment> => seenRun(room, id, caller)
  const begin = async (prepared: Prepared, context: CallContext): Promise<Deployment> => {
    const deployment = await enqueue(room, runner, prepared, { kind: 'person', name: context.caller.username })
    context.audit({
      resource: `deployment:${deployment.id}`,
      after: {
        stack: deployment.stack,
        environment: deployment.environment,
        kind: deployment.kind,
        options: deployment.options,
        plan: prepared.plan.summary,
      },
    })
    return deployment
  }

  return {
    list: async ({ stack, environment, state, q, cursor, limit = usualRows }, { caller }) => {
      const { items, next, total } = await room.store.list({
        stack,
        environment,
        state,
        q,
        targetIds: visiblePlaces(caller, 'deployments.read')?.targetIds ?? null,
        after: cursor === undefined ? null : decodeCursor(cursor, isPosition),
        limit,
      })
      return { items, nextCursor: next === null ? null : encodeCursor(next), total }
    },
    get: ({ id }, { caller }) => one(id, caller),
    describe: async (input, { caller }) => {
      return describeProject(room, await askedProject(room, input, caller))
    },
    check: async (input, { caller, signal }) => {
      const project = await askedProject(room, input, caller)
      const apps = Object.entries(project.manifest?.apps ?? {})
      const chosen = input.apps ?? apps.filter(([, app]) => app.optional !== true).map(([name]) => name)
      const of = { stack: project.name, environment: project.environment }
      const known = (await room.releases.store.serving(of))?.artefacts.map(({ app }) => app) ?? []
      const files = templatesOf(project, input.apps ?? [], known)
      return preflightOf(
        room,
        project,
        { apps: chosen, files, skipBackup: false, kept: false, strategy: project.strategy },
        signal,
      )
    },
    start: {
      plan: async (input, { caller }) => (await prepareDeploy(room, input, caller)).plan,
      run: async (input, context) => begin(await prepareDeploy(room, input, context.caller), context),
    },
    rollback: {
      plan: async (input, { caller }) => (await prepareRollback(room, input, caller)).plan,
      run: async (input, context) => begin(await prepareRollback(room, input, context.caller), context),
    },
    promote: {
      plan: async (input, { caller }) => (await preparePromotion(room, input, caller)).plan,
      run: async (input, context) => begin(await preparePromotion(room, input, context.caller), context),
    },
    cancel: async ({ id }, { caller, audit }) => {
      const deployment = await one(id, caller)
      requireRun(caller, deployment, 'deployments.run')
      if (deploymentEnded(deployment.state))
        throw new Failure('STATE_CONFLICT', `It has ended already: ${deployment.state}.`, { state: deployment.state })
      if (!(await runner.cancel(deployment, caller.username)))
        throw new Failure('STATE_CONFLICT', 'It is being undone already. Wait until it has ended.', {
          state: deployment.state,
        })
      audit({ resource: `deployment:${id}`, before: { state: deployment.state }, after: { state: 'cancelled' } })
      return one(id, caller)
    },
    decide: async ({ id, approve, reason }, { caller, audit }) => {
      const deployment = await one(id, caller)
      requireRun(caller, deployment, 'deployments.approve')
      const asked = await approvalOf(room, deployment, caller)
      const decided = await room.store.saveWaiting(id, (now) =>
        now.approval?.stage === asked.stage && now.approval.approved === null
          ? {
              ...now,
              approval: {
                ...now.approval,
                approved: approve,
                decidedBy: caller.username,
                decidedAt: new Date().toISOString(),
                reason: reason ?? null,
              },
            }
          : null,
      )
      if (decided === null) throw waitsForNone()
      room.frames.deployment(decided, true)
      audit({
        resource: `deployment:${id}`,
        after: { stage: asked.stage, approved: approve, reason: reason ?? null },
      })
      return decided
    },
    log: async ({ id, stage, task, after, limit }, { caller }) => {
      await one(id, caller)
      const most = limit ?? usualLines
      const rows = await room.store.lines(id, { stage, task, after: after ?? 0, limit: most + 1 })
      const items = rows.slice(0, most)
      return { items, last: items.at(-1)?.seq ?? after ?? 0, more: rows.length > most }
    },
    async *report({ id, format }, { caller, exchange }) {
      const deployment = await one(id, caller)
      if (!deploymentEnded(deployment.state) && deployment.outcome === null)
        throw new Failure('STATE_CONFLICT', 'There is a report once the run has ended.', { state: deployment.state })
      const release = deployment.release === null ? null : await room.releases.store.get(deployment.release.id)
      const steps = await room.store.journal.steps(id)
      const name = `${deployment.stack}-${deployment.environment}-${deployment.number}`
      if (format === 'json') {
        exchange.download(`${name}.json`, 'application/json')
        yield JSON.stringify(
          { deployment, release, steps: steps.map(({ args: _, result: __, ...step }) => step) },
          null,
          2,
        )
        return
      }
      exchange.download(`${name}.html`, 'text/html; charset=utf-8')
      yield htmlReport(deployment, release, steps)
    },
  }
}
