import { PolicyRules } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { changesOf, flags, formOfRules, lists, rulesOfForm } from './rules.ts'

const strict: PolicyRules = {
  privileged: false,
  hostNetwork: false,
  hostNamespaces: false,
  bindFolders: [],
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

test('every rule of the contract has its place in the form', () => {
  const shown = [...flags.map(({ name }) => name), ...lists.map(({ name }) => name), 'enforceOnAdministrators']
  expect(shown.toSorted()).toEqual(Object.keys(PolicyRules.shape).toSorted())
})

test('rules become a form and the same rules again, without blank and doubled lines', () => {
  const rules = { ...strict, privileged: true, bindFolders: ['/srv', '*'], images: ['a/*'] }
  expect(rulesOfForm(formOfRules(rules))).toEqual({ rules, wrong: {} })
  expect(PolicyRules.parse(rules)).toEqual(rules)
  expect(rulesOfForm({ ...formOfRules(strict), capabilities: ' NET_ADMIN\n\nNET_ADMIN ' }).rules.capabilities).toEqual([
    'NET_ADMIN',
  ])
})

test('what cannot be is told with its line', () => {
  const { wrong } = rulesOfForm({ ...formOfRules(strict), bindFolders: '/ok\nsrv', devices: 'x', images: 'a b' })
  expect(wrong).toMatchObject({ bindFolders: expect.stringContaining('Line 2') as string })
  expect(Object.keys(wrong).toSorted()).toEqual(['bindFolders', 'devices', 'images'])
})

test('a change is told before it is made', () => {
  expect(changesOf(strict, strict)).toEqual([])
  const after = { ...strict, privileged: true, publicPorts: false, devices: ['/dev/a'], enforceOnAdministrators: true }
  const told = changesOf(strict, after)
  expect(told).toHaveLength(4)
  expect(told[0]).toBe('Run privileged: allowed')
  expect(told.at(-1)).toBe('It binds administrators too')
  expect(changesOf(after, strict)).toContain('Devices: /dev/a taken away')
})
