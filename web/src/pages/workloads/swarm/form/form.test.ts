import type { SwarmServiceDraft } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { formOf } from './fill.ts'
import { emptyForm, newForm } from './form.ts'
import { fileText, networkText, portText, readFile, readNetwork, readPort, readSwarmMount } from './lines.ts'
import { readForm } from './read.ts'

const whole: SwarmServiceDraft = {
  name: 'web',
  image: 'registry.example.com/shop/web:2',
  mode: { kind: 'replicated', replicas: 6 },
  command: ['sh', '-c', 'exec web --port "$PORT"'],
  arguments: ['--verbose'],
  environment: { MODE: 'production', TOKEN: null, TEXT: 'two\nlines' },
  labels: { team: 'red' },
  containerLabels: { shift: 'night' },
  ports: [
    { port: 80, published: 8080 },
    { port: 53, published: 53, protocol: 'udp' },
    { port: 9100, published: 9100, mode: 'host' },
    { port: 7000 },
  ],
  endpointMode: 'dnsrr',
  networks: [{ name: 'front', aliases: ['shop', 'www'] }, { name: 'back' }],
  mounts: [
    { type: 'volume', source: 'data', destination: '/var/lib/data' },
    { type: 'bind', source: '/srv/conf', destination: '/etc/conf', readOnly: true },
    { type: 'tmpfs', destination: '/run' },
  ],
  secrets: [{ name: 'orders-db', file: 'db', uid: '101', gid: '101', mode: 0o400 }],
  configs: [{ name: 'proxy', file: '/etc/proxy.conf' }],
  healthCheck: { test: ['CMD-SHELL', 'curl -f http://localhost/'], intervalMs: 5000, retries: 3 },
  limits: { cpus: 1.5, memoryBytes: 536_870_912, pids: 100 },
  reservations: { cpus: 0.25, memoryBytes: 268_435_456 },
  constraints: ['node.labels.disk == ssd', 'node.role!=manager'],
  spread: ['node.labels.zone'],
  maxPerNode: 2,
  restart: { condition: 'on-failure', delayMs: 5000, maxAttempts: 3, windowMs: 120_000 },
  update: {
    parallelism: 2,
    delayMs: 10_000,
    monitorMs: 30_000,
    maxFailureRatio: 0.1,
    onFailure: 'rollback',
    order: 'start-first',
  },
  rollback: { parallelism: 0, monitorMs: 1000, onFailure: 'pause' },
  user: '101:101',
  workingDirectory: '/srv',
  hostname: 'web',
  init: true,
  readOnly: true,
  tty: true,
  capAdd: ['NET_ADMIN'],
  capDrop: ['ALL'],
  stopSignal: 'SIGINT',
  stopGraceMs: 30_000,
  logDriver: { name: 'local', options: { 'max-size': '10m' } },
}

test('a whole draft goes into the form and comes out the same', () => {
  expect(readForm(formOf(whole), { keeps: true })).toEqual({ draft: whole, wrong: {} })
})

test.each([
  [{ kind: 'global' }],
  [{ kind: 'global-job' }],
  [{ kind: 'replicated-job', completions: 5, concurrent: 2 }],
  [{ kind: 'replicated', replicas: 0 }],
] as const)('the mode %j is kept', (mode) => {
  const draft = { name: 'job', image: 'web:1', mode }
  expect(readForm(formOf(draft))).toEqual({ draft, wrong: {} })
})

test('a new service goes back by itself when it fails, unless told otherwise', () => {
  const { draft } = readForm({ ...newForm, name: 'web', image: 'web:1' })
  expect(draft).toEqual({
    name: 'web',
    image: 'web:1',
    mode: { kind: 'replicated', replicas: 1 },
    update: { onFailure: 'rollback' },
  })
})

test('what is wrong is told by its field, with what would work, and left out of the draft', () => {
  const { draft, wrong } = readForm({
    ...emptyForm,
    name: 'not ok',
    image: '',
    replicas: 'many',
    ports: '8080:80\nhttp',
    networks: 'front ip=10.0.0.5',
    secrets: 'db mode=999',
    constraints: 'ssd',
    memoryReserved: 'much',
    failures: '120%',
    environment: 'MODE',
  })
  expect(Object.keys(wrong).sort()).toEqual(
    [
      'constraints',
      'environment',
      'failures',
      'image',
      'memoryReserved',
      'name',
      'networks',
      'ports',
      'replicas',
      'secrets',
    ].sort(),
  )
  expect(wrong.ports).toBe('Line 2: write 8080:80, 53:53/udp or 8080:80 host.')
  expect(draft.ports).toEqual([{ port: 80, published: 8080 }])
  expect(draft.reservations).toBeUndefined()
})

test('a variable without a value keeps its own only where there is one to keep', () => {
  const form = { ...emptyForm, name: 'web', image: 'web:1', environment: 'TOKEN' }
  expect(readForm(form).wrong.environment).toBeDefined()
  expect(readForm(form, { keeps: true }).draft.environment).toEqual({ TOKEN: null })
})

test('a part of tasks is a percentage or a fraction', () => {
  const failures = (text: string) =>
    readForm({ ...emptyForm, name: 'web', image: 'web:1', failures: text }).draft.update?.maxFailureRatio
  expect([failures('10%'), failures('0.25'), failures('2')]).toEqual([0.1, 0.25, undefined])
})

test('lines are read as they are written', () => {
  for (const line of ['8080:80', '80', '53:53/udp', '9100:9100 host']) expect(portText(readPort(line)!)).toBe(line)
  expect(readPort('80000:80')).toBeNull()
  expect(readPort('127.0.0.1:8080:80')).toBeNull()
  for (const line of ['back', 'back alias=db alias=store']) expect(networkText(readNetwork(line)!)).toBe(line)
  expect(readSwarmMount('tmpfs:/run:64m')).toBeNull()
  for (const line of ['db', 'db:password', 'tls:/etc/tls.pem uid=101 gid=101 mode=0400'])
    expect(fileText(readFile(line)!)).toBe(line)
  expect(readFile('db:')).toBeNull()
})
