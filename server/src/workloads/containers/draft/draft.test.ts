import { ContainerDraft } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { differences } from '../plans.ts'
import { composeText, serviceFields } from './compose-text.ts'
import { draftOfSpec } from './from-spec.ts'
import { draftOfCommand } from './read-run.ts'
import { runText } from './run-text.ts'
import { shellWords } from './shell-words.ts'
import { specOfDraft } from './to-spec.ts'

const full = ContainerDraft.parse({
  name: 'web',
  image: 'registry.example.com/team/web:1',
  pull: 'always',
  platform: 'linux/arm64',
  command: ['serve', '--greeting', "it's"],
  environment: { GREETING: "a 'b' $c", EMPTY: '' },
  labels: { team: 'red' },
  ports: [
    { host: '127.0.0.1', hostPort: 8080, port: 80, protocol: 'tcp' },
    { port: 53, protocol: 'udp' },
    { port: 9000, protocol: 'tcp', publish: false },
  ],
  mounts: [
    { type: 'bind', source: '/srv/web', destination: '/data', readOnly: true },
    { type: 'volume', source: 'cache', destination: '/cache' },
    { type: 'tmpfs', destination: '/tmp', sizeBytes: 1_048_576 },
  ],
  networks: [{ name: 'front', aliases: ['www'], ipv4: '10.9.0.5' }],
  restart: { policy: 'on-failure', maxRetries: 3 },
  healthCheck: { test: ['CMD-SHELL', 'wget -q localhost'], intervalMs: 5000, timeoutMs: 1500, retries: 2 },
  limits: { memoryBytes: 268_435_456, cpus: 0.5, cpuset: '0-1', pids: 100, memorySwapBytes: -1 },
  user: '1000:1000',
  workingDirectory: '/app',
  hostname: 'web-1',
  extraHosts: ['db:10.0.0.2'],
  dns: ['9.9.9.9'],
  tty: true,
  openStdin: true,
  init: true,
  readOnly: true,
  capAdd: ['NET_ADMIN'],
  capDrop: ['ALL'],
  devices: [{ host: '/dev/fuse', container: '/dev/fuse', permissions: 'rwm' }],
  securityOpt: ['no-new-privileges:true'],
  sysctls: { 'net.core.somaxconn': '1024' },
  logDriver: { name: 'json-file', options: { 'max-size': '10m' } },
  stop: { signal: 'SIGINT', timeoutMs: 30_000 },
})
const nothingKept = new Set<string>()

test('a form becomes a spec and comes back the same', () => {
  const { pull: _, ...rest } = full
  expect(draftOfSpec(specOfDraft(full))).toEqual(rest)
})

test('a form becomes docker run, which is read back as the same form', () => {
  const command = runText(specOfDraft(full), nothingKept)
  expect(command).toContain(`-e 'GREETING=a '\\''b'\\'' $c'`)
  const { draft, problems } = draftOfCommand(command)
  expect(problems).toEqual([])
  expect(specOfDraft(draft)).toEqual(specOfDraft(full))
})

test('a form becomes a Compose file', () => {
  const file = parse(composeText(specOfDraft(full), nothingKept)) as {
    services: { web: Record<string, unknown> }
    volumes: unknown
    networks: unknown
  }
  expect(file.services.web).toMatchObject({
    container_name: 'web',
    image: 'registry.example.com/team/web:1',
    environment: { GREETING: "a 'b' $c", EMPTY: '' },
    ports: [
      { target: 80, published: '8080', host_ip: '127.0.0.1' },
      { target: 53, protocol: 'udp' },
    ],
    expose: ['9000/tcp'],
    restart: 'on-failure:3',
    mem_limit: '256m',
    memswap_limit: '-1',
    healthcheck: { test: ['CMD-SHELL', 'wget -q localhost'], interval: '5s', timeout: '1500ms', retries: 2 },
    networks: { front: { aliases: ['www'], ipv4_address: '10.9.0.5' } },
    stop_grace_period: '30s',
  })
  expect(file).toMatchObject({ volumes: { cache: { external: true } }, networks: { front: { external: true } } })
})

test('a Compose file says the options of mounts', () => {
  const plain = { source: null, readOnly: false }
  const spec = {
    ...specOfDraft({ name: 'web', image: 'x' }),
    mounts: [
      {
        ...plain,
        type: 'bind',
        source: '/srv',
        destination: '/a',
        options: { BindOptions: { Propagation: 'rslave' } },
      },
      { ...plain, type: 'volume', source: 'v', destination: '/b', options: { VolumeOptions: { NoCopy: true } } },
      { ...plain, type: 'tmpfs', destination: '/c', options: { TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 } } },
    ],
  } as const
  expect(serviceFields(spec, nothingKept).volumes).toEqual([
    { type: 'bind', source: '/srv', target: '/a', bind: { propagation: 'rslave' } },
    { type: 'volume', source: 'v', target: '/b', volume: { nocopy: true } },
    { type: 'tmpfs', target: '/c', tmpfs: { size: 1024, mode: 0o1777 } },
  ])
})

describe('values that are kept', () => {
  const before = specOfDraft({ name: 'web', image: 'x', environment: { DB_PASSWORD: 'hunter2', MODE: 'live' } })

  test('are not in the form, the command or the file, and are taken over', () => {
    const draft = draftOfSpec(before)
    expect(draft.environment).toEqual({ DB_PASSWORD: null, MODE: 'live' })
    const after = specOfDraft(draft, before)
    expect(after.environment).toEqual({ DB_PASSWORD: 'hunter2', MODE: 'live' })
    const kept = new Set(['DB_PASSWORD'])
    expect(runText(after, kept) + composeText(after, kept)).not.toContain('hunter2')
    expect(runText(after, kept)).toContain('-e DB_PASSWORD \\')
  })

  test('need something to keep', () => {
    const draft = { name: 'web', image: 'x', environment: { OTHER: null } }
    expect(() => specOfDraft(draft, before)).toThrow('environment.OTHER: there is no value to keep')
  })
})

test('labels of ours are in no form, command or file, and stay when the container is replaced', () => {
  const own = { 'wheelhouse.replaces': 'job-1', 'wheelhouse.stack': 'shop', 'wheelhouse.service': 'web' }
  const before = specOfDraft({ name: 'shop-web-1', image: 'x', labels: { team: 'red', ...own } })
  const draft = draftOfSpec(before)
  expect(draft.labels).toEqual({ team: 'red' })
  const after = specOfDraft({ ...draft, labels: { team: 'blue' } }, before)
  expect(after).toMatchObject({ labels: { team: 'blue', ...own }, stack: 'shop', service: 'web' })
  expect(runText(after, nothingKept) + composeText(after, nothingKept)).not.toContain('wheelhouse.')
  expect(differences(before, after)).toEqual(['labels.team: red → blue'])
  expect(differences(before, specOfDraft(draft, before))).toEqual([])
})

describe('docker run', () => {
  test('as people paste it', () => {
    const { draft, problems } = draftOfCommand(`sudo docker run -itd --name=db \\
      -e POSTGRES_PASSWORD="p w" -p 127.0.0.1:5432:5432/tcp -p 53:53/udp -v data:/var/lib/postgresql/data \\
      -v /etc/localtime:/etc/localtime:ro --restart unless-stopped -m512m --gpus all --network back --network-alias pg \\
      --health-cmd 'pg_isready -U "$USER"' postgres:16 -c 'shared_buffers=1 GB'`)
    expect(problems).toEqual(['--gpus cannot be said in a form; it is left out.'])
    expect(draft).toEqual({
      name: 'db',
      image: 'postgres:16',
      command: ['-c', 'shared_buffers=1 GB'],
      tty: true,
      openStdin: true,
      environment: { POSTGRES_PASSWORD: 'p w' },
      ports: [
        { host: '127.0.0.1', hostPort: 5432, port: 5432, protocol: 'tcp' },
        { hostPort: 53, port: 53, protocol: 'udp' },
      ],
      mounts: [
        { type: 'volume', source: 'data', destination: '/var/lib/postgresql/data' },
        { type: 'bind', source: '/etc/localtime', destination: '/etc/localtime', readOnly: true },
      ],
      restart: { policy: 'unless-stopped' },
      limits: { memoryBytes: 536_870_912 },
      networks: [{ name: 'back', aliases: ['pg'] }],
      healthCheck: { test: ['CMD-SHELL', 'pg_isready -U "$USER"'] },
    })
  })

  test.each([
    ['ls -l', 'it is no docker run'],
    ['docker run', 'it names no image'],
    ['docker run "x', 'a double quote is left open'],
    ['docker run --restart sometimes x', 'restart.policy does not fit'],
  ])('%s is refused with why', (command, words) => {
    expect(() => draftOfCommand(command)).toThrow(words)
  })

  test('words as a shell splits them', () => {
    expect(shellWords(`a "b c" 'd\\e' f\\ g "h\\"i" j''k ""`)).toEqual(['a', 'b c', 'd\\e', 'f g', 'h"i', 'jk', ''])
  })
})
