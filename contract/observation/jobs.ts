import { z } from 'zod'
import { call, domain } from '../operation.ts'
import { Id, JsonObject, listQuery, page, Timestamp } from '../page.ts'

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled'])
export type JobState = z.infer<typeof JobState>

export const JobStep = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  message: z.string(),
  tookMs: z.number().nullable(),
})
export type JobStep = z.infer<typeof JobStep>

/** Work that outlives its request. */
export const Job = z.object({
  id: Id,
  kind: z.string().describe('such as stacks.apply'),
  title: z.string(),
  state: JobState,
  progress: z.number().min(0).max(1),
  message: z.string(),
  steps: z.array(JobStep),
  result: JsonObject.nullable(),
  error: z.object({ errorCode: z.string(), message: z.string() }).nullable(),
  attempt: z.int(),
  targetId: Id.nullable(),
  requestedBy: z.string(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type Job = z.infer<typeof Job>

const one = z.strictObject({ id: Id })

export const jobs = domain('jobs', {
  list: call({
    method: 'GET',
    path: '/api/v1/jobs',
    aliases: ['/api/jobs'],
    summary: 'List jobs, newest first',
    input: z.strictObject({ ...listQuery, state: JobState.optional(), kind: z.string().max(100).optional() }),
    output: page(Job),
    permission: 'jobs.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/jobs/:id',
    aliases: ['/api/jobs/:id'],
    summary: 'Show a job',
    input: one,
    output: Job,
    permission: 'jobs.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  cancel: call({
    method: 'POST',
    path: '/api/v1/jobs/:id/cancel',
    summary: 'Cancel a job; what it did so far stays',
    input: one,
    output: Job,
    permission: 'jobs.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
  retry: call({
    method: 'POST',
    path: '/api/v1/jobs/:id/retry',
    summary: 'Run a failed or cancelled job again',
    input: one,
    output: Job,
    permission: 'jobs.manage',
    danger: 'reversible',
    errors: ['NOT_FOUND', 'STATE_CONFLICT'],
  }),
})
