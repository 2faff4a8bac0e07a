import type { Family } from '../../catalog/family.ts'

export const metrics: Family = {
  domain: 'metrics',
  name: 'metrics',
  summary: 'Kept readings over time: of services and targets, the highest, as one',
  group: 'Look:',
  bare: () => import('./show.ts'),
  verbs: [{ name: 'list', summary: 'Metrics there are', load: async () => await import('./list.ts') }],
}
