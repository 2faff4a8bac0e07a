import { z } from 'zod'
import { call } from '../operation.ts'
import { Id } from '../page.ts'
import { StackFormat } from './stack-format.ts'

/** Operations of the domain `stacks` for what was started elsewhere. */
export const adoptionOperations = {
  draft: call({
    method: 'GET',
    path: '/api/v1/stacks/:id/draft',
    summary: 'A stack file for a stack that was started elsewhere, to apply with `adopt`',
    input: z.strictObject({ id: Id }),
    output: z.object({
      name: z.string(),
      format: StackFormat,
      targetId: Id,
      targetName: z.string(),
      from: z
        .enum(['files', 'containers'])
        .describe('files: those it was started from, as they are; containers: written from what runs'),
      source: z.string(),
      directory: z.string().nullable(),
      files: z.record(z.string(), z.string()).describe('text of the files that it includes, extends or names, by path'),
      kept: z
        .array(z.object({ service: z.string(), variable: z.string() }))
        .describe(
          'variables whose values look secret: they are not shown, and stay as they are while the file gives none',
        ),
      notes: z.array(z.string()).describe('what the file does not say, and why its own files were not taken'),
    }),
    permission: 'stacks.apply',
    danger: 'none',
    errors: ['NOT_FOUND', 'STATE_CONFLICT', 'CAPABILITY_MISSING', 'TARGET_UNREACHABLE'],
  }),
}
