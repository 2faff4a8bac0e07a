import { type Family, part } from '../../catalog/family.ts'

const show = () => import('./show.ts')
const log = () => import('./log.ts')
const decide = () => import('./decide.ts')
const report = () => import('./report.ts')
const kept = () => import('./releases.ts')

export const deployments: Family = {
  domain: 'deployments',
  name: 'deployments',
  summary: 'Every run: look, read its log, cancel, decide',
  verbs: [
    { name: 'get', summary: 'Show a deployment', load: part(show, 'define') },
    { name: 'log', summary: 'What its stages printed', load: part(log, 'define') },
    { name: 'follow', summary: 'Watch a run until it ends', load: part(show, 'defineFollow') },
    { name: 'cancel', summary: 'Drop it from the queue, or undo it while it runs', load: part(decide, 'defineCancel') },
    { name: 'approve', summary: 'Let the stage that waits go on', load: part(decide, 'defineApprove') },
    { name: 'refuse', summary: 'Refuse the stage that waits; it is undone', load: part(decide, 'defineRefuse') },
    { name: 'report', summary: 'The report, as a page or as JSON', load: part(report, 'define') },
  ],
}

export const releases: Family = {
  domain: 'releases',
  name: 'releases',
  summary: 'What can be brought back: kept releases',
  verbs: [
    { name: 'pin', summary: 'Keep a release until it is unpinned', load: part(kept, 'definePin') },
    { name: 'unpin', summary: 'Let a release go with the others again', load: part(kept, 'defineUnpin') },
    { name: 'compare', summary: 'What differs between two releases', load: part(kept, 'defineCompare') },
    { name: 'cleanup', summary: 'Remove old releases, after showing which', load: part(kept, 'defineCleanup') },
  ],
}
