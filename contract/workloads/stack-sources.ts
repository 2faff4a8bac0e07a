import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned } from '../operation.ts'
import { Done, Id, listQuery, Name, page, Timestamp } from '../page.ts'
import { AgreedPlan } from '../plan.ts'

export const GitCommit = z.object({
  hash: z.string(),
  author: z.string(),
  message: z.string().describe('its first line'),
  at: Timestamp,
})
export type GitCommit = z.infer<typeof GitCommit>

/** A stack that follows a file of a git repository. */
export const StackSource = z.object({
  id: Id.describe('id of the stack: <target id>:<name>'),
  stack: z.string(),
  targetId: Id,
  targetName: z.string(),
  url: z.string().describe('https://… or ssh://…, without credentials'),
  branch: z.string(),
  path: z.string().describe('of the stack file, from the top of the repository'),
  directory: z.string().nullable().describe('folder on the target that relative paths of the file start from'),
  credential: z.enum(['none', 'token', 'key']),
  username: z.string().nullable().describe('sent with a token'),
  hostKeys: z.string().nullable().describe('known_hosts lines that a host over SSH must match'),
  variables: z.array(z.string()).describe('names of the values for ${NAME} in the file'),
  pollSeconds: z.int().nullable().describe('null: not asked at intervals'),
  hookPath: z.string().nullable().describe('where its webhook is sent to, below the address of the control plane'),
  commit: GitCommit.nullable().describe('the last one seen'),
  appliedCommit: z.string().nullable(),
  lastSyncAt: Timestamp.nullable(),
  lastResult: z.enum(['applied', 'unchanged', 'failed']).nullable(),
  lastError: z.string().nullable(),
  nextPollAt: Timestamp.nullable(),
  owner: z.string().describe('it acts with the rights of this person'),
  createdAt: Timestamp,
})
export type StackSource = z.infer<typeof StackSource>

const given = {
  branch: z.string().min(1).max(200).optional().describe('main unless told'),
  path: z.string().min(1).max(500).optional().describe('compose.yaml unless told'),
  directory: z
    .string()
    .max(4096)
    .optional()
    .describe('folder on the target that relative paths of the file start from'),
  variables: z.record(z.string(), z.string()).optional().describe('values for ${NAME} in the file'),
  username: z.string().max(200).optional().describe('sent with the token; hosts of code take any unless they say so'),
  token: z.string().min(1).max(10_000).optional().describe('password or access token, over https only'),
  privateKey: z
    .string()
    .min(1)
    .max(65_536)
    .optional()
    .describe('deploy key for SSH: OpenSSH or PEM, without a passphrase'),
  hostKeys: z.string().max(65_536).optional().describe('lines of a known_hosts file; needed for SSH'),
  pollSeconds: z.int().min(30).max(604_800).nullable().optional().describe('300 unless told; null: not at intervals'),
  webhook: z.boolean().optional().describe('true makes one with a new secret, which is told once; false takes it away'),
}
const secret = ['token', 'privateKey', 'variables', 'hookSecret']
const reaches = ['STACK_INVALID', 'POLICY_REFUSED', 'TARGET_REFUSED', 'TARGET_UNREACHABLE', 'TIMED_OUT'] as const

export const stackSources = domain('stackSources', {
  list: call({
    method: 'GET',
    path: '/api/v1/stack-sources',
    summary: 'List the stacks that follow a git repository',
    input: z.strictObject({ ...listQuery }),
    output: page(StackSource),
    permission: 'stacks.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/stack-sources/:id',
    summary: 'Show the repository that a stack follows, its last commit and its last sync',
    input: z.strictObject({ id: Id }),
    output: StackSource,
    permission: 'stacks.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  connect: call({
    method: 'POST',
    path: '/api/v1/stack-sources',
    summary: 'Let a stack follow a file of a git repository, once that was read; nothing is applied yet',
    input: z.strictObject({
      name: Name.describe('of the stack, there or new'),
      target: z.string().max(200).describe('target id or name'),
      url: z.string().min(1).max(1000).describe('https://host/path, ssh://user@host/path or user@host:path'),
      ...given,
    }),
    output: StackSource.extend({ hookSecret: z.string().nullable() }),
    permission: 'stacks.apply',
    scope: { on: 'target', field: 'target' },
    danger: 'reversible',
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT', ...reaches],
    secret,
  }),
  update: call({
    method: 'PATCH',
    path: '/api/v1/stack-sources/:id',
    summary: 'Change what a stack follows; it acts for whoever changed it last',
    input: z.strictObject({ id: Id, ...given }),
    output: StackSource.extend({ hookSecret: z.string().nullable() }),
    permission: 'stacks.apply',
    danger: 'reversible',
    errors: ['NOT_FOUND', ...reaches],
    secret,
  }),
  sync: planned({
    method: 'POST',
    path: '/api/v1/stack-sources/:id/sync',
    summary: 'Fetch the repository now and apply what it says; answers a job to follow',
    input: z.strictObject({
      id: Id,
      digest: AgreedPlan,
    }),
    output: Job,
    permission: 'stacks.apply',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', ...reaches],
  }),
  disconnect: call({
    method: 'DELETE',
    path: '/api/v1/stack-sources/:id',
    summary: 'Stop following the repository; the stack stays as it is',
    input: z.strictObject({ id: Id }),
    output: Done,
    permission: 'stacks.apply',
    danger: 'reversible',
    errors: ['NOT_FOUND'],
  }),
  receive: call({
    method: 'POST',
    path: '/api/v1/stack-hooks/:id',
    summary:
      'Where a host of code tells of a push: a body signed with the secret of the webhook, or with the secret beside it',
    description:
      'Signed as HMAC-SHA256 of the raw body in hex: `X-Hub-Signature-256: sha256=…` (also `X-Wheelhouse-Signature`), as GitHub, Gitea and Forgejo do; `X-Hub-Signature`, as Bitbucket does; or the secret itself as `X-Gitlab-Token`, as GitLab does. The repository is asked what is new: of the body only the branch counts, and a push to another branch starts nothing.',
    input: z.looseObject({ id: Id }).describe('the body may be anything in JSON; `ref` says which branch it is about'),
    output: z.object({ jobId: Id.nullable(), message: z.string() }),
    permission: 'public',
    danger: 'destructive',
    assistant: false,
    status: 202,
    errors: ['SIGNATURE_REFUSED', 'RATE_LIMITED'],
  }),
})
