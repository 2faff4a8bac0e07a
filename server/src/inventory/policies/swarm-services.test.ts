import type { PolicyRules } from '@wheelhouse/contract'
import type { ServiceSpec, TaskContainer } from '@wheelhouse/driver'
import { describe, expect, test } from 'vitest'
import { firstRules, swarmServiceReasons } from './index.ts'

const strict = firstRules(['/srv/shared'])
const names: Record<string, string> = { 'net-1': 'front', 'net-host': 'host' }
const spec = (container: Partial<TaskContainer>, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  Name: 'web',
  TaskTemplate: { ContainerSpec: { Image: 'nginx:1', ...container } },
  ...more,
})
const reasons = (of: ServiceSpec, rules: Partial<PolicyRules> = {}): string[] =>
  swarmServiceReasons(of, (id) => names[id] ?? id, { ...strict, ...rules })
const mount = (Source: string, more: object = {}) => ({ Mounts: [{ Type: 'bind', Source, Target: '/x', ...more }] })
const driver = (Name: string, Options: Record<string, string> = {}) => ({
  Mounts: [{ Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { DriverConfig: { Name, Options } } }],
})

describe('a Swarm service is judged like a container', () => {
  test.each<[string, ServiceSpec, Partial<PolicyRules>]>([
    ['a folder of its nodes', spec(mount('/etc')), { bindFolders: ['/etc'] }],
    ['the socket of the engine', spec(mount('/var/run/docker.sock')), { bindFolders: ['*'] }],
    [
      'a folder in the guise of a volume',
      spec({ Mounts: [{ Type: 'volume', Source: '/etc', Target: '/x' }] }),
      { bindFolders: ['/etc'] },
    ],
    ['a mount without a type', spec({ Mounts: [{ Source: '/etc', Target: '/x' }] }), { bindFolders: ['/etc'] }],
    [
      'a folder behind a local volume',
      spec(driver('local', { type: 'none', o: 'bind', device: '/etc' })),
      { bindFolders: ['/etc'] },
    ],
    ['a volume driver', spec(driver('convoy')), { volumeDrivers: ['convoy'] }],
    [
      'a mount of another kind',
      spec({ Mounts: [{ Type: 'npipe', Source: '//./pipe/docker', Target: '/x' }] }),
      { volumeDrivers: ['*'] },
    ],
    [
      'a log driver',
      spec(
        {},
        { TaskTemplate: { ContainerSpec: { Image: 'nginx:1' }, LogDriver: { Name: 'fluentd', Options: null } } },
      ),
      { logDrivers: ['fluentd'] },
    ],
    ['a capability', spec({ CapabilityAdd: ['CAP_SYS_ADMIN'] }), { capabilities: ['SYS_ADMIN'] }],
    ['every capability', spec({ CapabilityAdd: ['ALL'] }), { capabilities: ['ALL'] }],
    ['a kernel parameter', spec({ Sysctls: { 'kernel.msgmax': '1' } }), { sysctls: true }],
    ['no seccomp', spec({ Privileges: { Seccomp: { Mode: 'unconfined' } } }), { securityOptions: true }],
    ['no AppArmor', spec({ Privileges: { AppArmor: { Mode: 'disabled' } } }), { securityOptions: true }],
    ['no SELinux', spec({ Privileges: { SELinuxContext: { Disable: true } } }), { securityOptions: true }],
    ['a credential of the domain', spec({ Privileges: { CredentialSpec: { File: 'x' } } }), { securityOptions: true }],
    ['a group of the host', spec({ Groups: ['docker'] }), { privileged: true }],
    [
      'the network of the host',
      spec({}, { TaskTemplate: { ContainerSpec: { Image: 'nginx:1' }, Networks: [{ Target: 'net-host' }] } }),
      { hostNetwork: true },
    ],
    [
      'the network of the host, where older clients say it',
      spec({}, { Networks: [{ Target: 'host' }] }),
      { hostNetwork: true },
    ],
    [
      'a plugin',
      { Name: 'web', TaskTemplate: { PluginSpec: { Name: 'p', Remote: 'evil/plugin' } } },
      { plugins: true },
    ],
  ])('%s', (_, of, rules) => {
    expect(reasons(of).length).toBeGreaterThan(0)
    expect(reasons(of, rules)).toEqual([])
  })

  test('what stays inside asks for nothing', () => {
    const { TaskTemplate: template } = spec({
      ...mount('/srv/shared'),
      CapabilityAdd: ['CAP_NET_BIND_SERVICE'],
      Privileges: { NoNewPrivileges: true, SELinuxContext: { User: '', Disable: false } },
      Groups: ['1000'],
    })
    const tame = { Name: 'web', TaskTemplate: { ...template, Networks: [{ Target: 'net-1' }] } }
    expect(reasons(tame)).toEqual([])
  })

  test('ports are on all addresses of a node, in either mode', () => {
    const port = (PublishMode: string): ServiceSpec =>
      spec({}, { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080, PublishMode }] } })
    for (const mode of ['ingress', 'host']) {
      expect(reasons(port(mode), { publicPorts: false })).toEqual(['web publishes port 8080 on all addresses.'])
      expect(reasons(port(mode))).toEqual([])
    }
  })

  test('images by name, also when they are bound to a digest', () => {
    const images = ['registry.example.com/*', 'nginx']
    const digest = `@sha256:${'a'.repeat(64)}`
    const allowed = (Image: string): boolean => reasons(spec({ Image }), { images }).length === 0
    expect(['nginx:1', `nginx:1${digest}`, `registry.example.com/a:2${digest}`].every(allowed)).toBe(true)
    expect(['redis:7', `redis:7${digest}`, 'registry.example.com.evil.org/a'].some(allowed)).toBe(false)
  })
})
