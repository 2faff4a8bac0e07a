import { type SwarmService, type SwarmTask, swarmLabels } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import type { Followed } from '../store.ts'
import type { SeenService } from './reach.ts'
import { rolloutView } from './rollout-view.ts'

const at = '2026-11-21T10:00:00.000Z'
const now = Date.parse(at) + 60_000
const template = (image: string) => ({ ContainerSpec: { Image: `${image}@sha256:${'a'.repeat(64)}` } })
const service = (more: Partial<SwarmService> = {}, labels: Record<string, string> = {}): SwarmService => ({
  ID: 's1',
  Version: { Index: 3 },
  CreatedAt: at,
  UpdatedAt: at,
  Spec: {
    Name: 'web',
    Labels: labels,
    TaskTemplate: template('web:2'),
    Mode: { Replicated: { Replicas: 2 } },
    UpdateConfig: { Parallelism: 1, Delay: 30e9 },
  },
  PreviousSpec: { Name: 'web', TaskTemplate: template('web:1') },
  UpdateStatus: { State: 'updating', StartedAt: at, CompletedAt: '0001-01-01T00:00:00Z' },
  ...more,
})
const task = (image: string, State: string, Err = '', Slot = 1): SwarmTask => ({
  ID: `${image}${State}${Slot}`,
  CreatedAt: at,
  Spec: template(image),
  ServiceID: 's1',
  Slot,
  NodeID: 'n1',
  DesiredState: State === 'failed' ? 'shutdown' : 'running',
  Status: { Timestamp: '2026-11-21T10:00:40.123456789Z', State, Err },
})
const followed: Followed = {
  serviceId: 'a:s1',
  jobId: 'j',
  verb: 'update',
  undo: true,
  state: 'following',
  reason: null,
  requestedBy: 'admin',
  startedAt: Date.parse(at),
  deadlineAt: Date.parse(at) + 600_000,
}
function view(of: SwarmService, tasks: SwarmTask[], follow: Followed | null = null) {
  const sight = { nodes: [], services: [of], tasks, secrets: [], configs: [], networks: [] }
  const one = { id: 'a:s1', nativeId: 's1', name: 'web', service: of, seen: { targetId: 'a', name: 'a', sight } }
  const engines = { registry: { service: () => null }, swarms: { engineOf: () => null } }
  return rolloutView(one as unknown as SeenService, follow, engines as never, now)
}

test('under way: how far, when the next are due, and our deadline', () => {
  const seen = view(service(), [task('web:2', 'running'), task('web:1', 'running', '', 2)], followed)
  expect(seen).toMatchObject({
    state: 'updating',
    message: 'web is updated: 1 of 2 tasks are of the new version.',
    reason: null,
    startedAt: at,
    finishedAt: null,
    deadline: '2026-11-21T10:10:00.000Z',
    nextAt: '2026-11-21T10:01:10.123Z',
    parallelism: 1,
    delayMs: 30_000,
    desired: 2,
    updated: 1,
    running: 2,
    image: 'web:2',
    previousImage: 'web:1',
  })
  expect(seen.tasks.filter(({ current }) => current)).toHaveLength(1)
})

test('a task that waits says why, and after the deadline it is stalled', () => {
  const waits = [task('web:2', 'pending', 'no suitable node (insufficient resources on 3 nodes)')]
  expect(view(service(), waits, followed).message).toBe(
    'web is updated: 0 of 2 tasks are of the new version, and one waits: no suitable node: 3 nodes have less left than it reserves.',
  )
  const late = view(service(), waits, { ...followed, deadlineAt: now - 1 })
  expect(late).toMatchObject({
    state: 'stalled',
    reason: 'No suitable node: 3 nodes have less left than it reserves.',
  })
  expect(view(service(), [], { ...followed, state: 'stalled', reason: 'It waited' })).toMatchObject({
    state: 'stalled',
    reason: 'It waited.',
    deadline: null,
  })
})

test('held by hand is told from held by the engine, and shows the policy it had', () => {
  const held = { [swarmLabels.held]: JSON.stringify({ Parallelism: 2, Delay: 5e9 }) }
  const byHand = service({}, held)
  expect(view(byHand, [task('web:1', 'running')])).toMatchObject({
    state: 'paused',
    message: 'The update of web is held by hand: 0 of 2 tasks are of the new version.',
    parallelism: 2,
    delayMs: 5000,
    nextAt: null,
  })
  const byEngine = service({ UpdateStatus: { State: 'paused', StartedAt: at } })
  expect(view(byEngine, [task('web:2', 'failed', 'task: non-zero exit (3)'), task('web:1', 'running')])).toMatchObject({
    state: 'paused',
    reason: 'It ended with exit code 3.',
    failing: 1,
  })
})

test('what went back says what failed, and shows the task that did', () => {
  const back = service({
    Spec: { ...service().Spec, TaskTemplate: template('web:1') },
    PreviousSpec: null,
    UpdateStatus: { State: 'rollback_completed', StartedAt: at, CompletedAt: '2026-11-21T10:00:50Z' },
  })
  const tasks = [
    task('web:1', 'running'),
    task('web:1', 'running', '', 2),
    task('web:2', 'failed', 'task: non-zero exit (3)'),
  ]
  const seen = view(back, tasks, { ...followed, state: 'finished' })
  expect(seen).toMatchObject({
    state: 'rollback-completed',
    message: 'web went back to what it was before: it ended with exit code 3.',
    reason: 'It ended with exit code 3.',
    finishedAt: '2026-11-21T10:00:50.000Z',
    image: 'web:1',
    previousImage: null,
  })
  expect(seen.tasks.at(-1)).toMatchObject({ image: 'web:2', current: false, reason: 'It ended with exit code 3.' })
})

test('one that was never changed runs as it was made', () => {
  const fresh = service({ PreviousSpec: null, UpdateStatus: null })
  expect(view(fresh, [task('web:2', 'running'), task('web:2', 'running', '', 2)])).toMatchObject({
    state: 'none',
    message: 'web runs as it was made: 2 of 2 tasks.',
    reason: null,
    finishedAt: null,
  })
})
