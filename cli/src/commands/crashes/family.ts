import { type Family, part } from '../../catalog/family.ts'

export const crashes: Family = {
  domain: 'crashes',
  name: 'crash',
  summary: 'What ended by itself with an error: last words, exit, what changed before',
  group: 'Look:',
  bare: part(() => import('./list.ts'), 'define'),
  verbs: [{ name: 'show', summary: 'All that is known of one crash', load: part(() => import('./show.ts'), 'define') }],
}
