import { z } from 'zod'

export const PlanVerb = z.enum(['create', 'change', 'replace', 'remove', 'keep'])
export type PlanVerb = z.infer<typeof PlanVerb>

/** One line of a plan: what would happen to one thing, and why. */
export const PlanStep = z.object({
  verb: PlanVerb,
  kind: z.enum([
    'service',
    'network',
    'volume',
    'image',
    'stack',
    'target',
    'stage',
    'app',
    'file',
    'route',
    'database',
    'release',
    'backup',
    'certificate',
    'node',
    'swarm',
    'secret',
    'config',
    'tag',
  ]),
  name: z.string(),
  reasons: z.array(z.string()).describe('what differs, secrets masked: "image: nginx:1 → nginx:2"'),
})
export type PlanStep = z.infer<typeof PlanStep>

/** What an operation would do. `digest` binds a later run to this very plan. */
export const Plan = z.object({
  summary: z.string(),
  steps: z.array(PlanStep),
  counts: z.record(z.string(), z.int()).describe('steps by verb'),
  warnings: z.array(z.string()),
  kept: z.array(z.string()).describe('what stays although its owner goes, such as volumes'),
  digest: z.string(),
})
export type Plan = z.infer<typeof Plan>

/** Beside the input of a planned run: it is refused with PLAN_CHANGED once its plan would be another. */
export const AgreedPlan = z.string().max(100).optional().describe('digest of the plan that was agreed to')
