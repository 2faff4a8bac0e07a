import type { Node, Swarm, SwarmObject, Task } from '@wheelhouse/contract'
import { beforeEach, describe, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { listOf, plan, service } from './things.ts'

const at = scene()
const moment = '2026-11-20T10:00:00.000Z'
const gigabyte = 1024 ** 3

const swarm: Swarm = {
  targetId: 'swarm-abc',
  name: 'swarm-abc',
  clusterId: 'abcdef',
  createdAt: moment,
  settings: {
    taskHistory: 5,
    heartbeatMs: 5000,
    snapshotInterval: 10_000,
    certificateExpiryMs: 7_776_000_000,
    autolock: false,
  },
  managers: 2,
  workers: 1,
  reachableManagers: 1,
  quorum: false,
  tolerates: 0,
  via: 'n1',
  services: 4,
  tasks: { running: 7, pending: 1 },
  capacity: { cpus: 6, memoryBytes: 12 * gigabyte, reservedCpus: 1.5, reservedMemoryBytes: 3 * gigabyte },
  advice: ['Two managers tolerate no loss: without one nothing can change. Have three, or one.'],
  observedAt: moment,
  stale: false,
}
const node = (hostname: string, over: Partial<Node> = {}): Node => ({
  id: `swarm-abc:id-${hostname}`,
  nodeId: `id-${hostname}`,
  swarmId: 'swarm-abc',
  hostname,
  targetId: hostname,
  role: 'worker',
  leader: false,
  reachability: null,
  availability: 'active',
  state: 'ready',
  reason: null,
  address: '10.0.0.1',
  engineVersion: '26.1.5',
  os: 'linux',
  arch: 'x86_64',
  labels: { disk: 'ssd' },
  engineLabels: {},
  cpus: 2,
  memoryBytes: 4 * gigabyte,
  reservedCpus: 0.5,
  reservedMemoryBytes: gigabyte,
  usedMemoryBytes: null,
  usedCpus: null,
  tasks: { running: 3 },
  createdAt: moment,
  changedAt: moment,
  ...over,
})
const task = (slot: number, over: Partial<Task> = {}): Task => ({
  networks: [],
  id: `task${slot}xyz`,
  swarmId: 'swarm-abc',
  serviceId: 'swarm-abc:s1',
  serviceName: 'web',
  slot,
  nodeId: 'id-n1',
  nodeName: 'n1',
  state: 'running',
  desired: 'running',
  image: 'web:1',
  reason: null,
  exitCode: null,
  containerServiceId: 'n1:c1',
  specVersion: null,
  current: true,
  createdAt: moment,
  changedAt: moment,
  ...over,
})
const object = (over: Partial<SwarmObject> = {}): SwarmObject => ({
  id: 'swarm-abc:o1',
  swarmId: 'swarm-abc',
  name: 'db-v2',
  family: 'db',
  version: 2,
  newest: true,
  labels: {},
  stack: null,
  sizeBytes: null,
  usedBy: [{ serviceId: 'swarm-abc:s1', name: 'web', file: 'db' }],
  createdAt: moment,
  changedAt: moment,
  ...over,
})
const api = '/api/v1/swarms/swarm-abc'

beforeEach(() => {
  at.server.on('GET /api/v1/swarms', { items: [swarm], unheard: [] })
  at.server.on(
    'GET /api/v1/nodes',
    listOf([node('n1', { role: 'manager', leader: true }), node('n2', { state: 'down', reason: 'heartbeat failure' })]),
  )
  at.server.on(
    'GET /api/v1/tasks',
    listOf([task(2, { state: 'pending', nodeName: null, reason: 'No suitable node.' }), task(1)]),
  )
  at.server.on('GET /api/v1/swarm-secrets', listOf([object()]))
  at.server.on('GET /api/v1/services', listOf([service('web', { id: 'swarm-abc:s1', targetId: 'swarm-abc' })]))
})

describe('get and describe', () => {
  test('Swarms: who agrees, and what is advisable', async () => {
    expect((await at.run('get', 'swarms')).stdout).toMatch(/swarm-abc +lost +1\/2 +1 +4 /)
    const { stdout } = await at.run('describe', 'swarm', 'swarm-abc')
    expect(stdout).toMatch(/quorum +lost: nothing can change/)
    expect(stdout).toMatch(/memory reserved +3.00 GB of 12.0 GB/)
    expect(stdout).toContain('Have three, or one.')
  })

  test('Swarms that are not heard yet are named with the reason', async () => {
    const unheard = [{ targetId: 'swarm-new', name: 'swarm-new', reason: 'No manager of the Swarm answers.' }]
    at.server.on('GET /api/v1/swarms', { items: [], unheard })
    const { stdout, stderr } = await at.run('get', 'swarms')
    expect(stdout).toBe('')
    expect(stderr).toBe('swarm-new is not heard yet: No manager of the Swarm answers.\n')
    expect(JSON.parse((await at.run('get', 'swarms', '-o', 'json')).stdout)).toMatchObject({ unheard })
  })

  test('nodes: state, role and what is reserved; one with its tasks', async () => {
    const { stdout } = await at.run('get', 'nodes', '--target', 'swarm-abc')
    expect(stdout).toMatch(/n1 +ready +active +leader +3 running +0.5 of 2/)
    expect(stdout).toMatch(/n2 +down .*heartbeat failure/)
    expect(at.query('GET /api/v1/nodes')).toMatchObject({ swarm: 'swarm-abc' })
    const one = await at.run('describe', 'node', 'n1')
    expect(one.stdout).toMatch(/label disk +ssd/)
    expect(one.stdout).toMatch(/web\.1 +running/)
    expect((await at.run('get', 'node', 'nothing')).exit).toBe(3)
  })

  test('volumes and networks name the nodes that nobody here sees', async () => {
    const unseen = [node('n2', { targetId: null }), node('n3', { targetId: null })]
    at.server.on('GET /api/v1/nodes', listOf([node('n1'), ...unseen]))
    at.server.on('GET /api/v1/volumes', listOf([]))
    at.server.on('GET /api/v1/networks', listOf([]))
    const why = 'on n2, n3 of swarm-abc cannot be seen: the engines of those nodes are no target here.'
    expect((await at.run('get', 'volumes')).stderr).toContain(`The volumes ${why}`)
    expect((await at.run('get', 'networks')).stderr).toContain(`The local networks ${why}`)
    expect((await at.run('get', 'volumes', '--target', 'n1')).stderr).not.toContain('cannot be seen')
    at.server.on('GET /api/v1/nodes', listOf([node('n1')]))
    expect((await at.run('get', 'volumes')).stderr).not.toContain('cannot be seen')
  })

  test('tasks: why one waits, and those that have ended where all are asked for', async () => {
    const { stdout } = await at.run('get', 'tasks', '--node', 'n1', '--state', 'pending,running', '--all')
    expect(stdout).toMatch(/web\.2 +pending +- .*No suitable node\./)
    expect(at.query('GET /api/v1/tasks')).toMatchObject({ node: 'n1', state: 'pending,running', past: 'true' })
  })

  test('a task goes by the name it is listed with', async () => {
    at.server.on('GET /api/v1/tasks', listOf([task(1), task(2, { serviceName: 'agent', slot: null })]))
    expect((await at.run('get', 'tasks', '-o', 'name')).stdout).toBe('web.1\nagent@n1\n')
    expect((await at.run('get', 'task', 'agent@n1', 'web.1', '-o', 'name')).stdout).toBe('agent@n1\nweb.1\n')
  })

  test('secrets: families, versions and users', async () => {
    const { stdout } = await at.run('get', 'secrets', '--all')
    expect(stdout).toMatch(/db-v2 +db +2 +web/)
    expect(at.query('GET /api/v1/swarm-secrets')).toMatchObject({ versions: 'true' })
  })
})

describe('exec', () => {
  const ran = { exitCode: 7, stdout: 'out\n', stderr: '', truncated: false }

  test('goes into a task by service.slot or id, on the engine of its node', async () => {
    at.server.on('GET /api/v1/services/web.2', service('web.2.abc', { id: 'n2:c2', targetId: 'n2' }))
    at.server.on('POST /api/v1/services/n2:c2/exec', ran)
    expect(await at.run('exec', 'web.2', '--', 'id')).toEqual({ exit: 7, stdout: 'out\n', stderr: '' })
    expect(at.sent('POST /api/v1/services/n2:c2/exec')).toEqual({ argv: ['id'] })
    // A Swarm goes before the name.
    at.server.on('GET /api/v1/services/swarm-abc:web.2', service('web.2.abc', { id: 'n2:c2', targetId: 'n2' }))
    expect((await at.run('exec', '--target', 'swarm-abc', 'web.2', '--', 'id')).exit).toBe(7)
  })

  test('says why a task is out of reach, and what there is where it is none', async () => {
    const why = 'web.3 runs on the node n3, which is no target here, so nothing reaches into it.'
    at.server.refuse('GET /api/v1/services/web.3', 409, 'CAPABILITY_MISSING', why)
    expect((await at.run('exec', 'web.3', '--', 'id')).stderr).toContain(why)
    at.server.refuse('GET /api/v1/services/wep', 404, 'NOT_FOUND', 'There is no service "wep".')
    expect((await at.run('exec', 'wep', '--', 'id')).stderr).toContain('There is no service "wep". Nearest name: web.')
  })

  test('tasks that run are completed beside services', async () => {
    const { stdout } = await at.run('__complete', 'exec', 'web')
    expect(stdout.split('\n').slice(0, -1)).toEqual(['web', 'web.2', 'web.1'])
  })
})

describe('acts', () => {
  test('drain shows what moves and asks; cordon and uncordon do not', async () => {
    const line = `PATCH ${api}/nodes/id-n1`
    at.server.on(line, node('n1'))
    at.server.on(`${line}?dryRun`, plan({ summary: 'Change the node n1.' }))
    const refused = await at.run('drain', 'n1')
    expect(refused.exit).not.toBe(0)
    expect(refused.stderr).toContain('Change the node n1.')
    expect(at.sent(line)).toBeUndefined()
    expect((await at.run('drain', 'n1', '--yes')).exit).toBe(0)
    expect(at.sent(line)).toEqual({ availability: 'drain' })
    expect((await at.run('cordon', 'n1')).exit).toBe(0)
    expect(at.sent(line)).toEqual({ availability: 'pause' })
    expect((await at.run('uncordon', 'n1')).exit).toBe(0)
    expect(at.sent(line)).toEqual({ availability: 'active' })
    expect((await at.run('drain', 'n1', '--dry-run')).stdout).toContain('Change the node n1.')
  })

  test('scale takes a number for each service', async () => {
    const line = 'POST /api/v1/swarm-services/swarm-abc:s1/scale'
    at.server.on(line, { serviceName: 'web', message: 'web runs as it was made: 3 of 3 tasks.' })
    expect((await at.run('scale', 'web=3')).stderr).toContain('3 of 3 tasks')
    expect(at.sent(line)).toEqual({ replicas: 3 })
    const wrong = await at.run('scale', 'web')
    expect(wrong.exit).toBe(2)
    expect(wrong.stderr).toContain('SERVICE=NUMBER')
  })

  test('delete names the very version of a secret, and the Swarm of a node', async () => {
    const secret = `DELETE ${api}/secrets/o1`
    at.server.on(secret, { ok: true })
    expect((await at.run('delete', 'secret', 'db', '--yes')).exit).toBe(0)
    expect(at.server.asked.map(({ line }) => line)).toContain(secret)
    const gone = `DELETE ${api}/nodes/id-n2`
    at.server.on(gone, { ok: true })
    expect((await at.run('delete', 'node', 'n2', '--yes')).exit).toBe(0)
    expect(at.server.asked.map(({ line }) => line)).toContain(gone)
  })

  test('the key that unlocks a manager is read from standard input, never from the line', async () => {
    const line = 'POST /api/v1/swarms/unlock'
    at.server.on(line, { ok: true })
    expect((await at.piped('SWMKEY-1-abc\n', 'swarm', 'unlock', '--target', 'n1', '--password-stdin')).exit).toBe(0)
    expect(at.sent(line)).toEqual({ target: 'n1', key: 'SWMKEY-1-abc' })
    expect((await at.run('swarm', 'unlock', '--target', 'n1', '--key', 'SWMKEY-1-abc')).exit).not.toBe(0)
  })

  test('the value of a secret comes from a file or standard input', async () => {
    const line = `POST ${api}/secrets`
    at.server.on(line, object({ name: 'db', version: 1 }))
    at.server.on('GET /api/v1/targets/swarm-abc', { id: 'swarm-abc', name: 'swarm-abc' })
    const made = await at.piped('s3cret', 'secret', 'create', 'swarm-abc', '--name', 'db', '--value', '-')
    expect(made.exit).toBe(0)
    expect(at.sent(line)).toEqual({ name: 'db', value: 's3cret' })
  })
})
