import type { PolicyRules } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { changedRules, ruleDifferences } from './policy-rules.ts'

const rules: PolicyRules = {
  privileged: false,
  hostNetwork: false,
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
const change = (set: string[], add: string[] = [], remove: string[] = []) => changedRules(rules, { set, add, remove })

test('switches are set and lists grow and shrink, each thing once', () => {
  const after = change(
    ['host-network=yes', 'public-ports=no'],
    ['bind-folders=/data', 'bind-folders=/data', 'images=a/*'],
  )
  expect(after).toEqual({
    ...rules,
    hostNetwork: true,
    publicPorts: false,
    bindFolders: ['/srv', '/data'],
    images: ['a/*'],
  })
  expect(change([], [], ['bind-folders=/srv']).bindFolders).toEqual([])
  expect(ruleDifferences(rules, after)).toEqual([
    'host-network: no -> yes',
    'bind-folders: + /data',
    'images: + a/*',
    'public-ports: yes -> no',
  ])
  expect(ruleDifferences(rules, rules)).toEqual([])
})

test('what is no rule is told with the nearest that is one', () => {
  expect(() => change(['privleged=yes'])).toThrow('privileged')
  expect(() => change(['privileged=maybe'])).toThrow('yes or no')
  expect(() => change(['bind-folders=yes'])).toThrow('knows no rule')
  expect(() => change([], ['privileged=yes'])).toThrow('knows no rule')
  expect(() => change([], [], ['bind-folders=/none'])).toThrow('is not in bind-folders')
  expect(() => change(['privileged'])).toThrow('rule=yes')
})
