import { type Family, part } from '../../catalog/family.ts'

const verb = () => import('./verbs.ts')

export const networks: Family = {
  domain: 'networks',
  name: 'network',
  summary: 'Networks and who is in them',
  verbs: [
    { name: 'create', summary: 'Make a network', load: part(verb, 'defineCreate') },
    { name: 'connect', summary: 'Let a container into a network', load: part(verb, 'defineConnect') },
    { name: 'disconnect', summary: 'Take a container out of a network', load: part(verb, 'defineDisconnect') },
    { name: 'prune', summary: 'Remove unused networks, after showing which', load: part(verb, 'definePrune') },
    { name: 'topology', summary: 'Who reaches whom', load: part(verb, 'defineTopology') },
  ],
}
