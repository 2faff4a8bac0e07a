import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ScriptedServer } from './scripted-server.ts'
import { listOf } from './things.ts'
import { type Ran, wh } from './wh.ts'

let server: ScriptedServer
let folder: string
const run = (...args: string[]): Promise<Ran> =>
  wh(args, {
    XDG_CONFIG_HOME: folder,
    DOCKER_CONFIG: join(folder, 'docker'),
    WHEELHOUSE_URL: server.url,
    WHEELHOUSE_TOKEN: 'wh_secret',
  })
const bodies = (): unknown[] =>
  server.asked.filter((asked) => asked.line === 'POST /api/v1/targets').map(({ body }) => body)

const shown = [{ type: 'ssh-ed25519', fingerprint: 'SHA256:abc', line: 'n2 ssh-ed25519 AAAA' }]
const strange = {
  ok: false,
  reason: 'The host key of n2 is not trusted yet.',
  engine: null,
  tookMs: 1,
  hostKeys: shown,
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wh-'))
  server = new ScriptedServer()
  await server.listen()
  server.on('GET /api/v1/targets', listOf([{ name: 'taken', address: 'tcp://taken:2376' }]))
  server.on('POST /api/v1/targets', ({ body }: { body: unknown }) => ({ status: 201, body }))
  server.on('POST /api/v1/targets/probe', strange)
})
afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

async function dockerContext(name: string, host: string, more: { skip?: boolean; ca?: string } = {}): Promise<void> {
  const digest = createHash('sha256').update(name).digest('hex')
  const store = join(folder, 'docker', 'contexts')
  await mkdir(join(store, 'meta', digest), { recursive: true })
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: more.skip ?? false } } }
  await writeFile(join(store, 'meta', digest, 'meta.json'), JSON.stringify(meta))
  if (more.ca === undefined) return
  await mkdir(join(store, 'tls', digest, 'docker'), { recursive: true })
  await writeFile(join(store, 'tls', digest, 'docker', 'ca.pem'), more.ca)
}

describe('targets register', () => {
  test('takes name and address as words', async () => {
    const { exit, stderr } = await run(
      'targets',
      'register',
      'n2',
      'tcp://n2:2376',
      '--group',
      'berlin',
      '--tags',
      'a,b',
    )
    expect({ exit, stderr }).toMatchObject({ exit: 0 })
    expect(bodies()).toEqual([{ name: 'n2', address: 'tcp://n2:2376', group: 'berlin', tags: ['a', 'b'] }])
    expect((await run('targets', 'register', 'n2')).stderr).toContain('A name and an address are needed')
  })

  test('reads certificates and keys from files', async () => {
    const file = async (name: string): Promise<string> => {
      await writeFile(join(folder, name), `the ${name}`)
      return join(folder, name)
    }
    const certificates = [
      '--tls.ca',
      await file('ca'),
      '--tls.cert',
      await file('cert'),
      '--tls.key',
      await file('key'),
    ]
    await run('targets', 'register', '--name', 'n2', '--address', 'tcp://n2:2376', ...certificates)
    const keys = ['--ssh.privateKey', await file('id'), '--ssh.hostKeys', await file('known')]
    await run('targets', 'register', 'n3', 'ssh://n3', ...keys)
    expect(bodies()).toEqual([
      { name: 'n2', address: 'tcp://n2:2376', tls: { ca: 'the ca', cert: 'the cert', key: 'the key' } },
      { name: 'n3', address: 'ssh://n3', ssh: { privateKey: 'the id', hostKeys: 'the known' } },
    ])
  })

  test('shows the keys of an unknown host, and trusts them only when told', async () => {
    const asked = await run('targets', 'register', 'n2', 'ssh://ops@n2')
    expect(asked.exit).toBe(2)
    expect(asked.stderr).toContain('ssh-ed25519  SHA256:abc')
    expect(bodies()).toEqual([])
    expect((await run('targets', 'register', 'n2', 'ssh://ops@n2', '--accept-host-key')).exit).toBe(0)
    expect(bodies()).toEqual([{ name: 'n2', address: 'ssh://ops@n2', ssh: { hostKeys: 'n2 ssh-ed25519 AAAA' } }])
  })
})

describe('targets import', () => {
  beforeEach(async () => {
    await dockerContext('edge', 'tcp://edge:2376', { ca: 'PEM' })
    await dockerContext('far', 'ssh://ops@far')
    await dockerContext('loose', 'tcp://loose:2376', { skip: true })
    await dockerContext('taken', 'tcp://other:2376')
    await dockerContext('pipe', 'npipe:////./pipe/docker')
  })

  test('--dry-run says which are taken, and why others are not', async () => {
    const { exit, stdout } = await run('targets', 'import', '--dry-run', '-o', 'json')
    expect(exit).toBe(0)
    const rows = (JSON.parse(stdout) as { items: { name: string; reason: string | null }[] }).items
    expect(rows.map(({ name, reason }) => [name, reason])).toEqual([
      ['edge', null],
      ['far', null],
      ['loose', 'it trusts any certificate: register it by hand, with its CA'],
      ['pipe', 'its way is not spoken here'],
      ['taken', 'there is a target of this name'],
    ])
    expect(bodies()).toEqual([])
  })

  test('registers them with their certificates', async () => {
    await writeFile(join(folder, 'id'), 'PRIVATE')
    const { exit, stderr } = await run(
      'targets',
      'import',
      '--accept-host-key',
      '--group',
      'imported',
      '--ssh.privateKey',
      join(folder, 'id'),
    )
    expect(exit).toBe(0)
    expect(stderr).toContain('loose was left')
    expect(bodies().toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([
      { name: 'edge', address: 'tcp://edge:2376', group: 'imported', tls: { ca: 'PEM' } },
      {
        name: 'far',
        address: 'ssh://ops@far',
        group: 'imported',
        ssh: { privateKey: 'PRIVATE', hostKeys: 'n2 ssh-ed25519 AAAA' },
      },
    ])
  })

  test('knows the names it was asked for', async () => {
    expect((await run('targets', 'import', 'edgy')).stderr).toContain(
      'docker context knows no "edgy". Nearest name: edge',
    )
  })
})
