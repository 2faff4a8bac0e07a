import { expect, test } from 'vitest'
import type { SwarmTask, TaskTemplate } from './swarm-native.ts'
import { wordsOf } from './swarm-words.ts'

const task = (error: string, spec: TaskTemplate = {}): SwarmTask => ({
  ID: 'task',
  CreatedAt: '2026-11-21T12:00:00Z',
  ServiceID: 'service',
  DesiredState: 'running',
  Spec: spec,
  Status: { State: 'pending', Timestamp: '2026-11-21T12:00:00Z', Err: error },
})

test.each<[string, TaskTemplate, string]>([
  [
    'no suitable node (scheduling constraints not satisfied on 3 nodes)',
    { Placement: { Constraints: ['node.labels.disk == ssd'] } },
    'no suitable node: 3 nodes do not meet its constraints (node.labels.disk == ssd)',
  ],
  [
    'no suitable node (insufficient resources on 1 node; 2 nodes not available for new tasks)',
    { Resources: { Reservations: { NanoCPUs: 1.5e9, MemoryBytes: 64 * 1024 ** 2 } } },
    'no suitable node: 1 node has less left than it reserves (1.5 CPUs, 64 MB), 2 nodes take no new tasks',
  ],
  ['no suitable node (host-mode port already in use on 3 nodes)', {}, 'no suitable node: its port is taken on 3 nodes'],
  [
    'no suitable node (max replicas per node limit exceed)',
    { Placement: { MaxReplicas: 1 } },
    'no suitable node: a node may have one task of it at most, and none that fits has fewer',
  ],
  ['no suitable node (something new on 2 nodes)', {}, 'no suitable node: something new on 2 nodes'],
  [
    'No such image: lab/none:9',
    {},
    'no such image: lab/none:9 could not be pulled by its node. The registry does not have it, is not reached, or wants a sign-in',
  ],
  [
    'invalid mount config for type "bind": bind source path does not exist: /srv/x',
    {},
    'its node has no folder /srv/x to mount',
  ],
  ['task: non-zero exit (3)', {}, 'it ended with exit code 3'],
])('%s', (said, spec, words) => expect(wordsOf(task(said, spec))).toBe(words))
