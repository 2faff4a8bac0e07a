import { z } from 'zod'
import { Job } from '../../observation/jobs.ts'
import { call, domain, planned } from '../../operation.ts'
import { Done, DurationMs, Id, listQuery, page, Timestamp } from '../../page.ts'

/**
 * A secret or config of a Swarm. The engine cannot change one, so a new version is a new object `<name>-v<n>` that keeps the label
 * of its family; those made elsewhere have a family of one.
 */
export const SwarmObject = z.object({
  id: Id.describe('<swarm target id>:<object id>'),
  swarmId: Id,
  name: z.string().describe('as the engine knows it'),
  family: z.string().describe('the name its versions share'),
  version: z.int(),
  newest: z.boolean(),
  labels: z.record(z.string(), z.string()),
  stack: z.string().nullable(),
  sizeBytes: z.int().nullable(),
  usedBy: z.array(z.object({ serviceId: Id, name: z.string(), file: z.string() })),
  createdAt: Timestamp,
  changedAt: Timestamp,
})
export type SwarmObject = z.infer<typeof SwarmObject>

const SwarmName = z.string().min(1).max(200).describe('target id or name of the Swarm')
const onSwarm = { scope: { on: 'target', field: 'swarm' } } as const
const failing = ['NOT_FOUND', 'STATE_CONFLICT', 'TARGET_UNREACHABLE', 'TARGET_REFUSED', 'TIMED_OUT'] as const
const Value = z.string().min(1).max(700_000).describe('text, or base64 where encoding says so; at most 500 kB')
const ObjectName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/, 'use 1 to 64 letters, digits, dots, dashes or underscores')
const one = { swarm: SwarmName, name: z.string().min(1).max(200).describe('name, family or id') }

const operationsOf = (noun: 'secret' | 'config') =>
  ({
    list: call({
      method: 'GET',
      path: `/api/v1/swarm-${noun}s`,
      summary: `List ${noun}s of Swarms, with who uses them`,
      input: z.strictObject({ ...listQuery, swarm: SwarmName.optional(), versions: z.boolean().optional() }),
      output: page(SwarmObject),
      permission: 'swarm.read',
      danger: 'none',
    }),
    create: call({
      method: 'POST',
      path: `/api/v1/swarms/:swarm/${noun}s`,
      summary: `Create a ${noun}`,
      input: z.strictObject({
        swarm: SwarmName,
        name: ObjectName,
        value: Value,
        encoding: z.enum(['utf8', 'base64']).optional(),
        labels: z.record(z.string().max(400), z.string().max(4096)).optional(),
      }),
      output: SwarmObject,
      permission: 'swarm.manage',
      ...onSwarm,
      danger: 'reversible',
      status: 201,
      assistant: false,
      errors: [...failing, 'CONFLICT'],
      secret: ['value'],
    }),
    rotate: planned({
      method: 'POST',
      path: `/api/v1/swarms/:swarm/${noun}s/:name/rotate`,
      summary: `Make a new version of a ${noun} and move its users over, one after the other; undone when one does not come up`,
      input: z.strictObject({
        ...one,
        value: Value,
        encoding: z.enum(['utf8', 'base64']).optional(),
        removeOld: z.boolean().optional().describe('when all have moved'),
        deadlineMs: DurationMs.optional().describe('for each service; 10 min unless told'),
      }),
      output: Job,
      permission: 'swarm.manage',
      ...onSwarm,
      danger: 'reversible',
      status: 202,
      assistant: false,
      errors: [...failing, 'POLICY_REFUSED'],
      secret: ['value'],
    }),
    revert: planned({
      method: 'POST',
      path: `/api/v1/swarms/:swarm/${noun}s/:name/revert`,
      summary: `Move the users of a ${noun} back to an earlier version`,
      input: z.strictObject({ ...one, version: z.int().min(1).optional().describe('the one before unless told') }),
      output: Job,
      permission: 'swarm.manage',
      ...onSwarm,
      danger: 'reversible',
      status: 202,
      assistant: false,
      errors: [...failing, 'POLICY_REFUSED'],
    }),
    remove: planned({
      method: 'DELETE',
      path: `/api/v1/swarms/:swarm/${noun}s/:name`,
      summary: `Remove a ${noun} that nobody uses`,
      input: z.strictObject(one),
      output: Done,
      permission: 'swarm.manage',
      ...onSwarm,
      danger: 'destructive',
      assistant: false,
      errors: [...failing],
    }),
  }) as const

export const swarmSecrets = domain('swarmSecrets', operationsOf('secret'))
export const swarmConfigs = domain('swarmConfigs', {
  ...operationsOf('config'),
  read: call({
    method: 'GET',
    path: '/api/v1/swarms/:swarm/configs/:name',
    summary: 'Read a config',
    input: z.strictObject(one),
    output: SwarmObject.extend({ value: z.string(), encoding: z.enum(['utf8', 'base64']) }),
    permission: 'swarm.manage',
    ...onSwarm,
    danger: 'none',
    errors: [...failing],
  }),
})
