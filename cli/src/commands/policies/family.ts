import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const policies: Family = {
  domain: 'policies',
  name: 'policy',
  summary: 'What workloads may ask of their hosts',
  verbs: [
    { name: 'get', summary: 'Show the policy of the house or of a target', load: part(verb, 'defineGet') },
    { name: 'set', summary: 'Change rules, after showing what differs', load: part(verb, 'defineSet') },
    { name: 'clear', summary: 'Let a target follow the house again', load: part(verb, 'defineClear') },
  ],
}
