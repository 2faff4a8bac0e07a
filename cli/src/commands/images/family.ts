import { image } from '../../catalog/words.ts'
import { type Family, part } from '../../catalog/family.ts'

const transfer = () => import('./transfer.ts')
const names = () => import('./names.ts')
const prune = () => import('./prune.ts')
const files = () => import('./files.ts')

export const images: Family = {
  domain: 'images',
  name: 'image',
  summary: 'Images of all engines: build, save, load, copy, prune',
  group: image,
  verbs: [
    { name: 'pull', summary: 'Pull an image to an engine, layer by layer', load: part(transfer, 'definePull') },
    { name: 'push', summary: 'Push an image to its registry', load: part(transfer, 'definePush') },
    { name: 'copy', summary: 'Bring an image from one engine to another', load: part(transfer, 'defineCopy') },
    { name: 'tag', summary: 'Give an image a further name', load: part(names, 'defineTag') },
    { name: 'history', summary: 'The layers of an image, newest first', load: part(names, 'defineHistory') },
    { name: 'remove', summary: 'Remove images or names of them', load: part(names, 'defineRemove') },
    {
      name: 'prune',
      summary: 'Remove images nothing uses, after showing which and what that frees',
      load: part(prune, 'define'),
    },
    { name: 'build', summary: 'Build an image from a tar of its context', load: part(files, 'defineBuild') },
    { name: 'save', summary: 'Write images into a tar that docker load takes', load: part(files, 'defineSave') },
    { name: 'load', summary: 'Load images that docker save wrote', load: part(files, 'defineLoad') },
  ],
}
