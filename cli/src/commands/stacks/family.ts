import { type Family, part } from '../../catalog/family.ts'

const adopt = () => import('./adopt.ts')
const revisions = () => import('./revisions.ts')

export const stacks: Family = {
  domain: 'stacks',
  name: 'stack',
  summary: 'Stacks: adopting them, their history, what differs, the way back',
  verbs: [
    {
      name: 'history',
      summary: 'Every revision: who, when, why, applied or not',
      load: part(revisions, 'defineHistory'),
    },
    { name: 'diff', summary: 'What differs between two revisions', load: part(revisions, 'defineDiff') },
    {
      name: 'rollback',
      summary: 'Apply an old revision anew, after showing the plan',
      load: part(revisions, 'defineRollback'),
    },
    {
      name: 'draft',
      summary: 'Print a stack file for a stack that was started elsewhere',
      load: part(adopt, 'defineDraft'),
    },
    {
      name: 'adopt',
      summary: 'Manage a stack that was started elsewhere, with no restart, after showing the plan',
      load: part(adopt, 'defineAdopt'),
    },
  ],
}

export const stackSources: Family = {
  domain: 'stackSources',
  name: 'stack-source',
  summary: 'Stacks that follow a git repository: connect, sync, disconnect',
  verbs: [],
}
