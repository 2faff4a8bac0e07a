import { z } from 'zod'
import { Scalar } from './forms.ts'

export const EnvironmentEntry = z.strictObject({
  target: z
    .union([z.string(), z.array(z.string()).min(1).max(100)])
    .optional()
    .describe('targets of this environment'),
  stack: z.string().max(63).optional().describe('name of the stack there; <name>-<environment> unless told'),
  config: z
    .strictObject({
      file: z.string().max(500).optional().describe('master file of this environment'),
      set: z.string().max(63).optional().describe('config set of this environment'),
    })
    .optional()
    .describe('where its values come from'),
  variables: z.record(z.string(), Scalar).optional().describe('values for ${NAME}; they win over the config'),
  strategy: z
    .enum(['recreate', 'rolling', 'blue-green', 'canary'])
    .optional()
    .describe('how services are replaced there'),
  approvals: z
    .array(
      z.strictObject({
        stage: z.string().max(63).describe('stage that waits for it'),
        role: z.enum(['admin', 'developer']).optional().describe('who may approve; admin unless told'),
        another: z.boolean().optional().describe('not the one who started it'),
      }),
    )
    .max(20)
    .optional()
    .describe('stages that wait until a person agrees'),
  promote_from: z.string().max(63).optional().describe('only releases that serve in that environment may come here'),
})
export type EnvironmentEntry = z.output<typeof EnvironmentEntry>
