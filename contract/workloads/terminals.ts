import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Bytes, Done, Id, listQuery, page, Timestamp } from '../page.ts'

/**
 * A terminal in a service. It outlives its socket for a while, and several may look on. Opened by the socket
 * `/ws/containers/:id/exec`, joined again by `/ws/terminals/:id`. The id may be that of a Swarm task, or `service.slot`: it is opened in
 * the container of the task, on the engine of its node.
 */
export const Terminal = z.object({
  id: Id,
  serviceId: Id,
  serviceName: z.string(),
  targetId: Id,
  command: z.array(z.string()),
  user: z.string().nullable(),
  openedBy: z.string(),
  openedAt: Timestamp,
  state: z.enum(['attached', 'detached', 'ended']),
  viewers: z.array(z.object({ username: z.string(), writes: z.boolean(), since: Timestamp })),
  expiresAt: Timestamp.nullable().describe('when it is ended unless somebody joins; null while somebody is there'),
  exitCode: z.int().nullable(),
  receivedBytes: Bytes,
})
export type Terminal = z.infer<typeof Terminal>

export const terminals = domain('terminals', {
  list: call({
    method: 'GET',
    path: '/api/v1/terminals',
    summary: 'List open terminals that one may join',
    input: z.strictObject({ ...listQuery, service: Id.optional() }),
    output: page(Terminal),
    permission: 'services.exec',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/terminals/:id',
    summary: 'Show a terminal',
    input: z.strictObject({ id: Id }),
    output: Terminal,
    permission: 'services.exec',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  end: call({
    method: 'DELETE',
    path: '/api/v1/terminals/:id',
    summary: 'End a terminal and the command in it',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'services.exec',
    danger: 'destructive',
    errors: ['NOT_FOUND'],
  }),
})
