import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Done, Id, listQuery, Name, page, Timestamp } from '../page.ts'

/** Where messages go. Addresses and passwords are stored sealed; an answer shows only the host. */
export const NotificationChannelSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    url: z.url().max(2000),
    secret: z
      .string()
      .max(200)
      .optional()
      .describe('signs the body: X-Wheelhouse-Signature: sha256=<hmac of the body>'),
  }),
  z.strictObject({ kind: z.literal('slack'), url: z.url().max(2000).describe('an incoming webhook') }),
  z.strictObject({ kind: z.literal('discord'), url: z.url().max(2000).describe('a webhook of a channel') }),
  z.strictObject({
    kind: z.literal('email'),
    host: z.string().max(253),
    port: z.int().min(1).max(65_535),
    secure: z.boolean().optional().describe('TLS from the first byte; otherwise STARTTLS where it is offered'),
    username: z.string().max(200).optional(),
    password: z.string().max(500).optional(),
    from: z.string().max(320),
    to: z.array(z.string().max(320)).min(1).max(50),
  }),
])
export type NotificationChannelSpec = z.infer<typeof NotificationChannelSpec>

export const NotificationOccasion = z.enum([
  'deployment.succeeded',
  'deployment.rolled-back',
  'deployment.failed',
  'deployment.waiting',
  'backup.failed',
  'backup.missed',
  'certificate.expiring',
  'alert.fired',
  'alert.escalated',
  'alert.cleared',
])
export type NotificationOccasion = z.infer<typeof NotificationOccasion>

export const NotificationChannel = z.object({
  id: Id,
  name: Name,
  kind: z.enum(['webhook', 'slack', 'discord', 'email']),
  address: z.string().describe('host of the address, or the recipients'),
  on: z.array(NotificationOccasion),
  stacks: z.array(z.string()).describe('only of these stacks; of all when empty'),
  enabled: z.boolean(),
  lastAt: Timestamp.nullable(),
  lastError: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Timestamp,
})
export type NotificationChannel = z.infer<typeof NotificationChannel>

const given = {
  name: Name,
  channel: NotificationChannelSpec,
  on: z.array(NotificationOccasion).min(1).max(20).optional().describe('failures and rollbacks unless told'),
  stacks: z.array(z.string().max(100)).max(100).optional(),
  enabled: z.boolean().optional(),
}

export const notifications = domain('notifications', {
  list: call({
    method: 'GET',
    path: '/api/v1/notifications',
    summary: 'List where messages go',
    input: z.strictObject(listQuery),
    output: page(NotificationChannel),
    permission: 'jobs.read',
    danger: 'none',
  }),
  create: call({
    method: 'POST',
    path: '/api/v1/notifications',
    summary: 'Send messages to a webhook, Slack, Discord or by e-mail',
    input: z.strictObject(given),
    output: NotificationChannel,
    permission: 'notifications.manage',
    danger: 'reversible',
    assistant: false,
    status: 201,
    errors: ['CONFLICT'],
    secret: ['channel'],
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/notifications/:id',
    summary: 'Change where and when messages go',
    input: z.strictObject({
      id: Id,
      name: Name.optional(),
      channel: NotificationChannelSpec.optional(),
      on: given.on,
      stacks: given.stacks,
      enabled: z.boolean().optional(),
    }),
    output: NotificationChannel,
    permission: 'notifications.manage',
    danger: 'reversible',
    assistant: false,
    errors: ['NOT_FOUND', 'CONFLICT'],
    secret: ['channel'],
  }),
  remove: call({
    method: 'DELETE',
    path: '/api/v1/notifications/:id',
    summary: 'Send nothing there any more',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'notifications.manage',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
  test: call({
    method: 'POST',
    path: '/api/v1/notifications/:id/test',
    summary: 'Send a message there now, to see that it arrives',
    input: z.strictObject({ id: Id }),
    output: z.object({ ok: z.boolean(), message: z.string(), tookMs: z.number() }),
    permission: 'notifications.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
})
