import { expect, test } from 'vitest'
import { swarmFacts } from './spec-facts.ts'

test('tells what people compare in units that can be read, and nothing that the spec does not say', () => {
  expect(
    swarmFacts({
      Name: 'shop_web',
      Labels: { team: 'shop' },
      Mode: { Replicated: { Replicas: 3 } },
      UpdateConfig: { Parallelism: 2, Order: 'start-first', FailureAction: 'rollback', Monitor: 2e9 },
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }] },
      TaskTemplate: {
        ContainerSpec: {
          Args: ['serve'],
          Env: ['TOKEN=never told here'],
          Secrets: [{ SecretID: '', SecretName: 'shop_token-0123456789', File: { Name: 'token' } }],
          Configs: [{ ConfigID: '', ConfigName: 'shop_page', File: { Name: '/www/index.html' } }],
          Mounts: [{ Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true }],
        },
        Placement: { Constraints: ['node.role == worker'], MaxReplicas: 1 },
        Resources: { Limits: { NanoCPUs: 5e8, MemoryBytes: 67_108_864 }, Reservations: {} },
        Networks: [{ Target: 'shop_front' }],
        RestartPolicy: { Condition: 'any', Delay: 5e8 },
      },
    }),
  ).toEqual({
    tasks: '3 tasks',
    args: '["serve"]',
    ports: '8080:80 on its node',
    networks: 'shop_front',
    'secrets.token': 'shop_token-0123456789',
    'configs./www/index.html': 'shop_page',
    mounts: 'volume data:/data:ro',
    'update.parallelism': '2',
    'update.order': 'start-first',
    'update.onFailure': 'rollback',
    'update.monitorMs': '2000',
    'restart.condition': 'any',
    'restart.delayMs': '500',
    'placement.constraints': 'node.role == worker',
    'placement.maxPerNode': '1',
    'limits.cpus': '0.5',
    'limits.memoryBytes': '67108864',
  })
  expect(swarmFacts({ Name: 'bare', TaskTemplate: {} })).toEqual({ tasks: '1 task' })
})
