import { z } from 'zod'
import { Event } from '../events.ts'
import { Target } from '../inventory/targets.ts'
import { call, domain } from '../operation.ts'
import { Service } from '../workloads/services.ts'

export const dashboards = domain('dashboards', {
  overview: call({
    method: 'GET',
    path: '/api/v1/overview',
    aliases: ['/api/dashboard'],
    summary: 'What needs you, the fleet, its use and what happened, in one answer',
    input: z.strictObject({ target: z.string().max(200).optional() }),
    output: z.object({
      needsYou: z.array(Service).describe('failed and degraded, worst first, up to 20'),
      states: z.record(z.string(), z.int()),
      total: z.int(),
      targets: z.array(Target),
      fleet: z.array(
        z.object({
          targetId: z.string(),
          marks: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
          more: z.int(),
        }),
      ),
      events: z.array(Event),
      firstSteps: z.boolean().describe('true while nothing of one’s own runs: offer the example'),
    }),
    permission: 'services.read',
    danger: 'none',
  }),
})
