import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, Name, page, Timestamp } from '../page.ts'
import { deploymentFlags, deploymentSource } from './deployments.ts'

/** What a trigger does when it fires, with the rights of whoever made it. */
export const TriggerAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('deploy'), ...deploymentSource, ...deploymentFlags }),
  z.strictObject({
    do: z.literal('backup'),
    directory: z.string().max(4096),
    manifest: z.string().max(300).optional(),
    environment: Name.optional(),
    cleanup: z.boolean().optional().describe('also remove old ones by the retention of the manifest'),
  }),
  z.strictObject({
    do: z.literal('drill'),
    directory: z.string().max(4096),
    manifest: z.string().max(300).optional(),
    environment: Name.optional(),
  }),
])
export type TriggerAction = z.infer<typeof TriggerAction>

export const Trigger = z.object({
  id: Id,
  name: z.string(),
  kind: z.enum(['schedule', 'webhook']),
  cron: z.string().nullable().describe('five fields: minute hour day month weekday'),
  timezone: z.string().nullable().describe('such as Europe/Berlin'),
  path: z.string().nullable().describe('where a webhook is sent to, below the address of the control plane'),
  action: TriggerAction,
  enabled: z.boolean(),
  origin: z.enum(['person', 'manifest']).describe('manifest: written in the manifest of a stack, changed with it'),
  stack: z.string().nullable(),
  lastAt: Timestamp.nullable(),
  lastResult: z.string().nullable(),
  nextAt: Timestamp.nullable(),
  missed: z.int().describe('times it was due and the control plane was not there'),
  createdBy: z.string(),
  createdAt: Timestamp,
})
export type Trigger = z.infer<typeof Trigger>

const given = {
  name: Name,
  cron: z.string().max(120).optional().describe('for a schedule: minute hour day month weekday'),
  timezone: z.string().max(60).optional().describe('UTC unless told'),
  action: TriggerAction,
  enabled: z.boolean().optional(),
}

export const triggers = domain('triggers', {
  list: call({
    method: 'GET',
    path: '/api/v1/triggers',
    summary: 'List schedules and webhooks',
    input: z.strictObject({ ...listQuery, kind: z.enum(['schedule', 'webhook']).optional() }),
    output: page(Trigger),
    permission: 'deployments.read',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/triggers',
    summary: 'Make a schedule or a webhook; the secret of a webhook is told once',
    input: z.strictObject({ kind: z.enum(['schedule', 'webhook']), ...given }),
    output: Trigger.extend({ secret: z.string().nullable() }),
    permission: 'triggers.manage',
    danger: 'reversible',
    status: 201,
    errors: ['CONFLICT', 'POLICY_REFUSED'],
    secret: ['secret', 'variables', 'source'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/triggers/:id',
    summary: 'Change a schedule or a webhook',
    input: z.strictObject({
      id: Id,
      name: Name.optional(),
      cron: given.cron,
      timezone: given.timezone,
      action: TriggerAction.optional(),
      enabled: z.boolean().optional(),
    }),
    output: Trigger,
    permission: 'triggers.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'CONFLICT', 'STATE_CONFLICT'],
    secret: ['variables', 'source'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/triggers/:id',
    summary: 'Remove a schedule or a webhook',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'triggers.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  fire: call({
    method: 'POST',
    path: '/api/v1/triggers/:id/fire',
    summary: 'Do now what it does when it is due',
    input: z.strictObject({ id: Id }),
    output: z.object({ deploymentId: Id.nullable(), jobId: Id.nullable() }),
    permission: 'triggers.manage',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  receive: call({
    method: 'POST',
    path: '/api/v1/hooks/:id',
    summary:
      'Where continuous integration knocks: a body signed with the secret of the webhook, or with the secret beside it',
    description:
      'Signed as HMAC-SHA256 of the raw body in hex: `X-Hub-Signature-256: sha256=…` (also `X-Wheelhouse-Signature`, and `X-Hub-Signature` as Bitbucket sends it), or the secret itself as `X-Gitlab-Token`. With `X-Wheelhouse-Timestamp` (seconds) the signed text is `<timestamp>.<body>` and older than five minutes is refused. `X-GitHub-Delivery`, `Idempotency-Key`, `X-Request-UUID` or `X-Gitlab-Event-UUID` make a repeated delivery harmless.',
    input: z
      .looseObject({ id: Id })
      .describe('the body may be anything in JSON; `ref`, `branch` and `commit` are shown'),
    output: z.object({ deploymentId: Id.nullable(), jobId: Id.nullable(), message: z.string() }),
    permission: 'public',
    danger: 'destructive',
    assistant: false,
    status: 202,
    errors: ['SIGNATURE_REFUSED', 'STATE_CONFLICT', 'RATE_LIMITED'],
  }),
})
