import { type Family, part } from '../../catalog/family.ts'

const looks = () => import('./looks.ts')
const keeps = () => import('./keeps.ts')

export const admin: Family = {
  domain: 'maintenance',
  name: 'admin',
  summary: 'Wheelhouse itself: how it is doing, what is wrong, copies of its database, and what keeps it in order',
  verbs: [
    { name: 'status', summary: 'Whether all of it works, in one line each', load: part(looks, 'defineStatus') },
    {
      name: 'components',
      summary: 'Every part with its figures and what to do',
      load: part(looks, 'defineComponents'),
    },
    {
      name: 'resources',
      summary: 'Memory, processor, delay and disk, and where they go',
      load: part(looks, 'defineResources'),
    },
    {
      name: 'troubleshoot',
      summary: 'Look for what keeps it, or one service, from working',
      load: part(looks, 'defineTroubleshoot'),
    },
    {
      name: 'report',
      summary: 'Components, performance and usage as a page or as JSON',
      load: part(looks, 'defineReport'),
    },
    { name: 'backup', summary: 'Copy its database while it goes on', load: part(keeps, 'defineBackup') },
    { name: 'backups', summary: 'The copies of its database', load: part(keeps, 'defineBackups') },
    {
      name: 'restore',
      summary: 'Put a copy in the place of its database with the next start',
      load: part(keeps, 'defineRestore'),
    },
    {
      name: 'integrity',
      summary: 'Read the whole database and look for what is broken',
      load: part(keeps, 'defineIntegrity'),
    },
    { name: 'compact', summary: 'Give back the room that deleted rows left', load: part(keeps, 'defineCompact') },
    {
      name: 'log-level',
      summary: 'The least level it logs, or another one until it is restarted',
      load: part(keeps, 'defineLogLevel'),
    },
    {
      name: 'caches',
      summary: 'What is kept only to be quicker, and how to clear it',
      load: part(keeps, 'defineCaches'),
    },
    { name: 'bundle', summary: 'A support bundle with secrets removed', load: part(keeps, 'defineBundle') },
  ],
}
