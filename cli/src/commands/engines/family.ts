import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const engines: Family = {
  domain: 'engines',
  name: 'engine',
  summary: 'The engines themselves: info, disk usage, events, clean-up',
  verbs: [
    { name: 'info', summary: 'Who it is, what it warns of and what it lacks', load: part(verb, 'defineInfo') },
    { name: 'df', summary: 'What takes the disk, as last counted', load: part(verb, 'defineDf') },
    { name: 'events', summary: 'What the engine tells, and goes on telling (-w)', load: part(verb, 'defineEvents') },
    { name: 'prune', summary: 'Remove what nothing uses, after showing it', load: part(verb, 'definePrune') },
  ],
}
