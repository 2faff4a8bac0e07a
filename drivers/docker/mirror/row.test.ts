import { expect, test } from 'vitest'
import type { InspectedContainer, ListedContainer } from './engine-json.ts'
import { rowAfterEnd, rowFromInspect, rowFromList } from './row.ts'

const unheard = { asked: null, outOfMemory: false, heardAt: null }
const listed: ListedContainer = {
  Id: 'c1',
  Names: ['/proxy/web', '/web'],
  Image: 'nginx:1',
  Command: 'nginx -g off',
  Created: 1_700_000_000,
  Ports: [
    { PrivatePort: 443, Type: 'tcp' },
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
  ],
  Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
  State: 'running',
  Status: 'Up 3 minutes (healthy)',
}
const inspected: InspectedContainer = {
  Id: 'c1',
  Name: '/web',
  Created: '2023-11-14T22:13:20.5Z',
  Path: 'sh',
  Args: ['-c', "echo it's"],
  RestartCount: 2,
  State: {
    Status: 'running',
    Paused: false,
    OOMKilled: false,
    Pid: 42,
    ExitCode: 0,
    Error: '',
    StartedAt: '2023-11-14T22:14:00.123456789Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: { Status: 'healthy' },
  },
  Config: { Image: 'nginx:1', Tty: true, Env: null, Labels: listed.Labels },
  NetworkSettings: { Ports: { '443/tcp': null, '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
}

test('a list gives a row at once', () => {
  const row = rowFromList(listed, undefined, unheard)
  expect(row).toMatchObject({ name: 'web', state: 'running', health: 'healthy', stack: 'shop', stackService: 'web' })
  expect(row.ports).toEqual([
    { host: '0.0.0.0', hostPort: 8080, port: 80, protocol: 'tcp' },
    { host: null, hostPort: null, port: 443, protocol: 'tcp' },
  ])
})

test('an exit code is read from the words of the list', () => {
  const ended = { ...listed, State: 'exited', Status: 'Exited (2) 5 days ago' }
  expect(rowFromList(ended, undefined, unheard)).toMatchObject({ state: 'failed', exitCode: 2 })
  const restarting = { ...listed, State: 'restarting', Status: 'Restarting (1) 3 seconds ago' }
  expect(rowFromList(restarting, undefined, unheard)).toMatchObject({ state: 'failed', exitCode: 1 })
})

test('an inspect adds what the list lacks, and a later list keeps it', () => {
  const row = rowFromInspect(inspected, undefined, unheard)
  expect(row).toMatchObject({
    pid: 42,
    tty: true,
    restarts: 2,
    command: `sh -c 'echo it'\\''s'`,
    startedAt: '2023-11-14T22:14:00.123Z',
    changedAt: '2023-11-14T22:14:00.123Z',
    exitCode: null,
  })
  expect(rowFromList(listed, row, unheard)).toEqual(row)
})

test('the time of a change that has no time of its own is that of its event', () => {
  const row = rowFromInspect(inspected, undefined, unheard)
  const sick = { ...inspected, State: { ...inspected.State, Health: { Status: 'unhealthy' } } }
  const heardAt = '2023-11-14T23:00:00.000Z'
  const turned = rowFromInspect(sick, row, { ...unheard, heardAt })
  expect(turned).toMatchObject({ state: 'degraded', changedAt: heardAt })
  expect(rowFromInspect(sick, turned, { ...unheard, heardAt: '2023-11-14T23:30:00.000Z' }).changedAt).toBe(heardAt)
})

test('an end is shown from its event', () => {
  const row = rowFromInspect(inspected, undefined, unheard)
  const heardAt = '2023-11-14T23:00:00.000Z'
  expect(rowAfterEnd(row, 137, { asked: false, outOfMemory: true, heardAt })).toMatchObject({
    state: 'failed',
    reason: 'Exited with code 137, killed for memory',
    pid: null,
    health: 'none',
    changedAt: heardAt,
  })
})

test('checks come from our label, and what does not fit is none', () => {
  const check = {
    kind: 'tcp',
    name: 'p',
    host: 'x',
    port: 1,
    intervalMs: 1000,
    timeoutMs: 100,
    retries: 1,
    startPeriodMs: 0,
  }
  const checksOf = (text: string): unknown =>
    rowFromList({ ...listed, Labels: { 'wheelhouse.checks': text } }, undefined, unheard).checks
  expect(checksOf(JSON.stringify([check]))).toEqual([check])
  expect(checksOf('[{"kind":"shell"}]')).toEqual([])
  expect(checksOf('{')).toEqual([])
})
