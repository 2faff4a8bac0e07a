import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const logHistory: Family = {
  domain: 'logHistory',
  name: 'log',
  summary: 'Kept lines of all services, also of those that are gone: search, lives, what it takes',
  group: 'Look:',
  verbs: [
    {
      name: 'search',
      summary: 'Find kept lines by words, letters or a pattern',
      load: async () => ({ define: (await import('./search.ts')).defineSearch }),
    },
    { name: 'sources', summary: 'Whose lines are kept', load: part(verb, 'defineSources') },
    { name: 'lives', summary: 'From when to when services ran, and how it ended', load: part(verb, 'defineLives') },
  ],
}
