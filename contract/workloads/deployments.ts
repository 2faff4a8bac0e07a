import { z } from 'zod'
import { call, domain, planned, stream } from '../operation.ts'
import { Id, JsonObject, listQuery, Name, page, Timestamp } from '../page.ts'
import { deploymentStates, stageStates, strategies } from './deployment-states.ts'

export const DeploymentState = z.enum(deploymentStates)
export type DeploymentState = z.infer<typeof DeploymentState>
export const StageState = z.enum(stageStates)
export type StageState = z.infer<typeof StageState>
export const Strategy = z.enum(strategies)
export type Strategy = z.infer<typeof Strategy>

/** A part of a stage that runs beside others: the build of one app, one service being started. */
export const StageTask = z.object({
  name: z.string(),
  state: StageState,
  message: z.string(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type StageTask = z.infer<typeof StageTask>

export const Stage = z.object({
  name: z.string().describe('preflight, lock, backup, …, or the name of a command of the manifest'),
  state: StageState,
  message: z.string().describe('what it did, or why it was skipped, or why it failed'),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  undo: z
    .object({ message: z.string(), startedAt: Timestamp, finishedAt: Timestamp.nullable() })
    .nullable()
    .describe('set once its undo has begun'),
  tasks: z.array(StageTask),
})
export type Stage = z.infer<typeof Stage>

/** Why a run ended as it did, with the evidence. */
export const Outcome = z.object({
  summary: z.string().describe('one sentence: what happened and what runs now'),
  stage: z.string().nullable().describe('the stage that decided'),
  check: z
    .object({ name: z.string(), output: z.string() })
    .nullable()
    .describe('the check that decided and its last output, secrets masked'),
  error: z.object({ errorCode: z.string(), message: z.string() }).nullable(),
  logs: z
    .array(z.object({ service: z.string(), lines: z.array(z.string()) }))
    .describe('the last 50 lines of each service that failed, secrets masked'),
  running: z.array(z.string()).describe('what serves now, a sentence each'),
  notUndone: z.array(z.string()).describe('what could not be undone and where it is, a sentence each'),
})
export type Outcome = z.infer<typeof Outcome>

export const Approval = z.object({
  stage: z.string(),
  role: z.string(),
  requestedAt: Timestamp,
  decidedAt: Timestamp.nullable(),
  decidedBy: z.string().nullable(),
  approved: z.boolean().nullable(),
  reason: z.string().nullable(),
})
export type Approval = z.infer<typeof Approval>

export const Deployment = z.object({
  id: Id,
  number: z.int().describe('counts the runs of one stack and environment from 1'),
  stack: z.string(),
  environment: z.string(),
  kind: z.enum(['deploy', 'rollback', 'promotion']),
  state: DeploymentState,
  strategy: Strategy,
  targets: z.array(z.object({ id: Id, name: z.string() })),
  apps: z.array(z.string()).describe('the apps that were asked for; empty for all'),
  options: JsonObject.describe('the flags it was started with'),
  stages: z.array(Stage),
  stage: z.string().nullable().describe('the stage that runs or ran last'),
  queue: z
    .object({ position: z.int().min(1), reason: z.string() })
    .nullable()
    .describe('why it waits, while it is queued'),
  approval: Approval.nullable().describe('the last one that was asked for'),
  release: z.object({ id: Id, number: z.int() }).nullable().describe('the release it brings'),
  previous: z.object({ id: Id, number: z.int() }).nullable().describe('the release that served before'),
  backupId: Id.nullable(),
  migrated: z.boolean().describe('a database migration ran'),
  switchGapMs: z.number().nullable().describe('longest time in which no request could be taken at the switch'),
  outcome: Outcome.nullable().describe('null until it has ended'),
  trigger: z.object({ kind: z.enum(['person', 'schedule', 'webhook']), name: z.string() }),
  requestedBy: z.string(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type Deployment = z.infer<typeof Deployment>

export const DeploymentLine = z.object({
  seq: z.int(),
  at: Timestamp,
  stage: z.string(),
  task: z.string().nullable().describe('the app or service it is about'),
  stream: z.enum(['stdout', 'stderr', 'system']),
  text: z.string(),
})
export type DeploymentLine = z.infer<typeof DeploymentLine>

/** One thing looked at before anything is changed. */
export const PreflightCheck = z.object({
  id: z.string().describe('such as disk, tool:php, port:8080'),
  group: z.enum(['system', 'tools', 'config', 'network', 'targets', 'backup', 'certificates', 'lock']),
  title: z.string(),
  severity: z.enum(['error', 'warning']).describe('what a failure of it means; --force goes on after warnings only'),
  ok: z.boolean(),
  message: z.string().describe('what was found'),
  fix: z.string().nullable().describe('how to mend it, where it failed'),
  tookMs: z.number(),
})
export type PreflightCheck = z.infer<typeof PreflightCheck>

export const Preflight = z.object({
  ok: z.boolean().describe('no check of severity error failed'),
  tookMs: z.number(),
  checks: z.array(PreflightCheck),
})
export type Preflight = z.infer<typeof Preflight>

/** What is deployed: a folder of the control plane's machine that holds the manifest, or the text of a stack file. */
export const deploymentSource = {
  directory: z
    .string()
    .max(4096)
    .optional()
    .describe('absolute folder on the machine of the control plane that holds wheelhouse.yaml'),
  manifest: z.string().max(300).optional().describe('name of the manifest in it; wheelhouse.yaml unless told'),
  source: z.string().max(1_000_000).optional().describe('the text of a stack file, where there is no folder'),
  environment: Name.optional().describe('as the manifest names it; its only one, or its default, unless told'),
  variables: z.record(z.string(), z.string()).optional().describe('values for ${NAME}; they win over the config'),
  target: z.string().max(200).optional().describe('target instead of the one the manifest names'),
  apps: z.array(z.string().max(63)).max(100).optional().describe('only these apps; all unless told'),
}
export const deploymentFlags = {
  strategy: Strategy.optional().describe('instead of the one the manifest names'),
  skipBackup: z.boolean().optional(),
  skipBuild: z.boolean().optional().describe('takes the artefacts of the release that serves'),
  skipTests: z.boolean().optional(),
  skip: z.array(z.string().max(63)).max(40).optional().describe('further stages to leave out'),
  force: z.boolean().optional().describe('go on although preflight warns'),
  rollbackOnError: z.boolean().optional().describe('true unless told'),
  rollbackDatabase: z.boolean().optional().describe('a rollback also restores the database dump of this run'),
  parallel: z.boolean().optional().describe('builds beside each other; true unless told'),
  reason: z.string().max(500).optional().describe('why, for the history'),
}
export type DeploymentFlags = z.infer<z.ZodObject<typeof deploymentFlags>>

const one = z.strictObject({ id: Id })
const wrong = [
  'STACK_INVALID',
  'CONFIG_INVALID',
  'CHECKS_FAILED',
  'POLICY_REFUSED',
  'NOT_FOUND',
  'TARGET_UNREACHABLE',
] as const

export const deployments = domain('deployments', {
  list: call({
    method: 'GET',
    path: '/api/v1/deployments',
    aliases: ['/api/deployments'],
    summary: 'List deployments, newest first; the queue with state=queued',
    input: z.strictObject({
      ...listQuery,
      stack: z.string().max(100).optional(),
      environment: z.string().max(63).optional(),
      state: DeploymentState.optional(),
    }),
    output: page(Deployment),
    permission: 'deployments.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/deployments/:id',
    aliases: ['/api/deployments/:id'],
    summary: 'Show a deployment with its stages and its outcome',
    input: one,
    output: Deployment,
    permission: 'deployments.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  describe: call({
    method: 'POST',
    path: '/api/v1/deployments/describe',
    summary: 'What a manifest holds: apps, environments, stages, and every problem with line and column',
    input: z.strictObject(deploymentSource),
    output: z.object({
      name: z.string().nullable(),
      directory: z.string().nullable(),
      source: z.string(),
      environments: z.array(
        z.object({ name: z.string(), targets: z.array(z.string()), approvals: z.array(z.string()) }),
      ),
      environment: z.string().nullable().describe('the one that would be deployed'),
      strategy: Strategy,
      apps: z.array(z.object({ name: z.string(), builder: z.string(), path: z.string(), optional: z.boolean() })),
      services: z.array(z.object({ name: z.string(), kind: z.string(), expose: z.int().nullable() })),
      stages: z.array(z.object({ name: z.string(), title: z.string(), skippable: z.boolean() })),
      problems: z.array(
        z.object({
          line: z.int().nullable(),
          column: z.int().nullable(),
          path: z.string(),
          message: z.string(),
          severity: z.enum(['error', 'warning']),
        }),
      ),
    }),
    permission: 'deployments.run',
    danger: 'none',
    errors: ['NOT_FOUND', 'POLICY_REFUSED'],
  }),
  check: call({
    method: 'POST',
    path: '/api/v1/deployments/check',
    summary: 'Preflight: everything that a deployment needs, looked at without changing anything',
    input: z.strictObject(deploymentSource),
    output: Preflight,
    permission: 'deployments.run',
    danger: 'none',
    errors: ['STACK_INVALID', 'NOT_FOUND', 'POLICY_REFUSED'],
  }),
  start: planned({
    method: 'POST',
    path: '/api/v1/deployments',
    aliases: ['/api/deployments', '/api/deploy', '/api/v1/deploy'],
    summary: 'Deploy: from source to a verified service, undone when it fails; answers a run to follow',
    input: z.strictObject({ ...deploymentSource, ...deploymentFlags }),
    output: Deployment,
    permission: 'deployments.run',
    danger: 'destructive',
    status: 202,
    errors: [...wrong],
    secret: ['variables', 'source'],
  }),
  rollback: planned({
    method: 'POST',
    path: '/api/v1/deployments/rollback',
    summary: 'Bring back a kept release: artefacts, spec, config and, when asked, the database',
    input: z.strictObject({
      stack: z.string().max(100),
      environment: Name.optional(),
      release: z.int().min(1).optional().describe('number of the release; the one before the serving one unless told'),
      database: z.boolean().optional().describe('also restore the dump that was made before that release was replaced'),
      skipBackup: z.boolean().optional().describe('not with database, which is returned to when its restore fails'),
      reason: z.string().max(500).optional(),
    }),
    output: Deployment,
    permission: 'deployments.run',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', 'STATE_CONFLICT', 'POLICY_REFUSED'],
  }),
  promote: planned({
    method: 'POST',
    path: '/api/v1/deployments/promote',
    summary: 'Bring the very release of one environment to another, with the config of that one',
    input: z.strictObject({
      stack: z.string().max(100),
      from: Name,
      to: Name,
      release: z.int().min(1).optional().describe('number of the release; the serving one unless told'),
      ...deploymentFlags,
    }),
    output: Deployment,
    permission: 'deployments.run',
    danger: 'destructive',
    status: 202,
    errors: [...wrong, 'STATE_CONFLICT'],
  }),
  cancel: call({
    method: 'POST',
    path: '/api/v1/deployments/:id/cancel',
    summary: 'Cancel: a queued one is dropped, a running one is undone',
    input: one,
    output: Deployment,
    permission: 'deployments.run',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  decide: call({
    method: 'POST',
    path: '/api/v1/deployments/:id/approval',
    summary: 'Approve or refuse the stage that waits',
    input: z.strictObject({ id: Id, approve: z.boolean(), reason: z.string().max(500).optional() }),
    output: Deployment,
    permission: 'deployments.approve',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND', 'STATE_CONFLICT', 'FORBIDDEN'],
  }),
  log: call({
    method: 'GET',
    path: '/api/v1/deployments/:id/log',
    summary: 'What its stages printed, secrets masked',
    input: z.strictObject({
      id: Id,
      stage: z.string().max(63).optional(),
      task: z.string().max(100).optional(),
      after: z.int().min(0).optional().describe('lines after this number'),
      limit: z.int().min(1).max(5000).optional().describe('1,000 unless told'),
    }),
    output: z.object({ items: z.array(DeploymentLine), last: z.int(), more: z.boolean() }),
    permission: 'deployments.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  report: stream({
    method: 'GET',
    path: '/api/v1/deployments/:id/report',
    summary: 'The report of a run, as a page or as JSON',
    input: z.strictObject({ id: Id, format: z.enum(['html', 'json']).optional().describe('html unless told') }),
    output: z.string(),
    permission: 'deployments.read',
    danger: 'none',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})
