import type { Job, Plan, Service } from '@wheelhouse/contract'

/** Fixed moments, so that nothing depends on when a test runs. */
const at = '2026-11-20T10:00:00.000Z'

export const service = (name: string, over: Partial<Service> = {}): Service => ({
  id: `local:${name}`,
  name,
  kind: 'process',
  targetId: 'local',
  targetName: 'this-machine',
  targetKind: 'process',
  stack: 'hello',
  stackService: name,
  state: 'running',
  nativeState: 'running',
  reason: null,
  health: 'healthy',
  image: null,
  command: `node ${name}.js`,
  ports: [],
  labels: {},
  template: null,
  restarts: 0,
  exitCode: null,
  pid: 4242,
  tty: false,
  checks: [],
  usage: null,
  createdAt: at,
  startedAt: at,
  changedAt: at,
  observedAt: at,
  stale: false,
  ...over,
})

export const listOf = (items: readonly unknown[]): object => ({
  items,
  nextCursor: null,
  total: items.length,
  states: {},
})

export const plan = (over: Partial<Plan> = {}): Plan => ({
  summary: 'hello on this-machine',
  steps: [
    { verb: 'create', kind: 'service', name: 'web', reasons: ['not there yet'] },
    { verb: 'keep', kind: 'service', name: 'api', reasons: [] },
  ],
  counts: { create: 1, keep: 1 },
  warnings: [],
  kept: [],
  digest: 'd1',
  ...over,
})

export const job = (over: Partial<Job> = {}): Job => ({
  id: 'job-1',
  kind: 'stacks.apply',
  title: 'Apply hello',
  state: 'succeeded',
  progress: 1,
  message: '',
  steps: [{ name: 'create web', state: 'done', message: '', tookMs: 120 }],
  result: null,
  error: null,
  attempt: 1,
  targetId: 'local',
  requestedBy: 'admin',
  createdAt: at,
  startedAt: at,
  finishedAt: at,
  ...over,
})
