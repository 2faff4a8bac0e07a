import type { Family } from '../../catalog/family.ts'

export const health: Family = {
  domain: 'health',
  name: 'health',
  summary: 'Services, resources and health in one page; uptime and incidents over time',
  group: 'Look:',
  bare: () => import('./page.ts'),
  verbs: [
    {
      name: 'history',
      summary: 'How healthy a service has been: uptime, response times and incidents',
      load: async () => ({ define: (await import('./history.ts')).defineHistory }),
    },
    {
      name: 'uptime',
      summary: 'Uptime of all services over 24 hours, 7, 30 and 90 days',
      load: async () => ({ define: (await import('./history.ts')).defineUptime }),
    },
  ],
}
