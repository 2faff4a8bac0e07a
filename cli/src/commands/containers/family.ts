import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const containers: Family = {
  domain: 'containers',
  name: 'container',
  summary: 'Containers: forms, limits, files, images of them',
  verbs: [
    { name: 'ls', summary: 'List a folder of a container', load: part(verb, 'defineLs') },
    { name: 'cat', summary: 'Print a text file of a container', load: part(verb, 'defineCat') },
    { name: 'limit', summary: 'Change its limits while it runs', load: part(verb, 'defineLimit') },
    { name: 'commit', summary: 'Make an image of it as it is', load: part(verb, 'defineCommit') },
    { name: 'prune', summary: 'Remove stopped containers, after showing which', load: part(verb, 'definePrune') },
  ],
}
