import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Policy, PolicyRules } from '@wheelhouse/contract'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'

const at = scene()
const rules: PolicyRules = {
  privileged: false,
  hostNetwork: true,
  hostNamespaces: false,
  bindFolders: ['/srv'],
  devices: [],
  capabilities: [],
  securityOptions: false,
  sysctls: false,
  volumeDrivers: [],
  networkDrivers: [],
  logDrivers: [],
  plugins: false,
  images: [],
  publicPorts: true,
  enforceOnAdministrators: false,
}
const house: Policy = {
  targetId: null,
  targetName: null,
  rules,
  own: true,
  changedAt: '2026-11-20T10:00:00.000Z',
  changedBy: 'mara',
}
const north: Policy = { ...house, targetId: 'n-1', targetName: 'north', own: false }
const list = (items: readonly Policy[]) => at.server.on('GET /api/v1/policies', { items })

beforeEach(() => {
  list([house, north])
  at.server.on('PUT /api/v1/policies', house)
  at.server.on('POST /api/v1/policies/clear', { ok: true })
})

test('policy get shows the rules by the words that set takes', async () => {
  const { stdout } = await at.run('policy', 'get')
  expect(stdout).toMatch(/^the house\n/)
  expect(stdout).toMatch(/host-network +yes/)
  expect(stdout).toMatch(/bind-folders +\/srv/)
  expect(stdout).toMatch(/images +every image/)
  expect((await at.run('policy', 'get', 'north')).stdout).toContain('north, as the house')
  expect((await at.run('policy', 'get', '--all')).stdout).toMatch(/north +of the house/)
  expect(await at.run('policy', 'get', 'nort')).toMatchObject({ exit: 3 })
})

test('policy set shows what differs, asks, and changes only that', async () => {
  const changes = ['--set', 'privileged=yes', '--add', 'bind-folders=/data', '--remove', 'bind-folders=/srv']
  expect(await at.run('policy', 'set', ...changes)).toMatchObject({ exit: 2 })
  const { stderr } = await at.run('policy', 'set', ...changes, '--yes')
  expect(stderr).toContain('privileged: no -> yes')
  expect(stderr).toContain('bind-folders: - /srv')
  expect(at.sent('PUT /api/v1/policies')).toEqual({ rules: { ...rules, privileged: true, bindFolders: ['/data'] } })
  expect((await at.run('policy', 'set', '--set', 'privileged=no', '-y')).stderr).toContain('Nothing would change')
  expect(await at.run('policy', 'set', '-y')).toMatchObject({ exit: 2 })
})

test('a target gets a policy of its own, from a file too', async () => {
  const file = join(at.folder, 'rules.yaml')
  await writeFile(file, JSON.stringify({ ...house, rules: { ...rules, plugins: true } }))
  const { stderr } = await at.run('policy', 'set', 'north', '--file', file, '--yes')
  expect(stderr).toContain('north gets a policy of its own')
  expect(at.sent('PUT /api/v1/policies')).toEqual({ target: 'n-1', rules: { ...rules, plugins: true } })
})

test('policy clear brings a target back to the house', async () => {
  expect((await at.run('policy', 'clear', 'north', '-y')).stderr).toContain('follows the house already')
  list([house, { ...north, own: true }])
  expect(await at.run('policy', 'clear', 'north')).toMatchObject({ exit: 2 })
  expect((await at.run('policy', 'clear', 'north', '--yes')).stderr).toContain('north follows the house.')
  expect(at.sent('POST /api/v1/policies/clear')).toEqual({ target: 'n-1' })
})
