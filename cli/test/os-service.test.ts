import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job, listOf, plan, service } from './things.ts'

const at = scene()
const target = { id: 'sys', name: 'systemd', kind: 'os-service', state: 'connected', services: {}, capabilities: [] }

beforeEach(() => {
  at.server.on('GET /api/v1/targets', listOf([target]))
  at.server.on('POST /api/v1/stacks/validate', {
    ok: true,
    format: 'wheelhouse',
    name: 'shop',
    services: ['queue', 'reverb'],
    problems: [],
  })
  at.server.on('POST /api/v1/stacks/plan', { ...plan({ summary: 'shop on systemd' }), stack: 'shop', targetId: 'sys' })
  at.server.on('POST /api/v1/stacks', job({ state: 'running', steps: [] }))
  at.server.on('GET /api/v1/jobs/job-1', job())
  at.server.on(
    'GET /api/v1/services',
    listOf([service('queue', { targetName: 'systemd' }), service('reverb', { targetName: 'systemd' })]),
  )
})

test('install brings the stack to the one target of its kind and shows how the services stand', async () => {
  const { exit, stdout, stderr } = await at.run('install', 'all', '-f', at.folder, '--yes')
  expect(exit).toBe(0)
  expect(at.query('GET /api/v1/targets')).toMatchObject({ kind: 'os-service' })
  expect(at.sent('POST /api/v1/stacks')).toMatchObject({ target: 'systemd', digest: 'd1', directory: at.folder })
  expect(stderr).toContain('shop is installed on systemd.')
  expect(stdout).toMatch(/queue +running +systemd/)
})

test('install of one service asks for that one alone', async () => {
  const { stdout, stderr } = await at.run('install', 'queue', '--target', 'systemd', '-y')
  expect(at.sent('POST /api/v1/stacks/plan')).toMatchObject({ services: ['queue'] })
  expect(at.sent('POST /api/v1/stacks')).toMatchObject({ services: ['queue'], digest: 'd1' })
  expect(stderr).toContain('queue of shop is installed on systemd.')
  expect(stdout).toContain('queue')
  expect(stdout).not.toContain('reverb')
  expect((await at.run('install', 'quue', '--yes')).stderr).toContain('Nearest name: queue.')
})

test('install plans, asks, and says where no target fits', async () => {
  expect((await at.run('install', '--dry-run')).stdout).toContain('shop on systemd')
  expect(await at.run('install')).toMatchObject({ exit: 2 })
  expect(await at.run('install', '--target', 'sistemd', '--yes')).toMatchObject({ exit: 3 })
  at.server.on('GET /api/v1/targets', listOf([]))
  expect((await at.run('install', '--yes')).stderr).toContain('No target runs services of an operating system.')
  expect(at.sent('POST /api/v1/stacks')).toBeUndefined()
})

test('uninstall takes out services, or the stack of the file', async () => {
  at.server.on('DELETE /api/v1/services/local:queue?dryRun', plan({ summary: 'Remove queue' }))
  at.server.on('DELETE /api/v1/services/local:queue', { ok: true })
  expect((await at.run('uninstall', 'queue', '--dry-run')).stdout).toContain('Remove queue')
  expect(await at.run('uninstall', 'queue')).toMatchObject({ exit: 2 })
  expect(at.sent('DELETE /api/v1/services/local:queue')).toBeUndefined()
  expect((await at.run('uninstall', 'queue', '--target', 'systemd', '--yes')).stderr).toBe(
    'queue is uninstalled from systemd.\n',
  )
  at.server.on(
    'GET /api/v1/stacks',
    listOf([{ id: 'sys:shop', name: 'shop', targetName: 'systemd', state: 'running' }]),
  )
  at.server.on('DELETE /api/v1/stacks/sys:shop', job({ state: 'running', steps: [] }))
  expect((await at.run('uninstall', 'all', '-f', at.folder, '-y')).stderr).toContain('shop is removed from systemd.')
})
