import type { Family } from '../../catalog/family.ts'

/** Their verbs are all derived; what one types more often are words of their own: drain, cordon, scale. */
export const swarmFamilies: readonly Family[] = [
  { domain: 'swarm', name: 'swarm', summary: 'Swarms: begin, join, leave, tokens, keys, settings', verbs: [] },
  { domain: 'nodes', name: 'node', summary: 'Nodes of Swarms: availability, role, labels', verbs: [] },
  { domain: 'tasks', name: 'task', summary: 'Tasks of Swarms, those that need somebody first', verbs: [] },
  {
    domain: 'swarmServices',
    name: 'swarm-service',
    summary: 'Swarm services: make, change, roll out, roll back, hold',
    verbs: [],
  },
  { domain: 'swarmSecrets', name: 'secret', summary: 'Secrets of Swarms: make, rotate, revert', verbs: [] },
  { domain: 'swarmConfigs', name: 'swarm-config', summary: 'Configs of Swarms: make, read, rotate, revert', verbs: [] },
]
