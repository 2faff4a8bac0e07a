import type { NotificationChannel, Trigger } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf } from './things.ts'

const at = scene()
const now = '2026-11-20T10:00:00.000Z'
const trigger: Trigger = {
  id: 'tr-1',
  name: 'nightly',
  kind: 'schedule',
  cron: '0 3 * * *',
  timezone: 'Europe/Berlin',
  path: null,
  action: { do: 'backup', directory: '/srv/shop' },
  enabled: true,
  origin: 'person',
  stack: 'shop',
  lastAt: null,
  lastResult: null,
  nextAt: null,
  missed: 2,
  createdBy: 'mara',
  createdAt: now,
}
const channel: NotificationChannel = {
  id: 'no-1',
  name: 'ops',
  kind: 'slack',
  address: 'hooks.slack.com',
  on: ['deployment.failed'],
  stacks: [],
  enabled: true,
  lastAt: null,
  lastError: 'answered 500',
  createdBy: 'mara',
  createdAt: now,
}

beforeEach(() => {
  at.server.on('GET /api/v1/triggers', listOf([trigger]))
  at.server.on('GET /api/v1/notifications', listOf([channel]))
})

test('schedules and webhooks are listed, described, and fired by their name', async () => {
  expect((await at.run('get', 'triggers')).stdout).toMatch(
    /nightly +schedule +0 3 \* \* \* Europe\/Berlin +backup \/srv\/shop/,
  )
  expect((await at.run('triggers')).stdout).toContain('nightly')
  expect((await at.run('describe', 'trigger', 'nightly')).stdout).toMatch(/missed +2/)
  at.server.on('POST /api/v1/triggers/tr-1/fire', { deploymentId: null, jobId: 'job-1' })
  expect((await at.run('triggers', 'fire', 'nightly', '--yes')).stdout).toContain('job-1')
  expect((await at.run('triggers', 'fire', 'nightli', '--yes')).stderr).toContain('Nearest name: nightly.')
  expect((await at.run('triggers', 'receive', 'x')).stderr).toContain('Use the address of the webhook.')
})

test('a schedule of several environments is named with its environment', async () => {
  const of = (id: string, environment: string): Trigger => ({
    ...trigger,
    id,
    action: { do: 'backup', directory: '/srv/shop', environment },
  })
  at.server.on('GET /api/v1/triggers', listOf([of('tr-1', 'production'), of('tr-2', 'staging')]))
  at.server.on('POST /api/v1/triggers/tr-2/fire', { deploymentId: null, jobId: 'job-2' })
  const { stderr } = await at.run('triggers', 'fire', 'nightly', '--yes')
  expect(stderr).toContain('There are 2 triggers nightly. Name one in full: nightly/production, nightly/staging.')
  expect((await at.run('triggers', 'fire', 'nightly/staging', '--yes')).stdout).toContain('job-2')
})

test('where messages go is listed, tried and deleted by its name', async () => {
  expect((await at.run('get', 'notifications')).stdout).toMatch(
    /ops +slack +hooks\.slack\.com +deployment\.failed .*answered 500/,
  )
  at.server.on('POST /api/v1/notifications/no-1/test', { ok: true, message: 'It arrived.', tookMs: 12 })
  expect((await at.run('notifications', 'test', 'ops')).exit).toBe(0)
  at.server.on('DELETE /api/v1/notifications/no-1', { ok: true })
  expect(await at.run('delete', 'notification', 'ops')).toMatchObject({ exit: 2 })
  expect((await at.run('delete', 'notification', 'ops', '--yes')).stderr).toBe('ops is removed.\n')
})
