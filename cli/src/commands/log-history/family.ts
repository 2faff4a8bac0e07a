import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const logHistory: Family = {
  domain: 'logHistory',
  name: 'log',
  summary: 'Kept lines of all services, also of those that are gone: search, patterns, lives',
  group: 'Look:',
  verbs: [
    {
      name: 'search',
      summary: 'Find kept lines by words, letters or a pattern',
      load: async () => ({ define: (await import('./search.ts')).defineSearch }),
    },
    {
      name: 'patterns',
      summary: 'What kinds of lines there are: by shape, with counts, and what is new',
      load: async () => ({ define: (await import('./patterns.ts')).definePatterns }),
    },
    { name: 'sources', summary: 'Whose lines are kept', load: part(verb, 'defineSources') },
    { name: 'lives', summary: 'From when to when services ran, and how it ended', load: part(verb, 'defineLives') },
  ],
}
