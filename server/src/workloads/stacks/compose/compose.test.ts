import type { ContainerSpec, NetworkSpec, VolumeSpec } from '@wheelhouse/driver'
import { describe, expect, it } from 'vitest'
import { readStack, type StackText } from '../read-stack.ts'
import { differences } from '../reconcile/differences.ts'
import { sealDigests } from '../reconcile/digest.ts'
import type { Rendered } from '../rendered.ts'
import { serviceKeys } from './keys.ts'
import { serviceKeys as known } from './spec/service.ts'

const read = (source: string, more: Partial<StackText> = {}) =>
  readStack({ source, name: 'shop', format: 'compose', directory: '/srv/shop', ...more })
const told = (source: string, more?: Partial<StackText>) =>
  read(source, more).problems.map((one) => `${one.line}:${one.column} ${one.severity} ${one.message}`)

/** The one service of a file, from lines of it. */
function service(lines: string, more: Partial<StackText> & { top?: string } = {}): ContainerSpec {
  const source = `services:\n  web:\n    image: nginx:1\n${lines.replace(/^/gm, '    ')}\n${more.top ?? ''}`
  const result = read(source, more)
  expect(result.problems.filter((one) => one.severity === 'error')).toEqual([])
  return result.rendered!.workloads[0]!.spec as ContainerSpec
}
/** Messages of errors for lines of a service. */
const errors = (lines: string, top = '') =>
  read(`services:\n  web:\n    image: nginx:1\n${lines.replace(/^/gm, '    ')}\n${top}`)
    .problems.filter((one) => one.severity === 'error')
    .map((one) => one.message)
    .join('\n')

describe('a Compose service', () => {
  it('becomes a container spec, nothing lost', () => {
    const spec = service(
      `
command: sh -c "echo $$HOME && sleep 1"
entrypoint: ["/entry", "a b"]
ports: ["8080:80", { target: 53, published: "5353", host_ip: 127.0.0.1, protocol: udp }, 22:22]
environment: { VERSION: 1.10, DEBUG: true, EMPTY: "", GIVEN: }
restart: on-failure:5
healthcheck: { test: curl -f localhost, interval: 1m30s, timeout: 10s, retries: 3, start_period: 40s }
labels: [a=1, b]
user: "1000:1000"
hostname: h
working_dir: /app
tty: true
stdin_open: true
init: true
read_only: true
privileged: true
cap_add: [NET_ADMIN]
cap_drop: [ALL]
devices: ["/dev/fuse", "/dev/a:/dev/b:r"]
security_opt: ["no-new-privileges:true"]
pid: host
ipc: shareable
userns_mode: host
extra_hosts: ["a:1.2.3.4", "b=::1", "c:[::2]", "d:host-gateway"]
dns: 1.1.1.1
tmpfs: [/run, "/tmp:size=64m"]
sysctls: { net.core.somaxconn: 1024 }
ulimits: { nproc: 65535, nofile: { soft: 20000, hard: 40000 } }
shm_size: 64m
mem_limit: 1.5g
cpus: "0.5"
pids_limit: 100
stop_signal: SIGUSR1
stop_grace_period: 1m30s
pull_policy: always
`,
      { variables: { GIVEN: 'g' } },
    )
    expect(spec).toMatchObject({
      name: 'shop-web-1',
      image: 'nginx:1',
      command: ['sh', '-c', 'echo $HOME && sleep 1'],
      entrypoint: ['/entry', 'a b'],
      ports: [
        { host: null, hostPort: 8080, port: 80, protocol: 'tcp' },
        { host: '127.0.0.1', hostPort: 5353, port: 53, protocol: 'udp' },
        { host: null, hostPort: 22, port: 22, protocol: 'tcp' },
      ],
      environment: { VERSION: '1.1', DEBUG: 'true', EMPTY: '', GIVEN: 'g' },
      restart: { policy: 'on-failure', maxRetries: 5 },
      healthCheck: {
        test: ['CMD-SHELL', 'curl -f localhost'],
        intervalMs: 90_000,
        timeoutMs: 10_000,
        startPeriodMs: 40_000,
        retries: 3,
      },
      labels: { a: '1', b: '' },
      stop: { signal: 'SIGUSR1', timeoutMs: 90_000 },
      user: '1000:1000',
      workingDirectory: '/app',
      hostname: 'h',
      tty: true,
      openStdin: true,
      init: true,
      readOnly: true,
      privileged: true,
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      devices: [
        { host: '/dev/fuse', container: '/dev/fuse', permissions: 'rwm' },
        { host: '/dev/a', container: '/dev/b', permissions: 'r' },
      ],
      securityOpt: ['no-new-privileges=true'],
      pidMode: 'host',
      ipcMode: 'shareable',
      usernsMode: 'host',
      extraHosts: ['a:1.2.3.4', 'b:::1', 'c:::2', 'd:host-gateway'],
      dns: ['1.1.1.1'],
      tmpfs: ['/run', '/tmp:size=64m'],
      sysctls: { 'net.core.somaxconn': '1024' },
      ulimits: [
        { name: 'nproc', soft: 65_535, hard: 65_535 },
        { name: 'nofile', soft: 20_000, hard: 40_000 },
      ],
      shmBytes: 67_108_864,
      memoryBytes: 1_610_612_736,
      cpus: 0.5,
      pidsLimit: 100,
      pull: 'always',
      networks: [{ name: 'shop_default', aliases: ['web'], ipv4: null }],
    })
  })

  it('reads volumes in short and long form', () => {
    const spec = service(
      `volumes:
  - data:/data
  - ./conf:/etc/conf:ro
  - ../up:/up
  - /abs:/abs:rshared
  - /anonymous
  - { type: volume, source: ext, target: /ext, read_only: true, volume: { nocopy: true } }
  - { type: bind, source: ./b, target: /b, bind: { create_host_path: false } }
  - { type: tmpfs, target: /t, tmpfs: { size: 1m, mode: 01777 } }`,
      { top: 'volumes:\n  data:\n  ext: { external: true, name: theirs }\n' },
    )
    expect(
      spec.mounts.map(({ type, source, destination, readOnly, options }) => [
        type,
        source,
        destination,
        readOnly,
        options,
      ]),
    ).toEqual([
      ['volume', 'shop_data', '/data', false, {}],
      ['bind', '/srv/shop/conf', '/etc/conf', true, { BindOptions: { CreateMountpoint: true } }],
      ['bind', '/srv/up', '/up', false, { BindOptions: { CreateMountpoint: true } }],
      ['bind', '/abs', '/abs', false, { BindOptions: { CreateMountpoint: true, Propagation: 'rshared' } }],
      ['volume', null, '/anonymous', false, {}],
      ['volume', 'theirs', '/ext', true, { VolumeOptions: { NoCopy: true } }],
      ['bind', '/srv/shop/b', '/b', false, { BindOptions: { CreateMountpoint: false } }],
      ['tmpfs', null, '/t', false, { TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o1777 } }],
    ])
    expect(errors('volumes: [dat:/x]', 'volumes: { data: }')).toContain('There is no volume dat in the file')
    expect(errors('volumes: [dat:/x]', 'volumes: { data: }')).toContain('Did you mean data?')
    expect(errors('volumes: [~/x:/x]')).toContain('home folder')
    expect(errors('volumes: ["./a:b"]')).toContain('must start with /')
    const twice = told('services: { w: { image: x, volumes: [/a:/x, /b:/x] } }').join()
    expect(twice).toContain('warning /x is mounted twice, and the later one counts')
    const homeless = readStack({ source: 'name: a\nservices: { w: { image: x, volumes: ["./a:/b"] } }' })
    expect(homeless.problems[0]?.message).toContain('folder on the target')
  })

  it('lets later env files win, and environment over them', () => {
    const files = { 'a.env': 'A=1\nB=1\nC=1', './b.env': 'B="two 2"\n' }
    const lines =
      'env_file: [a.env, { path: ./b.env }, { path: none.env, required: false }]\nenvironment: ["C=3", GIVEN, MISSING]'
    expect(service(lines, { files, variables: { GIVEN: 'g' } }).environment).toEqual({
      A: '1',
      B: 'two 2',
      C: '3',
      GIVEN: 'g',
    })
    expect(errors('env_file: a.env')).toContain('a.env was not sent along')
    expect(process.env.PATH).toBeTruthy()
    expect(service('environment: [PATH]').environment).toEqual({})
  })

  it('says what is not supported, never dropping it', () => {
    for (const [lines, words] of [
      ['configs: [a]', 'no config a in the file'],
      ['extends: { service: x }', 'no service x in the file'],
      ['volumes_from: [x]', 'depends on x, which is not in the file'],
      ['network_mode: host\nnetworks: [default]', 'exclude each other'],
      ['network_mode: service:wb', 'Did you mean web?'],
      ['restart: allways', 'Did you mean always?'],
      ['prots: ["80:80"]', 'unknown key prots. Did you mean ports?'],
      ['healthcheck: { test: [curl, x] }', 'must start with CMD'],
      ['healthcheck: { interval: 10 }', 'not a duration'],
      ['mem_limit: lots', 'not a size'],
      ['depends_on: [wbe]', 'Did you mean web?'],
      ['depends_on: [web]', 'in a loop: web → web'],
      ['labels: { wheelhouse.stack: other }', 'reserved'],
      ['labels: ["com.docker.compose.project=x"]', 'reserved'],
      ['container_name: x\nscale: 2', 'cannot share one name'],
      ['deploy: { mode: global }', 'replicated'],
      ['security_opt: ["seccomp:./p.json"]', 'p.json was not sent along'],
      ['ports: ["80:80:80:80"]', 'not an IP address'],
      ['privileged: perhaps', 'true or false'],
      ['command: "a \'b"', 'not closed'],
      ['extra_hosts: ["a:b"]', 'no IP address'],
    ]) {
      expect(errors(lines!), lines).toContain(words)
    }
    const build = read('services: { a: { build: . } }').problems
    expect(build.map((one) => one.message)).toEqual([
      'build comes with git and with deployments. Let the stack follow its repository, or push an image and name it with image.',
    ])
    const odd =
      'version: "3"\nservices: { a: { image: x, attach: false, networks: { default: { gw_priority: 1 } }, environment: { V: 1.10 } } }'
    expect(told(odd)).toEqual([
      '1:1 warning version has no effect: the Compose Specification is always read as its newest form.',
      expect.stringContaining('warning not applied: attach: nothing is attached to.'),
      expect.stringContaining('warning not applied: gw_priority'),
      expect.stringContaining('warning 1.10 is a number and becomes 1.1. Put it in quotes to keep it.'),
    ])
  })

  it('says of every key that is not applied that it is not, and of no other', () => {
    const values: Record<string, string> = {
      attach: 'false',
      blkio_config: '{ weight: 10 }',
      cgroup: 'private',
      credential_spec: '{ file: x }',
      develop: '{ watch: [] }',
      gpus: 'all',
      logging: '{ driver: x }',
      oom_kill_disable: 'true',
      post_start: '[{ command: x }]',
      pre_stop: '[{ command: x }]',
      storage_opt: '{ size: 1G }',
    }
    const lists = /^(device_cgroup_rules|dns_opt|expose|external_links|group_add|annotations)$/
    for (const key of Object.keys(serviceKeys.notApplied)) {
      const links = key === 'links' || key === 'volumes_from'
      const value =
        values[key] ?? (links ? '[db]' : lists.test(key) ? '["a"]' : /^(cpu_|mem|oom)/.test(key) ? '1' : '"1"')
      const { problems } = read(`services: { web: { image: x, ${key}: ${value} }, db: { image: x } }`)
      expect(problems, key).toEqual([
        expect.objectContaining({ severity: 'warning', message: expect.stringContaining(`not applied: ${key}: `) }),
      ])
    }
    for (const key of [...serviceKeys.taken, ...Object.keys(serviceKeys.notApplied)])
      expect(known, key).toHaveProperty(key)
    expect(serviceKeys.taken.length + Object.keys(serviceKeys.notApplied).length).toBe(Object.keys(known).length)
  })

  it('mounts secrets and configs that come from files, and says of the others that it does not', () => {
    const source = `services:
  web:
    image: x
    secrets: [s, { source: s, target: named, mode: 0400 }, fromEnv]
    configs: [{ source: c, target: /etc/c }, text]
secrets: { s: { file: ./s.txt }, fromEnv: { environment: SECRET } }
configs: { c: { file: /abs/c }, text: { content: x } }
`
    const { rendered, problems } = read(source)
    expect(
      (rendered!.workloads[0]!.spec as ContainerSpec).mounts.map((one) => [one.source, one.destination, one.readOnly]),
    ).toEqual([
      ['/srv/shop/s.txt', '/run/secrets/s', true],
      ['/srv/shop/s.txt', '/run/secrets/named', true],
      ['/abs/c', '/etc/c', true],
    ])
    const words = problems.map((one) => `${one.severity} ${one.message}`)
    expect(words).toContainEqual(expect.stringContaining('warning not applied: mode: s keeps'))
    expect(words).toContainEqual(expect.stringContaining('warning not applied: secrets.fromEnv'))
    expect(words).toContainEqual(expect.stringContaining('warning not applied: configs.text'))
  })

  it('carries the labels of Compose, which make no other service of it', () => {
    const source = (image: string) =>
      `services: { web: { image: "${image}", scale: 2, depends_on: [db] }, db: { image: x } }\nvolumes: { v: }`
    const { rendered } = read(source('a'))
    const [first, second] = rendered!.workloads.map((one) => one.spec)
    expect(second!.labels).toMatchObject({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': '2',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.depends_on': 'db:service_started:false',
      'com.docker.compose.project.working_dir': '/srv/shop',
      'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
      'com.docker.compose.config-hash': expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(rendered!.resources[1]!.labels).toEqual({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.volume': 'v',
    })
    const elsewhere = read(source('a'), { directory: '/srv/other', name: 'shop' }).rendered!
    const digests = (one: Rendered) => sealDigests(one, 'key').workloads.map(({ spec }) => spec.digest)
    expect(digests(elsewhere)).toEqual(digests(rendered!))
    expect(differences(first!, elsewhere.workloads[0]!.spec)).toEqual([])
    expect(digests(read(source('b')).rendered!)[0]).not.toBe(digests(rendered!)[0])
  })

  it('puts the usual override and .env of what was sent along to use', () => {
    const files = {
      'compose.override.yaml': 'services: { web: { image: "b:${TAG}" } }',
      '.env': 'TAG=2\nCOMPOSE_PROFILES=more',
    }
    const { rendered } = read('services: { web: { image: a, profiles: [more] } }', { files })
    expect((rendered!.workloads[0]!.spec as ContainerSpec).image).toBe('b:2')
    // Whichever of the usual names it has, and in the order of Compose; one that is empty changes nothing.
    const over = (name: string, image = name) => ({ [name]: `services: { web: { image: "${image}" } }` })
    const named = (file: string, texts: Record<string, string>) =>
      (read('services: { web: { image: a } }', { file, files: texts }).rendered!.workloads[0]!.spec as ContainerSpec)
        .image
    const both = { ...over('compose.override.yaml', 'b'), ...over('docker-compose.override.yml', 'c') }
    for (const file of ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']) {
      expect(named(file, both)).toBe('b')
      expect(named(file, { ...both, ...over('compose.override.yml', 'd') })).toBe('d')
      expect(named(file, { 'compose.override.yaml': '' })).toBe('a')
    }
    expect(named('shop.yaml', both)).toBe('a')
  })

  it('tells line, column and path of every problem at once', () => {
    const result = read(
      'services:\n  web:\n    image: nginx\n    restart_polcy: no\n    ports:\n      - "80:80"\n      - 99999\n',
    )
    expect(result.problems).toEqual([
      {
        line: 4,
        column: 5,
        path: 'services.web.restart_polcy',
        message: 'unknown key restart_polcy. Did you mean restart?',
        severity: 'error',
      },
      {
        line: 7,
        column: 9,
        path: 'services.web.ports[1]',
        message: expect.stringContaining('1 to 65535'),
        severity: 'error',
      },
    ])
  })
})

describe('a Compose file', () => {
  it('makes networks and volumes under its name, and leaves external ones alone', () => {
    const { rendered, problems } = read(`
services:
  web: { image: x, networks: { front: { aliases: [www], ipv4_address: 10.1.0.5 }, theirs: } }
  db: { image: x, networks: [back], volumes: [d:/d] }
networks:
  front: { driver: bridge, internal: true, attachable: true, enable_ipv6: true, labels: { a: b }, driver_opts: { o: 1 }, ipam: { config: [{ subnet: 10.1.0.0/16, gateway: 10.1.0.1 }] } }
  back: { name: fixed }
  theirs: { external: true }
  idle:
volumes:
  d: { driver: local, driver_opts: { type: none, o: bind, device: /srv }, labels: [x=y] }
`)
    expect(problems.filter((one) => one.severity === 'error')).toEqual([])
    const [front, back, volume] = rendered!.resources as [NetworkSpec, NetworkSpec, VolumeSpec]
    expect(front).toMatchObject({
      name: 'shop_front',
      driver: 'bridge',
      internal: true,
      attachable: true,
      ipv6: true,
      subnets: [{ subnet: '10.1.0.0/16', gateway: '10.1.0.1' }],
      options: { o: '1' },
      labels: { a: 'b' },
    })
    expect(back.name).toBe('fixed')
    expect(volume).toMatchObject({
      kind: 'volume',
      name: 'shop_d',
      options: { type: 'none', o: 'bind', device: '/srv' },
      labels: { x: 'y' },
    })
    expect(rendered!.resources).toHaveLength(3)
    const web = rendered!.workloads[0]!.spec as ContainerSpec
    expect(web.networks).toEqual([
      { name: 'shop_front', aliases: ['web', 'www'], ipv4: '10.1.0.5' },
      { name: 'theirs', aliases: ['web'], ipv4: null },
    ])
    expect(problems.map((one) => one.message)).toContain('No service uses the network idle, so it is not made.')
  })

  it('scales, leaves out idle profiles, and keeps x- keys free', () => {
    const source =
      'x-any: { a: [1] }\nservices:\n  web: { image: x, scale: 3, x-note: hi }\n  tool: { image: x, profiles: [debug] }\n'
    const { rendered, problems } = read(source)
    expect(rendered!.workloads.map((one) => one.spec.name)).toEqual(['shop-web-1', 'shop-web-2', 'shop-web-3'])
    expect(problems.map((one) => one.message)).toEqual([expect.stringContaining('tool is left out')])
    expect(read(source, { variables: { COMPOSE_PROFILES: 'debug' } }).rendered!.workloads).toHaveLength(4)
    expect(told('services: { a: { image: x, scale: 2, ports: ["80:80"] } }').join()).toContain(
      'both want the host port 80/tcp',
    )
    expect(
      told('services: { a: { image: x, ports: ["127.0.0.1:80:80"] }, b: { image: x, ports: ["80:80"] } }').join(),
    ).toContain('a and b both want')
    expect(
      told('services: { a: { image: x, ports: ["127.0.0.1:80:80"] }, b: { image: x, ports: ["127.0.0.2:80:80"] } }'),
    ).toEqual([])
  })

  it('reads conditions of depends_on and joins namespaces in order', () => {
    const { rendered } = read(`services:
  a: { image: x, depends_on: { b: { condition: service_healthy }, c: { condition: service_completed_successfully }, gone: { condition: service_started, required: false } } }
  b: { image: x, healthcheck: { test: [CMD, "true"] } }
  c: { image: x, network_mode: "service:b" }
  gone: { image: x, profiles: [never] }
`)
    expect(rendered!.workloads[0]!.dependsOn).toEqual([
      { service: 'b', condition: 'healthy' },
      { service: 'c', condition: 'completed' },
    ])
    expect(rendered!.workloads[2]!.dependsOn).toEqual([{ service: 'b', condition: 'started' }])
    expect((rendered!.workloads[2]!.spec as ContainerSpec).networkMode).toBe('container:shop-b-1')
    expect(told('services: { a: { image: x, depends_on: [b] }, b: { image: x, depends_on: [a] } }').join()).toContain(
      'in a loop',
    )
  })

  it('takes its name from the file, the caller or the folder, and holds to the rules of project names', () => {
    const name = (text: Partial<StackText>) => readStack({ source: 'services: { a: { image: x } }', ...text })
    expect(name({ directory: '/srv/My Shop' }).name).toBe('myshop')
    expect(name({ source: 'name: ${N}\nservices: { a: { image: x } }', variables: { N: 'n1' } }).name).toBe('n1')
    expect(name({ name: 'given', directory: '/srv/x' }).name).toBe('given')
    expect(name({}).problems[0]?.message).toContain('The stack has no name')
    expect(name({ name: 'Shop' }).problems[0]?.message).toContain('small letters')
    expect(readStack({ source: '' }).problems[0]?.message).toContain('empty')
    expect(readStack({ source: '- a' }).problems[0]?.message).toContain('not a map')
    expect(told('services: {}').join()).toContain('no services')
    expect(told('name: a').join()).toContain('no services')
  })
})
