import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Service } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { program, type Ran, wh } from '../../cli/test/wh.ts'
import { freePort } from '../fixtures/free-port.ts'

const root = resolve(import.meta.dirname, '../..')
const password = 'a long enough password'
let folder: string
let server: ChildProcess
let url: string
let ports: [number, number, number]

const environment = (): Record<string, string> => ({ XDG_CONFIG_HOME: join(folder, 'config'), COLUMNS: '120' })
const run = (args: readonly string[], input = ''): Promise<Ran> => wh(args, environment(), input)
const service = async (name: string): Promise<Service> =>
  JSON.parse((await run(['get', 'services', name, '-o', 'json'])).stdout) as Service
const until = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 200 })

/** The programs of examples/hello on ports that are free, so that the test can stand beside a running example. */
const stack = (): string => `name: shop
services:
  api:
    command: [node, api.mjs]
    environment: { PORT: '\${API_PORT}' }
    ports: [${ports[1]}]
    restart: { policy: always, delay: 200ms }
    health: [{ http: 'http://127.0.0.1:${ports[1]}/health', interval: 1s }]
  web:
    command: [node, web.mjs]
    environment: { PORT: '${ports[2]}', API: 'http://127.0.0.1:${ports[1]}' }
    ports: [${ports[2]}]
    restart: { policy: always, delay: 200ms }
    depends_on: { api: healthy }
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wh-e2e-'))
  ports = [await freePort(), await freePort(), await freePort()]
  url = `http://127.0.0.1:${ports[0]}`
  await cp(join(root, 'examples/hello'), join(folder, 'shop'), { recursive: true })
  await writeFile(join(folder, 'shop/wheelhouse.yaml'), stack())
  await writeFile(join(folder, 'shop/.env'), `API_PORT=${ports[1]}\n`)
  const args = ['server/src/main.ts', '--port', String(ports[0]), '--data', join(folder, 'data')]
  const admin = { WHEELHOUSE_ADMIN_USERNAME: 'admin', WHEELHOUSE_ADMIN_PASSWORD: password }
  server = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
      WHEELHOUSE_SETTLE_MS: '500',
      ...admin,
    },
    stdio: 'ignore',
  })
  await until(async () => expect((await fetch(`${url}/health`)).ok).toBe(true))
  const login = await run(['login', url, '-u', 'admin', '--password-stdin'], `${password}\n`)
  expect(login).toMatchObject({ exit: 0 })
})

afterAll(async () => {
  await run(['remove', 'shop', '--yes'])
  const ended = new Promise((done) => server.once('exit', done))
  server.kill('SIGTERM')
  await ended
  await rm(folder, { recursive: true, force: true })
})

describe('a stack, from plan to removal', () => {
  test('is planned, then applied with its steps told, then there is nothing to do', async () => {
    const planned = await run(['plan', join(folder, 'shop'), '--exit-code'])
    expect(planned.exit).toBe(8)
    expect(planned.stdout).toMatch(/\+ create +service +web/)
    const applied = await run(['apply', join(folder, 'shop'), '--yes'])
    expect(applied.stderr).toContain('shop is applied.')
    expect(applied.exit).toBe(0)
    expect((await fetch(`http://127.0.0.1:${ports[2]}/`)).ok).toBe(true)
    expect((await run(['apply', join(folder, 'shop'), '--yes'])).stderr).toContain('Nothing to do.')
  })

  test('is listed in every form', async () => {
    expect((await run(['get', 'services', '-o', 'name', '--sort', 'name'])).stdout).toBe('shop-api\nshop-web\n')
    expect((await run(['get', 'stacks'])).stdout).toMatch(/^shop +running +\S+ +2\/2 /m)
    expect((await run(['describe', 'service', 'web'])).stdout).toContain('shop / web')
    expect((await run(['top', '-o', 'json'])).exit).toBe(0)
    expect((await run(['top'])).stdout).toMatch(/^shop-web +running /m)
  })

  test('has logs, and follows them until Ctrl-C', async () => {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [program, 'logs', 'web', 'api', '-f'], { env: { PATH, ...environment() } })
    const ended = new Promise((done) => child.once('exit', done))
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    await until(() => Promise.resolve(expect(text).toContain('shop-web │ ')))
    await fetch(`http://127.0.0.1:${ports[1]}/?from=the-test`)
    await until(() => Promise.resolve(expect(text).toMatch(/shop-api │ .*answered/)))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
  })

  test('brings back a process that was killed, and says so while it is watched', async () => {
    const before = await service('web')
    const { PATH = '' } = process.env
    const watcher = spawn(process.execPath, [program, 'get', 'services', '-w'], { env: { PATH, ...environment() } })
    let text = ''
    watcher.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    await until(() => Promise.resolve(expect(text).toContain('shop-web')))
    process.kill(before.pid ?? 0, 'SIGKILL')
    await until(async () => {
      const after = await service('web')
      expect([after.state, after.pid === before.pid]).toEqual(['running', false])
    })
    await until(() => Promise.resolve(expect(text.match(/^shop-web /gm)?.length).toBeGreaterThan(1)))
    watcher.kill('SIGINT')
    expect((await run(['events', '--service', before.id])).stdout).toContain('shop-web')
  })

  test('is stopped and started by name', async () => {
    expect((await run(['stop', 'web'])).exit).toBe(0)
    expect((await service('web')).state).toBe('stopped')
    expect((await run(['stop', 'web'])).exit).toBe(5)
    expect((await run(['start', 'web'])).exit).toBe(0)
  })

  test('asks before it is removed, and is gone afterwards', async () => {
    const refused = await run(['remove', 'shop'])
    expect(refused).toMatchObject({ exit: 2 })
    expect(refused.stderr).toContain('3 to remove'.replace('3', '2'))
    expect((await run(['remove', 'shop', '--yes'])).exit).toBe(0)
    expect((await run(['get', 'services', '-o', 'name'])).stdout).toBe('')
    expect((await run(['describe', 'stack', 'shop'])).exit).toBe(3)
  })
})

describe('people', () => {
  test('are created with a password from standard input, changed and removed', async () => {
    const create = ['users', 'create', '--username', 'mara', '--role', 'viewer', '--password-stdin']
    expect((await run(create, 'another long secret\n')).exit).toBe(0)
    expect((await run(create, 'another long secret\n')).exit).toBe(5)
    expect((await run(['users', 'update', 'mara', '--role', 'developer'])).exit).toBe(0)
    expect((await run(['get', 'users'])).stdout).toMatch(/^mara +mara +developer /m)
    expect((await run(['delete', 'user', 'maar', '-y'])).stderr).toContain('Nearest name: mara.')
    expect((await run(['delete', 'user', 'mara', '-y'])).exit).toBe(0)
  })

  test('make tokens, which are in the audit log without their secret', async () => {
    const made = await run(
      ['tokens', 'create', '--name', 'ci', '--scopes', 'services.read', '-o', 'json', '--password-stdin'],
      `${password}\n`,
    )
    const { secret } = JSON.parse(made.stdout) as { secret: string }
    const limited = await wh(['get', 'users'], {
      WHEELHOUSE_URL: url,
      WHEELHOUSE_TOKEN: secret,
      XDG_CONFIG_HOME: folder,
    })
    expect(limited.exit).toBe(4)
    const audit = await run(['audit', 'list', '--since', '1h', '-o', 'json'])
    expect(audit.stdout).toContain('tokens.create')
    expect(audit.stdout).not.toContain(secret)
    expect((await run(['audit', 'export', '--format', 'csv'])).stdout).toContain('tokens.create')
  })
})

test('on a terminal there are glyphs and colours, and nothing is wider than the window', () => {
  const inner = `stty cols 60; exec "${process.execPath}" "${program}" get targets`
  const { PATH = '' } = process.env
  const env = { PATH, ...environment(), TERM: 'xterm-256color', LANG: 'C.UTF-8' }
  const { stdout } = spawnSync('script', ['-qec', inner, '/dev/null'], { env, encoding: 'utf8' })
  expect(stdout).toContain('● connected')
  expect(stdout).toContain('\u001B[32m')
  // oxlint-disable-next-line no-control-regex
  const lines = stdout.replace(/\u001B\[[0-9;]*m/g, '').split(/\r?\n/)
  expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(60)
})

test('logging out revokes the token and keeps the context', async () => {
  const file = join(folder, 'config/wheelhouse/contexts.json')
  const [, token] = /"token": "([^"]+)"/.exec(await readFile(file, 'utf8')) ?? []
  expect((await run(['logout'])).exit).toBe(0)
  const reused = await wh(['get', 'targets'], {
    WHEELHOUSE_URL: url,
    WHEELHOUSE_TOKEN: token ?? '',
    XDG_CONFIG_HOME: folder,
  })
  expect(reused.exit).toBe(4)
})
