import { ContainerDraft } from '@wheelhouse/contract'
import { array, assert, nat, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { readSize, readTime, sizeText, timeText } from './amounts.ts'
import { formOf } from './fill.ts'
import { emptyForm } from './form.ts'
import { mountText, portText, readMount, readPort } from './lines.ts'
import { readForm } from './read.ts'
import { joinWords, splitWords } from './words.ts'

const full: ContainerDraft = {
  name: 'web',
  image: 'registry.example.com/shop/web:3',
  pull: 'always',
  platform: 'linux/arm64',
  command: ['serve', '--title', "it's here", ''],
  entrypoint: ['/bin/sh', '-c', 'a && b\nc'],
  environment: { MODE: 'one two', TOKEN: null, KEY: '-----BEGIN\nmore "x" \\ here', QUOTED: '"q"', NONE: '' },
  labels: { team: 'red', 'a.b/c': 'x=y' },
  ports: [
    { host: '127.0.0.1', hostPort: 8080, port: 80 },
    { host: '::1', port: 53, protocol: 'udp' },
    { hostPort: 443, port: 443 },
    { port: 9000 },
    { port: 9001, publish: false },
  ],
  mounts: [
    { type: 'bind', source: '/srv/data', destination: '/data', readOnly: true },
    { type: 'volume', source: 'kept', destination: '/kept' },
    { type: 'volume', destination: '/nameless' },
    { type: 'tmpfs', destination: '/run', sizeBytes: 67_108_864 },
  ],
  networks: [{ name: 'front', aliases: ['db', 'store'], ipv4: '10.0.0.5', ipv6: 'fd00::5' }, { name: 'back' }],
  restart: { policy: 'on-failure', maxRetries: 4 },
  healthCheck: {
    test: ['CMD-SHELL', 'curl -f http://localhost || exit 1'],
    intervalMs: 30_000,
    timeoutMs: 1500,
    startPeriodMs: 120_000,
    retries: 3,
  },
  limits: {
    memoryBytes: 536_870_912,
    memoryReservationBytes: 1000,
    memorySwapBytes: -1,
    cpus: 0.5,
    cpuShares: 512,
    cpuset: '0-2,5',
    pids: -1,
    shmBytes: 1_048_576,
  },
  user: '1000:1000',
  workingDirectory: '/app',
  hostname: 'web-1',
  extraHosts: ['db:10.0.0.9'],
  dns: ['1.1.1.1'],
  tty: true,
  openStdin: true,
  init: true,
  readOnly: true,
  privileged: true,
  capAdd: ['NET_ADMIN'],
  capDrop: ['ALL'],
  devices: [{ host: '/dev/a', container: '/dev/b', permissions: 'rw' }, { host: '/dev/c' }],
  securityOpt: ['no-new-privileges:true'],
  sysctls: { 'net.core.somaxconn': '1024' },
  pidMode: 'host',
  ipcMode: 'private',
  logDriver: { name: 'json-file', options: { 'max-size': '10m' } },
  stop: { signal: 'SIGINT', timeoutMs: 20_000 },
}

/** What cannot stand beside the rest: a mode beside networks, one that removes itself beside a restart. */
const apart = { autoRemove: true, networkMode: 'container:db' } satisfies Partial<ContainerDraft>

test('a draft becomes a form and the same draft again', () => {
  expect(ContainerDraft.parse(full)).toEqual(full)
  expect(readForm(formOf(full), { keeps: true })).toEqual({ draft: full, wrong: {} })
  const least = { name: 'a', image: 'b' }
  expect(readForm(formOf(least))).toEqual({ draft: least, wrong: {} })
  for (const test of [['NONE'], ['CMD', 'curl', '-f', 'a b']])
    expect(readForm(formOf({ ...least, healthCheck: { test } })).draft.healthCheck).toEqual({ test })
})

test('every field of a draft has its place in the form', () => {
  for (const key of Object.keys(ContainerDraft.shape)) {
    if (!(key in apart)) expect(full, key).toHaveProperty(key)
  }
  for (const [key, value] of Object.entries(apart)) {
    const draft = { name: 'a', image: 'b', [key]: value }
    expect(readForm(formOf(draft)), key).toEqual({ draft, wrong: {} })
  }
})

test('what is wrong is told at its field, and the rest is read', () => {
  const typed = {
    ...emptyForm,
    name: 'no good',
    image: '',
    ports: '8080:80\nhigh:80',
    environment: 'A=1\nB',
    memory: 'much',
    command: "sh -c 'open",
    networks: 'front',
    networkMode: 'host',
    autoRemove: true,
    logOptions: 'a=b',
  }
  const { draft, wrong } = readForm(typed)
  expect(Object.keys(wrong).toSorted()).toEqual(
    ['command', 'environment', 'image', 'logDriver', 'memory', 'name', 'networks', 'ports', 'restart'].toSorted(),
  )
  expect(wrong.ports).toContain('Line 2')
  expect(wrong.environment).toContain('Line 2')
  expect(draft.ports).toEqual([{ hostPort: 8080, port: 80 }])
  expect(draft).not.toHaveProperty('limits')
  expect(draft).not.toHaveProperty('command')
  expect(readForm({ ...emptyForm, name: 'a', image: 'b', environment: 'A="b\nc' }).wrong.environment).toContain('quote')
})

test('ports and mounts that cannot be are refused', () => {
  for (const line of ['', 'a', '80:', '70000:80', '0', '1:2:3:4', '80/icmp', '8080:80 inside'])
    expect(readPort(line), line).toBeNull()
  for (const line of ['/a', 'a:b', '/a:/b:rx', '/a:/b:ro:z', 'tmpfs:/run:big', ':/b', '../x:/b'])
    expect(readMount(line), line).toBeNull()
  expect(portText(readPort('0.0.0.0:80:80/udp')!)).toBe('0.0.0.0:80:80/udp')
  expect(mountText(readMount('kept:/data:rw')!)).toBe('kept:/data')
})

test('sizes and times are read as people write them, and written so that they read the same', () => {
  expect(['512 MB', '1.5g', '4096', '2GiB', '-1', 'x'].map(readSize)).toEqual([
    536_870_912,
    1_610_612_736,
    4096,
    2_147_483_648,
    null,
    null,
  ])
  expect(['30', '30s', '1m30s', '500 ms', '2h', '', 's'].map(readTime)).toEqual([
    30_000,
    30_000,
    90_000,
    500,
    7_200_000,
    null,
    null,
  ])
  assert(property(nat(), (bytes) => readSize(sizeText(bytes)) === bytes))
  assert(property(nat(), (ms) => readTime(timeText(ms)) === ms))
})

test('words split as a shell splits them', () => {
  expect(splitWords(`a "b c" 'd"e' f\\ g "h\\"i" ''`)).toEqual(['a', 'b c', 'd"e', 'f g', 'h"i', ''])
  expect(splitWords('a \\\n  b')).toEqual(['a', 'b'])
  expect(splitWords(`a 'b`)).toBeNull()
  assert(
    property(array(string()), (words) => {
      expect(splitWords(joinWords(words))).toEqual(words)
    }),
  )
})
