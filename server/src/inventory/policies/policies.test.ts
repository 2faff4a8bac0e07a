import type { PolicyRules } from '@wheelhouse/contract'
import type { ContainerSpec } from '@wheelhouse/driver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { container } from '../../../../test/docker/container.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { containerReasons, firstRules, networkReasons, refuseOrTell, volumeReasons } from './index.ts'
import { rulesOfRow } from './store.ts'

const strict = firstRules(['/srv/shared'])
const reasons = (spec: Partial<ContainerSpec>, rules: Partial<PolicyRules> = {}): string[] =>
  containerReasons(container('web', 'true', spec), new Set(['web']), { ...strict, ...rules })

describe('each rule lets through what it names, and no more', () => {
  test.each<[string, Partial<ContainerSpec>, Partial<PolicyRules>]>([
    ['privileged', { privileged: true }, { privileged: true }],
    ['the network of the host', { networkMode: 'host' }, { hostNetwork: true }],
    ['the process space of the host', { pidMode: 'host' }, { hostNamespaces: true }],
    ['shared memory of the host', { ipcMode: 'host' }, { hostNamespaces: true }],
    ['user space of the host', { usernsMode: 'host' }, { hostNamespaces: true }],
    ['a capability', { capAdd: ['CAP_SYS_ADMIN'] }, { capabilities: ['SYS_ADMIN'] }],
    ['every capability', { capAdd: ['ALL'] }, { capabilities: ['ALL'] }],
    [
      'a device',
      { devices: [{ host: '/dev/fuse', container: '/dev/fuse', permissions: 'rwm' }] },
      { devices: ['/dev/fuse'] },
    ],
    ['a security option', { securityOpt: ['seccomp=unconfined'] }, { securityOptions: true }],
    [
      'a log driver',
      { logDriver: { name: 'gelf', options: { 'gelf-address': 'udp://10.0.0.1:1' } } },
      { logDrivers: ['gelf'] },
    ],
    [
      'an address for the log driver of the engine',
      { logDriver: { name: '', options: { 'syslog-address': 'tcp://10.0.0.1:1' } } },
      { logDrivers: ['*'] },
    ],
    ['a kernel parameter', { sysctls: { 'kernel.msgmax': '1' } }, { sysctls: true }],
  ])('%s', (_, spec, rules) => {
    expect(reasons(spec)).toHaveLength(1)
    expect(reasons(spec, rules)).toEqual([])
  })

  test('folders: exactly these, and the socket of the engine only where all are', () => {
    const mount = (source: string): Partial<ContainerSpec> => ({
      mounts: [{ type: 'bind', source, destination: '/x', readOnly: true, options: {} }],
    })
    expect(reasons(mount('/srv/shared/'))).toEqual([])
    expect(reasons(mount('/srv/shared/below')).join()).toContain('may be a link')
    expect(reasons(mount('/var/run/docker.sock'), { bindFolders: ['/var/run/docker.sock'] }).join()).toContain('engine')
    expect(reasons(mount('/var/run/docker.sock'), { bindFolders: ['*'] })).toEqual([])
  })

  test("lines that stay on the host are nobody else's", () => {
    const options = { 'max-size': '10m' }
    const kept = ['json-file', 'local', 'journald', 'none', ''].map((name) => reasons({ logDriver: { name, options } }))
    expect(kept.flat()).toEqual([])
    expect(reasons({ logDriver: { name: 'syslog', options: {} } }, { logDrivers: ['gelf'] })).toEqual([
      'web sends its log out by the log driver syslog.',
    ])
  })

  test('images by name, registry and tag', () => {
    const images = ['registry.example.com/*', 'nginx', 'docker.io/library/redis:7']
    const allowed = (image: string): boolean => reasons({ image }, { images }).length === 0
    expect(
      ['registry.example.com/a/b:1', 'nginx', 'nginx:1.27', 'docker.io/library/nginx@sha256:ab', 'redis:7'].filter(
        allowed,
      ),
    ).toHaveLength(5)
    expect(
      ['redis:6', 'evil/nginx', 'registry.example.com.evil.org/a', 'sha256:abcd', 'xnginx'].filter(allowed),
    ).toEqual([])
  })

  test('ports on all addresses', () => {
    const port = (host: string | null): Partial<ContainerSpec> => ({
      ports: [{ host, hostPort: 80, port: 80, protocol: 'tcp' }],
    })
    expect([null, '0.0.0.0', '::'].map((host) => reasons(port(host), { publicPorts: false }).length)).toEqual([1, 1, 1])
    expect(reasons(port('127.0.0.1'), { publicPorts: false })).toEqual([])
    expect(reasons(port(null))).toEqual([])
  })

  test('volumes and networks by driver', () => {
    const volume = { name: 'v', driver: 'convoy', options: {} }
    expect(volumeReasons(volume, strict)).toHaveLength(1)
    expect(volumeReasons(volume, { ...strict, volumeDrivers: ['convoy'] })).toEqual([])
    const network = { name: 'n', driver: 'macvlan', options: {} }
    expect(networkReasons(network, strict)).toHaveLength(1)
    expect(networkReasons(network, { ...strict, networkDrivers: ['*'] })).toEqual([])
    expect(networkReasons({ ...network, driver: 'overlay', options: { encrypted: 'true' } }, strict)).toEqual([])
  })
})

test('a row that is older than a rule allows nothing by it', () => {
  const { logDrivers, ...older } = { ...strict, logDrivers: ['*'] }
  expect(rulesOfRow(JSON.stringify(older)).logDrivers).toEqual([])
  expect(rulesOfRow(JSON.stringify({ ...older, logDrivers })).logDrivers).toEqual(['*'])
})

test('administrators are told, or refused where the policy binds them too', () => {
  expect(refuseOrTell(['web runs privileged.'], 'this container', 'admin', strict)).toEqual(['web runs privileged.'])
  expect(() => refuseOrTell(['web runs privileged.'], 'this container', 'developer', strict)).toThrow(
    'The policy forbids this container: web runs privileged. An administrator can do it',
  )
  const rules = { ...strict, enforceOnAdministrators: true }
  expect(() => refuseOrTell(['web runs privileged.'], 'this container', 'admin', rules)).toThrow('binds administrators')
})

describe('in a house', () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await openTestHouse({ env: { WHEELHOUSE_BIND_FOLDERS: '/srv/shared' } })
  })
  afterAll(() => house.close())

  test('the settings are the first rules; a target may have its own and go back', async () => {
    const { policies } = house.admin
    const [ofHouse, ofTarget] = (await policies.list()).items
    expect(ofHouse).toMatchObject({ targetId: null, own: true, rules: strict, changedBy: null })
    expect(ofTarget).toMatchObject({ targetId: 'local', own: false, rules: strict })
    const rules = { ...strict, privileged: true }
    expect(await policies.set({ target: 'local', rules })).toMatchObject({ own: true, changedBy: 'admin', rules })
    expect((await policies.list()).items[0]?.rules.privileged).toBe(false)
    await policies.set({ rules: { ...strict, hostNetwork: true } })
    expect((await policies.list()).items.map((one) => one.rules.hostNetwork)).toEqual([true, false])
    await policies.clear({ target: 'local' })
    expect((await policies.list()).items[1]).toMatchObject({
      own: false,
      rules: { hostNetwork: true, privileged: false },
    })
    await expect(policies.clear({ target: 'local' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('who changed it is in the audit; others than administrators may not', async () => {
    await house.admin.users.create({ username: 'dev', password: 'correct-horse-battery', role: 'developer' })
    const dev = (await house.signIn('dev', 'correct-horse-battery')).client
    await expect(dev.policies.set({ rules: strict })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const audit = await house.admin.audit.list({ operation: 'policies.set' })
    expect(audit.items.map((entry) => entry.outcome)).toContain('refused')
    expect(audit.items.find((entry) => entry.resource === 'policy:local')?.outcome).toBe('done')
  })
})
