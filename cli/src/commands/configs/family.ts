import { deploying } from '../../catalog/words.ts'
import { type Family, part } from '../../catalog/family.ts'

const sync = () => import('./sync.ts')
const values = () => import('./values.ts')
const versions = () => import('./versions.ts')
const edit = () => import('./edit.ts')
const transfer = () => import('./transfer.ts')

export const configs: Family = {
  domain: 'configs',
  name: 'config',
  summary: 'Values of stacks: look, change, compare, sync into the apps',
  group: deploying,
  verbs: [
    {
      name: 'sync',
      summary: 'Render the templates of the manifest into every app, after showing the diffs',
      load: part(sync, 'define'),
    },
    { name: 'get', summary: 'Show the values of a set, or one of them', load: part(values, 'defineGet') },
    { name: 'set', summary: 'Change values', load: part(values, 'defineSet') },
    { name: 'unset', summary: 'Take values out', load: part(values, 'defineUnset') },
    { name: 'reveal', summary: 'Print the value of one secret; audited', load: part(values, 'defineReveal') },
    { name: 'diff', summary: 'What differs between versions or sets', load: part(versions, 'defineDiff') },
    { name: 'history', summary: 'Every version: who, when, why, how much', load: part(versions, 'defineHistory') },
    { name: 'restore', summary: 'Make an old version the newest', load: part(versions, 'defineRestore') },
    { name: 'edit', summary: 'Change values in an editor, one by one, or step by step', load: part(edit, 'define') },
    { name: 'import', summary: 'Take values from a .env, JSON or YAML file', load: part(transfer, 'defineImport') },
    { name: 'export', summary: 'Print the values as .env, JSON or YAML', load: part(transfer, 'defineExport') },
  ],
}
