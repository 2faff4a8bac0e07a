import type { SwarmService, SwarmTask } from '@wheelhouse/driver'
import { describe, expect, test } from 'vitest'
import { rowOf, verdict } from './row.ts'
import { told } from './told.ts'

const at = '2026-11-21T10:00:00Z'
const service = (more: Partial<SwarmService> = {}, spec: Partial<SwarmService['Spec']> = {}): SwarmService => ({
  ID: 's1',
  Version: { Index: 1 },
  CreatedAt: at,
  UpdatedAt: at,
  Spec: {
    Name: 'shop_web',
    Labels: { 'com.docker.stack.namespace': 'shop', team: 'a' },
    TaskTemplate: { ContainerSpec: { Image: `web:1@sha256:${'a'.repeat(64)}`, Command: ['sh', '-c', 'run it'] } },
    Mode: { Replicated: { Replicas: 2 } },
    ...spec,
  },
  Endpoint: { Ports: [{ Protocol: 'tcp', TargetPort: 8080, PublishedPort: 80 }] },
  ...more,
})
const task = (state: string, error = '', desired = 'running'): SwarmTask => ({
  ID: Math.random().toString(36),
  CreatedAt: at,
  Spec: service().Spec.TaskTemplate,
  ServiceID: 's1',
  DesiredState: desired,
  Status: { Timestamp: '2026-11-21T10:00:07Z', State: state, Err: error, ContainerStatus: { ExitCode: error ? 3 : 0 } },
})
const failed = task('failed', 'task: non-zero exit (3)', 'shutdown')
const pending = task('pending', 'no suitable node (scheduling constraints not satisfied on 3 nodes)')
const updating = { UpdateStatus: { State: 'updating', StartedAt: at } }

describe('the row of a Swarm service', () => {
  test('holds what a service of any target has', () => {
    expect(rowOf(service(), [task('running'), task('running')], undefined)).toMatchObject({
      nativeId: 's1',
      name: 'shop_web',
      kind: 'swarm-service',
      stack: 'shop',
      stackService: 'web',
      state: 'running',
      nativeState: '2/2',
      image: 'web:1',
      command: "sh -c 'run it'",
      ports: [{ host: '0.0.0.0', hostPort: 80, port: 8080, protocol: 'tcp' }],
      startedAt: '2026-11-21T10:00:07.000Z',
      exitCode: null,
      restarts: 0,
    })
  })

  test.each([
    ['running', '2/2', null, service(), [task('running'), task('running')]],
    ['starting', '1/2', '1 of 2 tasks run', service(), [task('running'), task('preparing')]],
    ['degraded', '1/2', '1 of 2 tasks run: it ended with exit code 3', service(), [task('running'), failed]],
    ['failed', '0/2', '0 of 2 tasks run: it ended with exit code 3', service(), [failed, failed]],
    [
      'failed',
      '0/2',
      '0 of 2 tasks run: no suitable node: 3 nodes do not meet its constraints',
      service(),
      [pending, failed],
    ],
    ['stopped', '0/0', null, service({}, { Mode: { Replicated: { Replicas: 0 } } }), []],
    ['running', '1/2 updating', '1 of 2 tasks run', service(updating), [task('running')]],
    [
      'degraded',
      '2/2 paused',
      'Its update is paused, 2 of 2 tasks run',
      service({ UpdateStatus: { State: 'paused' } }),
      [task('running'), task('running')],
    ],
    [
      'stopped',
      '1/1',
      null,
      service({}, { Mode: { ReplicatedJob: { TotalCompletions: 1 } } }),
      [task('complete', '', 'complete')],
    ],
    ['running', '0/1', null, service({}, { Mode: { ReplicatedJob: { TotalCompletions: 1 } } }), [task('running')]],
  ] as const)('is %s at %s', (state, nativeState, reason, of, tasks) => {
    expect(verdict(of, tasks)).toEqual({ state, nativeState, reason })
  })

  test('with a health check it is healthy when every task has passed it', () => {
    const checked = service({}, { TaskTemplate: { ContainerSpec: { Healthcheck: { Test: ['CMD', 'true'] } } } })
    expect(rowOf(checked, [task('running')], undefined).health).toBe('healthy')
    expect(rowOf(checked, [task('starting')], undefined).health).toBe('starting')
    const ill = task('failed', 'task: non-zero exit (137): dockerexec: unhealthy container', 'shutdown')
    expect(rowOf(checked, [ill, task('starting')], undefined).health).toBe('unhealthy')
  })

  test('what changes is news, once', () => {
    const runs = rowOf(service(), [task('running'), task('running')], undefined)
    const fails = rowOf(service(), [failed, failed], runs)
    expect(told(undefined, runs)).toBeNull()
    expect(told(runs, fails)).toMatchObject({
      type: 'service.failed',
      severity: 'error',
      message: 'shop_web does not run: 0 of 2 tasks run: it ended with exit code 3.',
    })
    expect(told(fails, fails)).toBeNull()
    expect(told(fails, runs)).toMatchObject({ type: 'service.started' })
  })
})
