import { z } from 'zod'
import { Event } from '../events.ts'
import { call, domain } from '../operation.ts'
import { listQuery, page, Timestamp } from '../page.ts'

export const timeline = domain('timeline', {
  list: call({
    method: 'GET',
    path: '/api/v1/events',
    aliases: ['/api/events'],
    summary: 'What happened, newest first',
    input: z.strictObject({
      ...listQuery,
      type: z.string().max(200).optional().describe('event types or their first word, comma-separated'),
      target: z.string().max(200).optional(),
      service: z.string().max(200).optional(),
      stack: z.string().max(200).optional(),
      severity: z.string().max(100).optional().describe('info, warning, error; comma-separated'),
      since: Timestamp.optional(),
    }),
    output: page(Event),
    permission: 'timeline.read',
    danger: 'none',
  }),
})
