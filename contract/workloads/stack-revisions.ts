import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, planned } from '../operation.ts'
import { Id, listQuery, page, Timestamp } from '../page.ts'
import { AgreedPlan, PlanStep } from '../plan.ts'

/** What a stack was applied from at one time. */
export const StackRevision = z.object({
  revision: z.int(),
  at: Timestamp,
  by: z.string(),
  origin: z
    .enum(['apply', 'return', 'git', 'adopt', 'deployment'])
    .describe('return: an old revision made anew; git: a commit of its repository; adopt: taken over as it ran'),
  reason: z.string().nullable().describe('why, as whoever made it said, or what it came of'),
  commit: z.string().nullable().describe('hash of the commit it came from'),
  state: z.enum(['pending', 'applied', 'failed']).describe('pending: under way, waiting, or cut off'),
  current: z.boolean().describe('it is what was last applied whole'),
  appliedAt: Timestamp.nullable(),
  error: z.string().nullable().describe('why it was not applied whole'),
})
export type StackRevision = z.infer<typeof StackRevision>

const number = z.int().min(1)

/** Operations of the domain `stacks` that look back. */
export const revisionOperations = {
  revisions: call({
    method: 'GET',
    path: '/api/v1/stacks/:id/revisions',
    summary: 'Every revision kept of a stack: who, when, why, applied or not',
    input: z.strictObject({ id: Id, ...listQuery }),
    output: page(StackRevision),
    permission: 'stacks.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  revision: call({
    method: 'GET',
    path: '/api/v1/stacks/:id/revisions/:revision',
    summary: 'Show a revision with its file, for those who may apply it',
    input: z.strictObject({ id: Id, revision: number }),
    output: StackRevision.extend({
      source: z.string().nullable().describe('null for those who may not apply'),
      directory: z.string().nullable(),
      services: z.array(z.string()),
    }),
    permission: 'stacks.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  diff: call({
    method: 'GET',
    path: '/api/v1/stacks/:id/diff',
    summary: 'What differs between two revisions: of the file, and of what runs. No secret value is shown',
    input: z.strictObject({
      id: Id,
      from: number.optional().describe('the one before `to` unless told'),
      to: number.optional().describe('the newest unless told'),
    }),
    output: z.object({
      from: z.int(),
      to: z.int(),
      diff: z
        .string()
        .nullable()
        .describe('unified; empty where the files are equal, null for those who may not apply'),
      changes: z.array(PlanStep).describe('what differs in services, networks and volumes, without what stays'),
    }),
    permission: 'stacks.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  return: planned({
    method: 'POST',
    path: '/api/v1/stacks/:id/return',
    summary: 'Apply an old revision anew, with the values it had; answers a job to follow',
    input: z.strictObject({
      id: Id,
      to: number.describe('number of the revision'),
      reason: z.string().max(300).optional().describe('why, for the history'),
      digest: AgreedPlan,
    }),
    output: Job,
    permission: 'stacks.apply',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', 'STATE_CONFLICT', 'POLICY_REFUSED', 'TARGET_UNREACHABLE', 'PLAN_CHANGED'],
  }),
}
