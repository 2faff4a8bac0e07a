import type { Network, Target, Volume } from '@wheelhouse/contract'
import { beforeEach, describe, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job, listOf, plan, service } from './things.ts'

const at = scene()
const moment = '2026-11-20T10:00:00.000Z'

const volume = (name: string, over: Partial<Volume> = {}): Volume => ({
  id: `north:${name}`,
  name,
  targetId: 'north',
  targetName: 'north',
  driver: 'local',
  scope: 'local',
  mountpoint: `/var/lib/docker/volumes/${name}/_data`,
  options: {},
  labels: {},
  stack: null,
  anonymous: false,
  createdAt: moment,
  sizeBytes: 2048,
  usedBy: [{ serviceId: 'north:abc', name: 'db', running: true, path: '/data' }],
  observedAt: moment,
  stale: false,
  ...over,
})
const network = (name: string, over: Partial<Network> = {}): Network => ({
  id: `north:${name}`,
  networkId: `${name}-id`,
  name,
  targetId: 'north',
  targetName: 'north',
  driver: 'bridge',
  scope: 'local',
  builtIn: false,
  internal: false,
  attachable: false,
  ingress: false,
  ipv6: false,
  subnets: [{ subnet: '10.5.0.0/16', gateway: '10.5.0.1', range: null }],
  options: {},
  labels: {},
  stack: 'shop',
  attached: [
    { serviceId: 'north:abc', name: 'db', state: 'running', ipv4: '10.5.0.2', ipv6: null, mac: null, aliases: ['pg'] },
  ],
  createdAt: moment,
  observedAt: moment,
  stale: false,
  ...over,
})
const target = (name: string): Partial<Target> => ({ id: name, name, capabilities: ['volumes', 'networks'] })
const api = '/api/v1/targets/north'

beforeEach(() => {
  at.server.on('GET /api/v1/volumes', listOf([volume('data'), volume('other', { usedBy: [], sizeBytes: null })]))
  at.server.on('GET /api/v1/networks', listOf([network('backend')]))
  at.server.on('GET /api/v1/targets', listOf([target('north')]))
  at.server.on('GET /api/v1/services', listOf([service('db', { id: 'north:abc', targetId: 'north' })]))
})

describe('volume', () => {
  test('list and describe say who uses it', async () => {
    const { stdout } = await at.run('get', 'volumes')
    expect(stdout).toMatch(/data +north +db +2.00 kB/)
    expect(stdout).toMatch(/other +north +nothing +-/)
    expect((await at.run('describe', 'volume', 'data')).stdout).toMatch(/db +yes +\/data/)
    expect((await at.run('get', 'volume', 'nothing')).exit).toBe(3)
  })

  test('create sends options and labels to the only engine, and asks for one where there are two', async () => {
    at.server.on(`POST ${api}/volumes`, volume('new'))
    const flags = ['--driver', 'local', '--option', 'type=nfs', '--option', 'o=addr=nas,rw', '--label', 'a=b']
    expect((await at.run('volume', 'create', 'new', ...flags)).exit).toBe(0)
    expect(at.sent(`POST ${api}/volumes`)).toEqual({
      name: 'new',
      driver: 'local',
      options: { type: 'nfs', o: 'addr=nas,rw' },
      labels: { a: 'b' },
    })
    expect(await at.run('volume', 'create', 'new', '--option', 'none')).toMatchObject({ exit: 2 })
    at.server.on('GET /api/v1/targets', listOf([target('north'), target('south')]))
    expect((await at.run('volume', 'create', 'new')).stderr).toContain('--target north|south')
    expect((await at.run('volume', 'create', 'new', '--target', 'north')).exit).toBe(0)
  })

  test('two of one name are told apart by target', async () => {
    at.server.on(
      'GET /api/v1/volumes',
      listOf([volume('data'), volume('data', { id: 'south:data', targetName: 'south' })]),
    )
    expect(await at.run('volume', 'ls', 'data')).toMatchObject({ exit: 5 })
    at.server.on(`GET ${api}/volumes/data/files`, { path: '/', entries: [], truncated: false })
    expect(await at.run('volume', 'ls', 'north/data', '--target', 'north')).toMatchObject({ exit: 0 })
  })

  test('ls and cat show files', async () => {
    const entry = { mode: '0644', owner: '70:70', modifiedAt: moment, linkTarget: null }
    at.server.on(`GET ${api}/volumes/data/files`, {
      path: '/conf',
      truncated: true,
      entries: [
        { ...entry, name: 'sub', path: '/conf/sub', kind: 'folder', sizeBytes: 0 },
        { ...entry, name: 'a', path: '/conf/a', kind: 'file', sizeBytes: 6 },
      ],
    })
    const { stdout, stderr } = await at.run('volume', 'ls', 'data', 'conf')
    expect(at.query(`GET ${api}/volumes/data/files`)).toEqual({ path: '/conf' })
    expect(stdout).toMatch(/d 0644 +70:70 +- .*sub\//)
    expect(stderr).toContain('more than is listed')
    const file = { path: '/conf/a', text: 'hello\n', sizeBytes: 6, mode: '0640', digest: 'd1' }
    at.server.on(`GET ${api}/volumes/data/file`, file)
    expect((await at.run('volume', 'cat', 'data', '/conf/a')).stdout).toBe('hello\n')
  })

  test('edit sends the digest of what was read', async () => {
    const file = { path: '/a', text: 'one\n', sizeBytes: 4, mode: '0640', digest: 'd1' }
    at.server.on(`GET ${api}/volumes/data/file`, file)
    at.server.on(`PUT ${api}/volumes/data/file`, { ...file, text: 'two\n' })
    const editor = { EDITOR: 'sed -i s/one/two/' }
    const { output } = await at.typed([], editor, 'volume', 'edit', 'data', 'a')
    expect(output).toContain('/a is written.')
    expect(at.sent(`PUT ${api}/volumes/data/file`)).toEqual({ path: '/a', text: 'two\n', digest: 'd1', mode: '640' })
    expect(await at.run('volume', 'edit', 'data', 'a')).toMatchObject({ exit: 2 })
  })

  test('rm shows what goes before it does, and never the whole volume', async () => {
    at.server.on(`DELETE ${api}/volumes/data/file?dryRun`, plan({ summary: 'Remove /a' }))
    at.server.on(`DELETE ${api}/volumes/data/file`, { ok: true })
    expect((await at.run('volume', 'rm', 'data', 'a', '--dry-run')).stdout).toContain('Remove /a')
    expect(await at.run('volume', 'rm', 'data', 'a')).toMatchObject({ exit: 2 })
    expect(await at.run('volume', 'rm', 'data', 'a', '--yes')).toMatchObject({ exit: 0 })
    expect(await at.run('volume', 'rm', 'data', '/', '-y')).toMatchObject({ exit: 2 })
  })

  test('clone follows the job, to another target too', async () => {
    at.server.on(`POST ${api}/volumes/data/clone`, job({ state: 'running', steps: [] }))
    at.server.on('GET /api/v1/jobs/job-1', job())
    expect((await at.run('volume', 'clone', 'data', 'copy', '--to-target', 'south')).stderr).toContain('copied to copy')
    expect(at.sent(`POST ${api}/volumes/data/clone`)).toEqual({ to: 'copy', toTarget: 'south' })
  })

  test('prune shows what goes and what that frees', async () => {
    at.server.on(`POST ${api}/volumes/prune?dryRun`, plan({ summary: 'Remove 1 unused volumes, which frees 2 MB' }))
    at.server.on(`POST ${api}/volumes/prune`, { removed: ['x'], freedBytes: 2048 })
    expect((await at.run('volume', 'prune', '--dry-run')).stdout).toContain('frees 2 MB')
    expect(await at.run('volume', 'prune', '--all')).toMatchObject({ exit: 2 })
    expect((await at.run('volume', 'prune', '--all', '-y')).stderr).toContain('1 volume removed, 2.00 kB free')
    expect(at.sent(`POST ${api}/volumes/prune`)).toEqual({ all: true, digest: 'd1' })
  })

  test('save needs a place for bytes, restore a tar and a yes', async () => {
    expect(await at.run('volume', 'restore', 'data', '--path', '/conf', '--empty', '-y')).toMatchObject({ exit: 2 })
    expect(await at.run('volume', 'restore', 'data', '--from', 'none.tar', '--empty')).toMatchObject({ exit: 2 })
    expect(await at.run('volume', 'save', 'nothing', '--path', '/conf', '--to', 'x.tar')).toMatchObject({ exit: 3 })
  })

  test('delete names what goes', async () => {
    at.server.on(`DELETE ${api}/volumes/data?dryRun`, plan({ summary: 'Remove the volume data' }))
    at.server.on(`DELETE ${api}/volumes/data`, { ok: true })
    expect((await at.run('delete', 'volume', 'data', '--dry-run')).stdout).toContain('Remove the volume data')
    expect((await at.run('delete', 'volume', 'data', '-y')).stderr).toContain('data is removed')
  })
})

describe('cp', () => {
  test('knows a volume, a service, and what is here', async () => {
    const { placeOf } = await import('../src/commands/volumes/cp.ts')
    expect(placeOf('volume/north/data:conf')).toEqual({ on: 'volume', name: 'north/data', path: '/conf' })
    expect(placeOf('web:/etc/app')).toEqual({ on: 'service', name: 'web', path: '/etc/app' })
    for (const here of ['./a:/b', 'a/b:/c', 'C:\\\\x', 'plain', '/a:/b', 'a:b']) expect(placeOf(here)).toBeNull()
  })

  test('wants a volume or a service on exactly one side', async () => {
    expect((await at.run('cp', 'a', 'b')).stderr).toContain('Name a volume or a service on one side')
    expect((await at.run('cp', 'volume/a:/x', 'volume/b:/y', '--target', 'north')).stderr).toContain('volume clone')
  })
})

describe('network', () => {
  test('list, describe and map say who is in it', async () => {
    expect((await at.run('get', 'networks')).stdout).toMatch(/backend +north +bridge +10.5.0.0\/16 +shop +db/)
    expect((await at.run('describe', 'network', 'backend')).stdout).toMatch(/db +.*running +10.5.0.2 +pg/)
    const node = { targetId: 'north', state: null, stack: null, detail: null }
    at.server.on('GET /api/v1/networks/topology', {
      nodes: [
        { ...node, id: 'north', kind: 'target', name: 'north' },
        { ...node, id: 'n', kind: 'network', name: 'backend', detail: 'bridge 10.5.0.0/16' },
        { ...node, id: 's', kind: 'service', name: 'db' },
      ],
      edges: [
        { from: 's', to: 'n', kind: 'attached', label: '10.5.0.2 pg' },
        { from: 's', to: 'north:host', kind: 'published', label: '5432 → 5432' },
      ],
    })
    const { stdout } = await at.run('network', 'topology', '--target', 'north', '--stack', 'shop')
    expect(stdout).toBe('north\n  backend  bridge 10.5.0.0/16\n    db  10.5.0.2 pg\n  published\n    db  5432 → 5432\n')
    expect(at.query('GET /api/v1/networks/topology')).toEqual({ target: 'north', stack: 'shop' })
  })

  test('create sends what it is told', async () => {
    at.server.on(`POST ${api}/networks`, network('new'))
    const traits = ['--internal', '--attachable', '--ipv6', '--driver', 'bridge']
    const more = ['--subnet', '10.5.0.0/16', '--gateway', '10.5.0.1', '--option', 'a=b', '--label', 'c=d']
    expect((await at.run('network', 'create', 'new', ...traits, ...more)).exit).toBe(0)
    expect(at.sent(`POST ${api}/networks`)).toEqual({
      name: 'new',
      driver: 'bridge',
      internal: true,
      attachable: true,
      ipv6: true,
      subnets: [{ subnet: '10.5.0.0/16', gateway: '10.5.0.1' }],
      options: { a: 'b' },
      labels: { c: 'd' },
    })
  })

  test('connect and disconnect name the container', async () => {
    at.server.on(`POST ${api}/networks/backend-id/connect`, network('backend'))
    at.server.on(`POST ${api}/networks/backend-id/disconnect`, network('backend', { attached: [] }))
    const said = await at.run('network', 'connect', 'backend', 'db', '--alias', 'pg', '--ip', '10.5.0.2')
    expect(said.stderr).toContain('db is in backend as 10.5.0.2')
    expect(at.sent(`POST ${api}/networks/backend-id/connect`)).toEqual({
      service: 'north:abc',
      aliases: ['pg'],
      ipv4: '10.5.0.2',
    })
    expect((await at.run('network', 'disconnect', 'backend', 'db', '--force')).stderr).toContain('db has left backend')
    expect(at.sent(`POST ${api}/networks/backend-id/disconnect`)).toEqual({ service: 'north:abc', force: true })
  })

  test('prune and delete show what goes', async () => {
    at.server.on(`POST ${api}/networks/prune?dryRun`, plan({ summary: 'Remove 2 unused networks' }))
    at.server.on(`POST ${api}/networks/prune`, { removed: ['a', 'b'] })
    expect((await at.run('network', 'prune', '--dry-run')).stdout).toContain('Remove 2 unused')
    expect((await at.run('network', 'prune', '--yes')).stderr).toContain('2 networks removed')
    at.server.on(`DELETE ${api}/networks/backend`, { ok: true })
    expect((await at.run('delete', 'network', 'backend', '-y')).stderr).toContain('backend is removed')
  })
})
