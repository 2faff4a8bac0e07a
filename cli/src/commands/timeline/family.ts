import { type Family, part } from '../../catalog/family.ts'

export const timeline: Family = {
  domain: 'timeline',
  name: 'timeline',
  summary: 'What happened to a service, a stack or a target, on one axis',
  group: 'Look:',
  bare: part(() => import('./axis.ts'), 'define'),
  verbs: [
    {
      name: 'compare',
      summary: 'Two stretches of time side by side: before and after, or last week',
      load: part(() => import('./compare.ts'), 'define'),
    },
  ],
}
