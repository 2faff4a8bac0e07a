import type { ServiceSpec, SwarmServiceSpec } from '@wheelhouse/driver'
import { describe, expect, test } from 'vitest'
import { readStack } from '../../read-stack.ts'

const read = (source: string, more: Partial<Parameters<typeof readStack>[0]> = {}) =>
  readStack({ source, name: 'shop', directory: '/srv/shop', swarm: true, ...more })
const specs = (source: string, more: Partial<Parameters<typeof readStack>[0]> = {}): SwarmServiceSpec[] => {
  const { rendered, problems } = read(source, more)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return rendered!.workloads.map(({ spec }) => spec as SwarmServiceSpec)
}
const native = (lines: string, more: Partial<Parameters<typeof readStack>[0]> = {}): ServiceSpec =>
  specs(`services:\n  web:\n    image: nginx:1\n${lines.replace(/^/gm, '    ')}`, more)[0]!.native
const service = (lines: string) => read(`services:\n  web:\n    image: nginx:1\n${lines.replace(/^/gm, '    ')}`)

describe('a Compose file for a Swarm', () => {
  test('names and labels its service as docker stack deploy does, on its default network', () => {
    const [spec] = specs('services: { web: { image: nginx, labels: { a: b }, deploy: { labels: { c: d } } } }')
    expect(spec).toMatchObject({
      kind: 'swarm-service',
      name: 'shop_web',
      service: 'web',
      stack: 'shop',
      image: 'nginx',
    })
    expect(spec!.native).toEqual({
      Name: 'shop_web',
      Labels: { c: 'd', 'com.docker.stack.namespace': 'shop', 'com.docker.stack.image': 'nginx' },
      TaskTemplate: {
        ContainerSpec: {
          Image: 'nginx:latest',
          Labels: { a: 'b', 'com.docker.stack.namespace': 'shop' },
          Privileges: { NoNewPrivileges: false },
        },
        Resources: {},
        Placement: {},
        Networks: [{ Target: 'shop_default', Aliases: ['web'] }],
      },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: {},
    })
  })

  test.each<[string, object]>([
    ['deploy: { mode: global }', { Mode: { Global: {} } }],
    [
      'deploy: { mode: replicated-job, replicas: 3 }',
      { Mode: { ReplicatedJob: { MaxConcurrent: 3, TotalCompletions: 3 } } },
    ],
    ['deploy: { mode: global-job }', { Mode: { GlobalJob: {} } }],
    ['scale: 4', { Mode: { Replicated: { Replicas: 4 } } }],
    ['deploy: { replicas: 0 }', { Mode: { Replicated: { Replicas: 0 } } }],
    ['deploy: { update_config: { delay: 1m30s, parallelism: 0 } }', { UpdateConfig: { Delay: 90e9, Parallelism: 0 } }],
    ['deploy: { update_config: { order: start-first } }', { UpdateConfig: { Order: 'start-first', Parallelism: 1 } }],
    [
      'deploy: { rollback_config: { monitor: 10s, failure_action: continue } }',
      { RollbackConfig: { Monitor: 10e9, FailureAction: 'continue', Parallelism: 1 } },
    ],
    ['deploy: { endpoint_mode: dnsrr }', { EndpointSpec: { Mode: 'dnsrr' } }],
    [
      'ports: ["8080:80/udp", "443"]',
      {
        EndpointSpec: {
          Ports: [
            { TargetPort: 443, PublishMode: 'ingress' },
            { PublishedPort: 8080, TargetPort: 80, Protocol: 'udp' },
          ],
        },
      },
    ],
    ['ports: [{ target: 80, published: 80, mode: host }]', { EndpointSpec: { Ports: [{ PublishMode: 'host' }] } }],
  ])('%s', (lines, expected) => expect(native(lines)).toMatchObject(expected))

  test.each<[string, object]>([
    [
      'deploy: { placement: { constraints: ["node.labels.zone==a"], max_replicas_per_node: 2, preferences: [{ spread: node.labels.rack }] } }',
      {
        Placement: {
          Constraints: ['node.labels.zone==a'],
          MaxReplicas: 2,
          Preferences: [{ Spread: { SpreadDescriptor: 'node.labels.rack' } }],
        },
      },
    ],
    [
      'deploy: { restart_policy: { condition: on-failure, delay: 3s, max_attempts: 2, window: 1m } }',
      { RestartPolicy: { Condition: 'on-failure', Delay: 3e9, MaxAttempts: 2, Window: 60e9 } },
    ],
    ['restart: on-failure:3', { RestartPolicy: { Condition: 'on-failure', MaxAttempts: 3 } }],
    ['restart: unless-stopped', { RestartPolicy: { Condition: 'any' } }],
    [
      'deploy: { resources: { limits: { cpus: "1.5", memory: 1g, pids: 9 } } }',
      { Resources: { Limits: { NanoCPUs: 15e8, MemoryBytes: 1024 ** 3, Pids: 9 } } },
    ],
    [
      'deploy: { resources: { reservations: { generic_resources: [{ discrete_resource_spec: { kind: gpu, value: 2 } }] } } }',
      { Resources: { Reservations: { GenericResources: [{ DiscreteResourceSpec: { Kind: 'gpu', Value: 2 } }] } } },
    ],
    ['mem_limit: 64m\ncpus: 0.25', { Resources: { Limits: { NanoCPUs: 25e7, MemoryBytes: 64 * 1024 ** 2 } } }],
    [
      'logging: { driver: json-file, options: { max-size: 1m } }',
      { LogDriver: { Name: 'json-file', Options: { 'max-size': '1m' } } },
    ],
  ])('%s', (lines, expected) => expect(native(lines).TaskTemplate).toMatchObject(expected))

  test.each<[string, object]>([
    ['entrypoint: /run.sh\ncommand: a "b c"', { Command: ['/run.sh'], Args: ['a', 'b c'] }],
    ['environment: { B: "2", A: "a=b" }', { Env: ['A=a=b', 'B=2'] }],
    ['extra_hosts: ["db:10.0.0.9"]', { Hosts: ['10.0.0.9 db'] }],
    ['dns: 10.0.0.2\ndns_search: [lan]', { DNSConfig: { Nameservers: ['10.0.0.2'], Search: ['lan'] } }],
    ['cap_add: [net_admin]\ncap_drop: [ALL]', { CapabilityAdd: ['CAP_NET_ADMIN'], CapabilityDrop: ['ALL'] }],
    [
      'ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 }',
      {
        Ulimits: [
          { Name: 'nofile', Soft: 1, Hard: 2 },
          { Name: 'nproc', Soft: 3, Hard: 3 },
        ],
      },
    ],
    [
      'healthcheck: { test: curl localhost, interval: 5s }',
      { Healthcheck: { Test: ['CMD-SHELL', 'curl localhost'], Interval: 5e9 } },
    ],
    ['healthcheck: { disable: true }', { Healthcheck: { Test: ['NONE'] } }],
    ['volumes: ["./a:/a:ro"]', { Mounts: [{ Type: 'bind', Source: '/srv/shop/a', Target: '/a', ReadOnly: true }] }],
    ['volumes: [{ type: tmpfs, target: /run }]', { Mounts: [{ Type: 'tmpfs', Target: '/run' }] }],
    ['init: false\nread_only: true\ntty: true', { Init: false, ReadOnly: true, TTY: true }],
    ['stop_grace_period: 2s\nstop_signal: SIGINT', { StopGracePeriod: 2e9, StopSignal: 'SIGINT' }],
    ['hostname: "{{.Node.Hostname}}"', { Hostname: '{{.Node.Hostname}}' }],
  ])('%s', (lines, expected) => expect(native(lines).TaskTemplate.ContainerSpec).toMatchObject(expected))

  test('a volume goes along with what it is made from, since each node makes its own', () => {
    const [spec] = specs(`
services: { web: { image: a, volumes: ["data:/d", "out:/o", "/anonymous"] } }
volumes: { data: { driver: nfs, driver_opts: { share: x }, labels: { l: m } }, out: { external: true, name: shared } }`)
    expect(spec!.native.TaskTemplate.ContainerSpec?.Mounts).toEqual([
      {
        Type: 'volume',
        Source: 'shop_data',
        Target: '/d',
        VolumeOptions: {
          Labels: { l: 'm', 'com.docker.stack.namespace': 'shop' },
          DriverConfig: { Name: 'nfs', Options: { share: 'x' } },
        },
      },
      { Type: 'volume', Source: 'shared', Target: '/o', VolumeOptions: {} },
      { Type: 'volume', Target: '/anonymous' },
    ])
  })

  test('secrets and configs become objects, from files, variables or text', () => {
    const source = `
services:
  web:
    image: a
    secrets: [key, { source: out, target: /etc/out, uid: "7", mode: 0400 }]
    configs: [page]
secrets: { key: { file: ./key.txt, labels: { l: m } }, out: { external: true, name: outside } }
configs: { page: { content: "hi \${WHO}" }, env: { environment: WHO }, unused: { content: x } }`
    const more = { files: { 'key.txt': 'the-key' }, variables: { WHO: 'you' } }
    const { rendered, problems } = read(source, more)
    expect(
      rendered?.objects?.map(({ kind, name, data }) => [kind, name, Buffer.from(data, 'base64').toString()]),
    ).toEqual([
      ['secret', 'shop_key', 'the-key'],
      ['config', 'shop_page', 'hi you'],
    ])
    expect(rendered?.objects?.[0]?.labels).toEqual({ l: 'm', 'com.docker.stack.namespace': 'shop' })
    expect(specs(source, more)[0]!.native.TaskTemplate.ContainerSpec).toMatchObject({
      Secrets: [
        { SecretID: '', SecretName: 'outside', File: { Name: '/etc/out', UID: '7', GID: '0', Mode: 0o400 } },
        { SecretID: '', SecretName: 'shop_key', File: { Name: 'key', UID: '0', GID: '0', Mode: 0o444 } },
      ],
      Configs: [{ ConfigID: '', ConfigName: 'shop_page', File: { Name: 'page' } }],
    })
    expect(problems.map(({ message }) => message).join('\n')).toContain('No service uses the config unused')
    expect(JSON.stringify(problems)).not.toContain('the-key')
  })

  test.each<[string, string, 'warning' | 'error', number, number]>([
    ['build: .', 'a Swarm builds nothing', 'warning', 4, 5],
    ['container_name: x', 'a Swarm names the containers', 'warning', 4, 5],
    ['privileged: true', 'tasks never run privileged', 'warning', 4, 5],
    ['links: [db]', 'not applied: links', 'warning', 4, 5],
    ['network_mode: host', 'external network called host', 'warning', 4, 5],
    ['devices: ["/dev/kvm"]', 'not applied: devices', 'warning', 4, 5],
    ['security_opt: ["no-new-privileges:true"]', 'not applied: security_opt', 'warning', 4, 5],
    ['restart: "no"', 'restart_policy.condition is none', 'warning', 4, 5],
    ['ports: ["127.0.0.1:80:80"]', 'not applied: the address 127.0.0.1', 'warning', 4, 13],
    ['tmpfs: [/run]', 'with type: tmpfs', 'warning', 4, 5],
    ['userns_mode: host', 'not applied: userns_mode', 'warning', 4, 5],
    ['deploy: { mode: both }', 'Use replicated, global', 'error', 4, 21],
    ['deploy: { mode: global, replicas: 2 }', 'takes no number', 'error', 4, 39],
    ['deploy: { placement: { constraints: ["zone a"] } }', 'is no constraint', 'error', 4, 42],
    ['deploy: { update_config: { failure_action: stop } }', 'Use pause, continue, rollback', 'error', 4, 48],
    ['ports: ["80:80"]\ndeploy: { endpoint_mode: dnsrr }', 'there is no mesh', 'error', 4, 12],
    ['labels: { com.docker.stack.namespace: other }', 'is reserved', 'error', 4, 13],
    ['secrets: [none]', 'none', 'error', 4, 15],
  ])('%s is told with its place', (lines, message, severity, line, column) => {
    const { problems } = service(lines)
    const found = problems.find((problem) => problem.message.includes(message))
    expect(found, JSON.stringify(problems)).toMatchObject({ severity, line, column })
  })

  test('an image that is to be built, and a job that others wait for, must be possible', () => {
    const messages = (source: string): string =>
      read(source)
        .problems.map(({ message }) => message)
        .join('\n')
    expect(messages('services: { web: { build: . } }')).toContain('A Swarm builds nothing. Push an image')
    const waits = 'depends_on: { job: { condition: service_completed_successfully } }'
    expect(messages(`services: { web: { image: a, ${waits} }, job: { image: b } }`)).toContain(
      'never completes on a Swarm',
    )
    expect(
      messages(`services: { web: { image: a, ${waits} }, job: { image: b, deploy: { mode: replicated-job } } }`),
    ).toContain('depends_on holds while the stack is applied')
    expect(messages('services: { a: { image: a, ports: ["80:80"] }, b: { image: b, ports: ["80:81"] } }')).toContain(
      'both want the port 80/tcp',
    )
    const secret = (more: string): string =>
      messages(`services: { a: { image: a, secrets: [k] } }\nsecrets: { k: { ${more} } }`)
    expect(secret('file: ./k')).toContain('was not sent along')
    expect(secret('environment: K')).toContain('is not among the variables')
    expect(secret('driver: vault')).toContain('driver is not supported')
  })
})
