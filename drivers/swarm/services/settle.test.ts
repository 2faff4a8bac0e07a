import type { SwarmService, SwarmTask } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import { Course } from './settle.ts'

const monitorMs = 2000
const began = '2026-11-21T10:00:00Z'

const service = (image: string, state?: string): SwarmService => ({
  ID: 's1',
  Version: { Index: 1 },
  CreatedAt: began,
  UpdatedAt: began,
  Spec: {
    Name: 'web',
    TaskTemplate: { ContainerSpec: { Image: image } },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Monitor: monitorMs * 1e6 },
  },
  ...(state === undefined ? {} : { UpdateStatus: { State: state, StartedAt: began } }),
})
const task = (id: string, image: string, state = 'running', error = ''): SwarmTask => ({
  ID: id,
  CreatedAt: '2026-11-21T10:00:01Z',
  Spec: { ContainerSpec: { Image: image } },
  ServiceID: 's1',
  DesiredState: state === 'running' ? 'running' : 'shutdown',
  Status: { Timestamp: began, State: state, Err: error },
})

test('it has converged when the tasks have run for as long as they are watched, counted from when they were seen', () => {
  const course = new Course()
  expect(course.look(service('web:1'), [task('a', 'web:1')], 1000)).toBeNull()
  expect(course.look(service('web:1'), [task('a', 'web:1')], 1000 + monitorMs - 1)).toBeNull()
  expect(course.look(service('web:1'), [task('a', 'web:1')], 1000 + monitorMs)).toMatchObject({ state: 'converged' })
})

test('a task that falls meanwhile and comes again starts the clock anew', () => {
  const course = new Course()
  course.look(service('web:1'), [task('a', 'web:1')], 0)
  const failed = task('a', 'web:1', 'failed', 'task: non-zero exit (1)')
  expect(course.look(service('web:1'), [failed, task('b', 'web:1')], monitorMs)).toBeNull()
  expect(course.look(service('web:1'), [failed, task('b', 'web:1')], 2 * monitorMs)).toMatchObject({
    state: 'converged',
  })
})

test('the engine’s word that an update is complete is not enough while a task of the old spec is left', () => {
  const course = new Course()
  const tasks = [task('a', 'web:1'), task('b', 'web:2')]
  expect(course.look(service('web:2', 'completed'), tasks, 0)).toBeNull()
  expect(course.look(service('web:2', 'completed'), tasks, 60_000)).toBeNull()
  expect(course.stalled(60_000, null)).toMatchObject({
    state: 'stalled',
    message: expect.stringContaining('within 60 s'),
  })
})

test('a change that goes back keeps what failed, although the engine forgets it', () => {
  const course = new Course()
  course.look(service('web:2', 'updating'), [task('a', 'web:1')], 0)
  const failed = task('b', 'web:2', 'failed', 'task: non-zero exit (7)')
  expect(course.look(service('web:1', 'rollback_started'), [failed], 100)).toBeNull()
  expect(course.look(service('web:1', 'rollback_completed'), [task('c', 'web:1')], 200)).toBeNull()
  expect(course.look(service('web:1', 'rollback_completed'), [task('c', 'web:1')], 200 + monitorMs)).toMatchObject({
    state: 'rolled-back',
    reason: 'it ended with exit code 7',
  })
})

test('another spec than the one that was waited for is somebody else’s', () => {
  const course = new Course()
  course.look(service('web:1'), [task('a', 'web:1')], 0)
  expect(course.look(service('web:3'), [task('a', 'web:1')], 100)).toMatchObject({ state: 'overtaken' })
})

test('what was never heard is said so', () => {
  expect(new Course().stalled(5000, 'n1 does not answer.').message).toBe(
    'The service was not seen to settle within 5 s: n1 does not answer.',
  )
  expect(new Course().gone()).toMatchObject({ state: 'gone', service: null })
})
