import type { Rollout, Task } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { clockOf, nextLook, rolloutGlyph, slotsOf } from './rollout-words.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const later = (ms: number): string => new Date(now + ms).toISOString()
const rollout = (more: Partial<Rollout>): Rollout => ({
  serviceId: 's:1',
  serviceName: 'web',
  state: 'updating',
  message: '',
  reason: null,
  startedAt: later(-60_000),
  finishedAt: null,
  deadline: later(540_000),
  nextAt: later(8000),
  parallelism: 2,
  delayMs: 10_000,
  desired: 8,
  updated: 3,
  running: 8,
  failing: 0,
  tasks: [],
  image: 'web:2',
  previousImage: 'web:1',
  ...more,
})
const task = (id: string, more: Partial<Task>): Task => ({
  id,
  swarmId: 's',
  serviceId: 's:1',
  serviceName: 'web',
  slot: 1,
  nodeId: 'n1',
  nodeName: 'n1',
  networks: [],
  state: 'running',
  desired: 'running',
  image: 'web:2',
  reason: null,
  exitCode: null,
  containerServiceId: null,
  specVersion: null,
  current: true,
  createdAt: later(0),
  changedAt: later(0),
  ...more,
})

test('the clock runs towards the next tasks, and names our own deadline', () => {
  expect(clockOf(rollout({}), now)).toEqual({
    title: 'The next 2 tasks in 8.0 s',
    about: 'Unless it gets on, it is undone in 9 min.',
    part: expect.closeTo(0.2),
  })
})

test('no more tasks are announced than are left', () => {
  expect(clockOf(rollout({ updated: 7 }), now)?.title).toBe('The next 1 task in 8.0 s')
  expect(clockOf(rollout({ parallelism: 0 }), now)?.title).toBe('The next 5 tasks in 8.0 s')
})

test('past its moment it tells of tasks on their way, and the hand runs towards the deadline', () => {
  expect(clockOf(rollout({ nextAt: later(-1000) }), now)).toMatchObject({
    title: '2 tasks on their way',
    part: expect.closeTo(0.1),
  })
  expect(clockOf(rollout({ nextAt: null, updated: 8 }), now)?.title).toBe('The last ones are watched')
})

test('a task that no node takes is told before all else', () => {
  const tasks = [task('waits', { state: 'pending', nodeId: null, nodeName: null })]
  expect(clockOf(rollout({ tasks }), now)?.title).toBe('No node takes the next task')
})

test('held by hand nothing runs out; one that is not followed says that nobody undoes it', () => {
  expect(clockOf(rollout({ state: 'paused', deadline: null }), now)).toMatchObject({ title: 'It is held', part: null })
  expect(clockOf(rollout({ deadline: null }), now)?.about).toContain('nothing undoes it by itself')
  expect(clockOf(rollout({ state: 'completed' }), now)).toBeNull()
})

test('the server is asked again just after the next moment it judges by, and never for one that is past', () => {
  expect(nextLook(rollout({}), now)).toBe(8250)
  expect(nextLook(rollout({ nextAt: later(-1) }), now)).toBe(540_250)
  expect(nextLook(rollout({ nextAt: null, deadline: null }), now)).toBeNull()
})

test('too few tasks show although nothing was changed', () => {
  expect(rolloutGlyph({ state: 'none', running: 1, desired: 2 })).toBe('degraded')
  expect(rolloutGlyph({ state: 'none', running: 2, desired: 2 })).toBe('running')
  expect(rolloutGlyph({ state: 'rollback-completed', running: 2, desired: 2 })).toBe('rolled-back')
})

test('each place shows its newest task, in the order of slots', () => {
  const tasks = [
    task('old-2', { slot: 2, createdAt: later(-50_000), state: 'failed' }),
    task('new-2', { slot: 2, createdAt: later(-10_000) }),
    task('ten', { slot: 10 }),
    task('gone-10', { slot: 10, createdAt: later(10), state: 'shutdown' }),
    task('one', {}),
  ]
  expect(slotsOf(tasks).map(({ id }) => id)).toEqual(['one', 'new-2', 'ten'])
  const everywhere = [task('a', { slot: null, nodeId: 'n2' }), task('b', { slot: null, nodeId: 'n1' })]
  expect(slotsOf(everywhere).map(({ id }) => id)).toEqual(['b', 'a'])
})
