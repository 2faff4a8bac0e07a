import { deploying } from '../../catalog/words.ts'
import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')
const restore = () => import('./restore.ts')

export const backups: Family = {
  domain: 'backups',
  name: 'backup',
  summary: 'Back up, restore, verify and drill',
  group: deploying,
  verbs: [
    { name: 'create', summary: 'Back up what the manifest names', load: part(verb, 'defineCreate') },
    { name: 'list', summary: 'List backups, newest first', load: part(verb, 'defineList') },
    {
      name: 'restore',
      summary: 'Restore a backup, after showing what that changes',
      load: part(restore, 'defineRestore'),
    },
    { name: 'verify', summary: 'Compare every part with its checksum', load: part(verb, 'defineVerify') },
    { name: 'drill', summary: 'Restore its databases into scratch ones and report', load: part(verb, 'defineDrill') },
    { name: 'cleanup', summary: 'Remove old backups, after showing which', load: part(restore, 'defineCleanup') },
  ],
}
