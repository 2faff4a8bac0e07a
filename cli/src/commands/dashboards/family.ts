import { type Family, part } from '../../catalog/family.ts'

const transfer = () => import('./transfer.ts')

export const dashboards: Family = {
  domain: 'dashboards',
  name: 'dashboard',
  summary: 'Dashboards: your own and the shared ones, as files',
  group: 'Look:',
  verbs: [
    { name: 'export', summary: 'A dashboard as a file', load: part(transfer, 'defineExport') },
    { name: 'import', summary: 'Make a dashboard of a file', load: part(transfer, 'defineImport') },
  ],
}
