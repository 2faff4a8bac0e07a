import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')
const files = () => import('./files.ts')

export const volumes: Family = {
  domain: 'volumes',
  name: 'volume',
  summary: 'Volumes and the files in them',
  verbs: [
    { name: 'create', summary: 'Make a volume', load: part(verb, 'defineCreate') },
    { name: 'ls', summary: 'List a folder of a volume', load: part(files, 'defineLs') },
    { name: 'cat', summary: 'Print a text file of a volume', load: part(files, 'defineCat') },
    { name: 'edit', summary: 'Change a text file in an editor', load: part(files, 'defineEdit') },
    { name: 'rm', summary: 'Remove a file or folder of a volume', load: part(files, 'defineRm') },
    { name: 'clone', summary: 'Copy a volume to another name or target', load: part(verb, 'defineClone') },
    { name: 'save', summary: 'Write a volume, or a folder of it, into a tar', load: part(verb, 'defineSave') },
    { name: 'restore', summary: 'Put a tar into a volume', load: part(verb, 'defineRestore') },
    { name: 'prune', summary: 'Remove unused volumes, after showing which', load: part(verb, 'definePrune') },
  ],
}
