import { z } from 'zod'
import { Job } from '../observation/jobs.ts'
import { call, domain, planned } from '../operation.ts'
import { Id, listQuery, Name, page, Timestamp } from '../page.ts'
import { AgreedPlan, Plan } from '../plan.ts'
import { ServiceState } from './services.ts'
import { adoptionOperations } from './stack-adoption.ts'
import { StackFormat } from './stack-format.ts'
import { revisionOperations } from './stack-revisions.ts'

export { StackFormat }

export const StackService = z.object({
  name: z.string(),
  serviceId: Id.nullable().describe('null while nothing of that name runs'),
  state: ServiceState,
  image: z.string().nullable(),
})

export const Stack = z.object({
  id: Id.describe('<target id>:<name>'),
  name: z.string(),
  format: StackFormat,
  targetId: Id,
  targetName: z.string(),
  managed: z.boolean().describe('false for a Compose project that was started elsewhere and only found'),
  state: ServiceState.describe('the worst of its services'),
  services: z.array(StackService),
  revision: z.int(),
  appliedAt: Timestamp.nullable(),
  appliedBy: z.string().nullable(),
})
export type Stack = z.infer<typeof Stack>

/** Where a file is wrong. Lines and columns count from 1. */
export const StackProblem = z.object({
  line: z.int().nullable(),
  column: z.int().nullable(),
  path: z.string().describe('such as services.web.ports[0]'),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
})
export type StackProblem = z.infer<typeof StackProblem>

export const stackFile = {
  source: z.string().min(1).max(1_000_000).describe('the text of wheelhouse.yaml or of a Compose file'),
  format: StackFormat.optional().describe('told from the text unless given'),
  target: z.string().max(200).optional().describe('target id or name; the one target of the fitting kind unless told'),
  name: Name.optional().describe('stack name; the name in the file unless told'),
  variables: z.record(z.string(), z.string()).optional().describe('values for ${NAME} in the file, and of its .env'),
  files: z
    .record(z.string(), z.string().max(200_000))
    .optional()
    .describe('text of the env_file entries, by path as written'),
  directory: z.string().max(4096).optional().describe('folder on the target that relative paths start from'),
  services: z
    .array(z.string().max(100))
    .min(1)
    .max(200)
    .optional()
    .describe('only these and what they need, by their names in the file; the others stay as they are'),
  adopt: z
    .boolean()
    .optional()
    .describe(
      'take over a stack that was only found: what runs as the file says stays as it is, and is managed from then on',
    ),
}
const applied = [
  'STACK_INVALID',
  'STATE_CONFLICT',
  'POLICY_REFUSED',
  'NOT_FOUND',
  'TARGET_UNREACHABLE',
  'PLAN_CHANGED',
] as const

export const stacks = domain('stacks', {
  ...revisionOperations,
  ...adoptionOperations,
  list: call({
    method: 'GET',
    path: '/api/v1/stacks',
    aliases: ['/api/stacks'],
    summary: 'List stacks',
    input: z.strictObject({ ...listQuery, target: z.string().max(200).optional() }),
    output: page(Stack),
    permission: 'stacks.read',
    danger: 'none',
  }),
  get: call({
    method: 'GET',
    path: '/api/v1/stacks/:id',
    aliases: ['/api/stacks/:id'],
    summary: 'Show a stack with the file it was applied from',
    input: z.strictObject({ id: Id }),
    output: Stack.extend({ source: z.string().nullable(), directory: z.string().nullable() }),
    permission: 'stacks.read',
    danger: 'none',
    errors: ['NOT_FOUND'],
  }),
  examples: call({
    method: 'GET',
    path: '/api/v1/stacks/examples',
    summary: 'Example stacks that can be applied as they are',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          format: StackFormat,
          source: z.string(),
          directory: z.string(),
        }),
      ),
    }),
    permission: 'stacks.read',
    danger: 'none',
  }),
  validate: call({
    method: 'POST',
    path: '/api/v1/stacks/validate',
    summary: 'Check a stack file and list every problem with line and column',
    input: z.strictObject(stackFile),
    output: z.object({
      ok: z.boolean(),
      format: StackFormat,
      name: z.string().nullable(),
      services: z.array(z.string()),
      problems: z.array(StackProblem),
      needs: z
        .array(z.string())
        .describe('files that it includes, extends or names and that were not sent along, by path'),
    }),
    permission: 'stacks.read',
    danger: 'none',
  }),
  plan: call({
    method: 'POST',
    path: '/api/v1/stacks/plan',
    summary: 'What applying this file would change',
    input: z.strictObject(stackFile),
    output: Plan.extend({ stack: z.string(), targetId: Id }),
    permission: 'stacks.apply',
    scope: { on: 'target', field: 'target' },
    danger: 'none',
    errors: [...applied],
  }),
  apply: planned({
    method: 'POST',
    path: '/api/v1/stacks',
    aliases: ['/api/v1/stacks/apply'],
    summary: 'Bring a target to what the file says; answers a job to follow',
    input: z.strictObject({
      ...stackFile,
      digest: AgreedPlan,
      reason: z.string().max(300).optional().describe('why, for the history'),
    }),
    output: Job,
    permission: 'stacks.apply',
    scope: { on: 'target', field: 'target' },
    danger: 'destructive',
    status: 202,
    errors: [...applied],
    secret: ['variables', 'files', 'source'],
  }),
  remove: planned({
    method: 'DELETE',
    path: '/api/v1/stacks/:id',
    aliases: ['/api/stacks/:id'],
    summary: 'Remove a stack: its services and networks; named volumes stay unless told',
    input: z.strictObject({
      id: Id,
      volumes: z.boolean().optional().describe('also remove its named volumes, with their data'),
    }),
    output: Job,
    permission: 'stacks.apply',
    danger: 'destructive',
    status: 202,
    errors: ['NOT_FOUND', 'TARGET_UNREACHABLE'],
  }),
})
