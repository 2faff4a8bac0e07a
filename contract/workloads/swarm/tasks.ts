import { z } from 'zod'
import { call, domain } from '../../operation.ts'
import { Id, listQuery, page, Timestamp } from '../../page.ts'

export const taskStates = [
  'new',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
] as const

/** One task of a Swarm service. */
export const Task = z.object({
  id: Id.describe('task id'),
  swarmId: Id,
  serviceId: Id,
  serviceName: z.string(),
  slot: z.int().nullable().describe('null for a global service'),
  nodeId: z.string().nullable(),
  nodeName: z.string().nullable(),
  state: z.enum(taskStates),
  desired: z.enum(taskStates),
  image: z.string(),
  reason: z.string().nullable().describe('why it waits or why it ended, in a sentence'),
  exitCode: z.int().nullable(),
  containerServiceId: Id.nullable().describe(
    'its container on the engine of its node, where that engine is registered',
  ),
  networks: z
    .array(z.object({ networkId: z.string(), name: z.string(), address: z.string().nullable() }))
    .describe('that it is in, as the manager tells it, also where the engine of its node is not registered'),
  specVersion: z.int().nullable(),
  current: z.boolean().describe('of the service’s present spec, and meant to run'),
  createdAt: Timestamp,
  changedAt: Timestamp,
})
export type Task = z.infer<typeof Task>

const SwarmName = z.string().min(1).max(200).describe('target id or name of the Swarm')

export const tasks = domain('tasks', {
  list: call({
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'List tasks of Swarms, those that need somebody first',
    input: z.strictObject({
      ...listQuery,
      swarm: SwarmName.optional(),
      service: Id.optional(),
      node: z.string().max(200).optional(),
      state: z.string().max(200).optional().describe('one or more states, comma-separated'),
      past: z.boolean().optional().describe('also those that have ended'),
    }),
    output: page(Task),
    permission: 'swarm.read',
    danger: 'none',
  }),
})
