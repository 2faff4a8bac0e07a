import { describe, expect, test } from 'vitest'
import { isCurrentTask, progressOf, type SwarmService, type SwarmTask, type TaskTemplate, wordsOf } from './index.ts'

const began = '2026-11-21T10:00:00Z'
const before = '2026-11-21T09:00:00Z'
const after = '2026-11-21T10:00:05.5Z'

function template(image: string, runtime: string): TaskTemplate {
  return Object.assign({ ContainerSpec: { Image: image }, ForceUpdate: 0 }, { Runtime: runtime })
}

function service(image: string, more: Partial<SwarmService> = {}, replicas = 2): SwarmService {
  return {
    ID: 's1',
    Version: { Index: 1 },
    CreatedAt: before,
    UpdatedAt: began,
    // The engine says `Runtime` of a service's template and not of a task's.
    Spec: {
      Name: 'web',
      TaskTemplate: template(image, 'container'),
      Mode: { Replicated: { Replicas: replicas } },
    },
    ...more,
  }
}

let count = 0
function task(image: string, state: string, desired: string, error = '', created = after): SwarmTask {
  return {
    ID: `t${++count}`,
    CreatedAt: created,
    Spec: { ForceUpdate: 0, ContainerSpec: { Image: image, Env: null } },
    ServiceID: 's1',
    DesiredState: desired,
    NodeID: `n${count}`,
    Status: { Timestamp: created, State: state, Err: error, ContainerStatus: { ExitCode: error ? 3 : 0 } },
  }
}

describe('progress of a Swarm service', () => {
  test('an update counts the tasks of the new spec apart from those that are left', () => {
    const it = service('web:2', { UpdateStatus: { State: 'updating', StartedAt: began } })
    const tasks = [
      task('web:2', 'running', 'running'),
      task('web:1', 'running', 'running', '', before),
      task('web:1', 'running', 'shutdown', '', before),
    ]
    expect(progressOf(it, tasks)).toMatchObject({ update: 'updating', desired: 2, updated: 1, running: 2, outdated: 1 })
    expect(tasks.map((one) => isCurrentTask(it, one))).toEqual([true, false, false])
  })

  test('what failed before the change began is not its fault', () => {
    const it = service('web:2', { UpdateStatus: { State: 'updating', StartedAt: began } })
    const old = task('web:1', 'failed', 'shutdown', 'task: non-zero exit (1)', before)
    expect(progressOf(it, [old])).toMatchObject({ failing: 0, failure: null })
    const fresh = task('web:2', 'failed', 'shutdown', 'task: non-zero exit (3)')
    expect(progressOf(it, [old, fresh])).toMatchObject({
      failing: 1,
      failure: 'it ended with exit code 3',
      exitCode: 3,
    })
  })

  test('a change that went back is explained by the tasks of the spec that failed', () => {
    const it = service('web:1', { UpdateStatus: { State: 'rollback_completed', StartedAt: began } })
    const guilty = task('web:2', 'rejected', 'shutdown', 'No such image: web:2')
    const later = task('web:1', 'failed', 'shutdown', 'task: non-zero exit (9)', '2026-11-21T10:00:09Z')
    expect(progressOf(it, [later, guilty])).toMatchObject({
      update: 'rollback_completed',
      failure: expect.stringMatching(/^no such image: web:2 could not be pulled/),
    })
  })

  test('a task that was lost with its node is found by the engine’s own words', () => {
    const lost = task('web:2', 'orphaned', 'shutdown')
    const status = {
      State: 'rollback_started',
      StartedAt: began,
      Message: `update rolled back due to failure or early termination of task ${lost.ID}`,
    }
    expect(progressOf(service('web:1', { UpdateStatus: status }), [lost])).toMatchObject({
      failure: 'orphaned',
      failing: 0,
    })
  })

  test('a task that waits tells why, and one that waits to be tried again does not count as waiting', () => {
    const waits = task('web:1', 'pending', 'running', 'no suitable node (insufficient resources on 3 nodes)')
    const again = task('web:1', 'failed', 'running', 'task: non-zero exit (3)')
    const progress = progressOf(service('web:1'), [waits, again])
    expect(progress).toMatchObject({ waiting: 'no suitable node: 3 nodes have less left than it reserves', updated: 0 })
  })

  test('a global service is meant to run where it has tasks, a job to complete', () => {
    const global = { ...service('web:1').Spec, Mode: { Global: {} } }
    const tasks = [task('web:1', 'running', 'running'), task('web:1', 'preparing', 'running')]
    expect(progressOf(service('web:1', { Spec: global }), tasks)).toMatchObject({ desired: 2, updated: 1 })
    const job = { ...service('web:1').Spec, Mode: { ReplicatedJob: { TotalCompletions: 3 } } }
    const done = { ...task('web:1', 'complete', 'complete'), JobIteration: { Index: 4 } }
    const past = { ...task('web:1', 'complete', 'complete'), JobIteration: { Index: 3 } }
    const it = service('web:1', { Spec: job, JobStatus: { JobIteration: { Index: 4 } } })
    expect(progressOf(it, [done, past])).toMatchObject({ desired: 3, updated: 1 })
  })

  test('words of tasks are clauses', () => {
    expect(wordsOf(task('a', 'failed', 'shutdown', 'task: non-zero exit (137): dockerexec: unhealthy container'))).toBe(
      'it ended with exit code 137: dockerexec: unhealthy container',
    )
    expect(wordsOf(task('a', 'failed', 'shutdown', 'starting container failed: no such file'))).toBe(
      'its container did not start: no such file',
    )
  })
})
