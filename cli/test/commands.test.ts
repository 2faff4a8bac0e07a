import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ScriptedServer } from './scripted-server.ts'
import { job, listOf, plan, service } from './things.ts'
import { type Ran, wh } from './wh.ts'

let server: ScriptedServer
let folder: string
const run = (args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ran> =>
  wh(args, { XDG_CONFIG_HOME: folder, WHEELHOUSE_URL: server.url, WHEELHOUSE_TOKEN: 'wh_secret', ...env }, input)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wh-'))
  server = new ScriptedServer()
  await server.listen()
  server.on(
    'GET /api/v1/services',
    listOf([service('web'), service('api', { state: 'failed', reason: 'exit code 3' })]),
  )
})
afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('get', () => {
  test('prints a plain table in a pipe and sends the token', async () => {
    const { exit, stdout, stderr } = await run(['get', 'services'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const [head = '', web = '', api = ''] = stdout.split('\n')
    expect(head).toMatch(/^NAME +STATE +TARGET +STACK +CPU +MEMORY +RESTARTS +AGE +NOTE$/)
    expect(web).toMatch(/^web +running +this-machine +hello +- +- +0 +\S+$/)
    expect(api).toMatch(/exit code 3$/)
    expect(server.asked[0]?.headers.authorization).toBe('Bearer wh_secret')
  })

  test('gives the own shape of the API as json, names alone with -o name', async () => {
    const json = await run(['get', 'svc', '-o', 'json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ total: 2, nextCursor: null, items: [{ id: 'local:web' }, {}] })
    expect((await run(['-o', 'name', 'get', 'services'])).stdout).toBe('web\napi\n')
    expect((await run(['get', 'services', 'web', '-o', 'yaml'])).stdout).toContain('\nname: web\n')
  })

  test('passes filters on, and refuses those the noun does not have', async () => {
    await run(['get', 'services', '--state', 'failed', '-l', 'a=b', '-q', 'we'])
    expect(Object.fromEntries(server.asked[0]?.query ?? [])).toMatchObject({ state: 'failed', label: 'a=b', q: 'we' })
    const wrong = await run(['get', 'users', '--stack', 'x'])
    expect(wrong).toMatchObject({ exit: 2 })
    expect(wrong.stderr).toContain('error[USAGE] --stack is no filter of users.')
  })

  test('goes through all pages', async () => {
    server.on('GET /api/v1/services', ({ query }: { query: URLSearchParams }) => ({
      body: query.get('cursor')
        ? { items: [service('two')], nextCursor: null, total: 2, states: {} }
        : { items: [service('one')], nextCursor: 'next', total: 2, states: {} },
    }))
    expect((await run(['get', 'services', '-o', 'name'])).stdout).toBe('one\ntwo\n')
  })
})

describe('names', () => {
  test('that are unknown are answered with the nearest', async () => {
    const { exit, stderr } = await run(['restart', 'wbe'])
    expect({ exit, stderr }).toEqual({
      exit: 3,
      stderr: 'error[NOT_FOUND] There is no service "wbe". Nearest name: web.\n',
    })
  })

  test('that are ambiguous list the candidates', async () => {
    server.on('GET /api/v1/services', listOf([service('web'), service('web', { id: 'other:9', targetName: 'other' })]))
    const { exit, stderr } = await run(['stop', 'web'])
    expect(exit).toBe(5)
    expect(stderr).toContain('2 services are called "web". Use an id, or --target.')
    expect(stderr).toContain('other:9  (running on other)')
    expect(server.lines()).toEqual(['GET /api/v1/services'])
  })

  test('work as ids, and several at once', async () => {
    server.on('POST /api/v1/services/bulk', job({ title: 'Stop 2 services on this-machine' }))
    const { exit, stderr } = await run(['stop', 'local:web', 'api', '--timeout', '2s'])
    expect(exit).toBe(0)
    expect(stderr).toContain('Stop 2 services on this-machine: done.')
    expect(server.asked.at(-1)?.body).toEqual({ act: 'stop', services: ['local:web', 'local:api'], timeoutMs: 2000 })
  })
})

describe('errors', () => {
  test.each([
    [401, 'UNAUTHENTICATED', 4],
    [403, 'FORBIDDEN', 4],
    [409, 'STATE_CONFLICT', 5],
    [503, 'TARGET_UNREACHABLE', 6],
    [504, 'TIMED_OUT', 7],
    [502, 'TARGET_REFUSED', 1],
  ])('%i %s exit with %i', async (status, code, exit) => {
    server.refuse('POST /api/v1/services/local:web/start', status, code, 'It did not work.')
    const ran = await run(['start', 'web'])
    expect(ran.exit).toBe(exit)
    expect(ran.stderr.startsWith(`error[${code}] `)).toBe(true)
    expect(ran.stderr.includes('request-7')).toBe(status >= 500)
  })

  test('of fields are listed one by one', async () => {
    const issues = [{ path: ['name'], message: 'use letters' }]
    server.refuse('POST /api/v1/tokens', 400, 'VALIDATION_FAILED', 'The request does not fit.', { issues })
    const { exit, stderr } = await run(['tokens', 'create', '--name', '?'])
    expect(exit).toBe(2)
    expect(stderr).toBe('error[VALIDATION_FAILED] The request does not fit.\n  name: use letters\n')
  })

  test('of a server that is away exit with 6, without a token with 4', async () => {
    const away = await run(['get', 'services'], '', { WHEELHOUSE_URL: 'http://127.0.0.1:1' })
    expect(away).toMatchObject({ exit: 6, stdout: '' })
    expect(away.stderr).toContain('http://127.0.0.1:1 does not answer')
    const stranger = await run(['get', 'services'], '', { WHEELHOUSE_TOKEN: '' })
    expect(stranger.exit).toBe(4)
    expect(stranger.stderr).toContain(`Run wh login ${server.url}`)
  })

  test('of the command line exit with 2 and say what was meant', async () => {
    expect((await run(['gte', 'services'])).stderr).toContain('wh has no command "gte". Nearest name: get.')
    expect((await run(['users', 'crate'])).stderr).toContain('Nearest name: create.')
    expect((await run(['get', 'services', '--nope'])).exit).toBe(2)
    expect((await run(['stacks', 'apply'])).stderr).toContain('Use wh apply.')
  })
})

describe('derived commands', () => {
  test('turn flags into the input and read the password from standard input', async () => {
    server.on('POST /api/v1/users', { id: 'u1', username: 'mara', role: 'viewer' })
    const args = ['users', 'create', '--username', 'mara', '--role', 'viewer', '--email', 'null', '--password-stdin']
    const { exit, stdout } = await run(
      [...args, '--grants', '[{"on":"target","id":"local","role":"viewer"}]'],
      'a long password\n',
    )
    expect(exit).toBe(0)
    expect(stdout).toContain('mara')
    expect(server.asked[0]?.body).toEqual({
      username: 'mara',
      role: 'viewer',
      email: null,
      password: 'a long password',
      grants: [{ on: 'target', id: 'local', role: 'viewer' }],
    })
  })

  test('never take a password as a value', async () => {
    const { exit, stderr } = await run(['users', 'create', '--username', 'm', '--role', 'viewer', '--password', 'x'])
    expect(exit).toBe(2)
    expect(stderr).not.toContain('Again')
    expect(server.asked).toEqual([])
  })

  test('name what is missing and what a choice may be', async () => {
    expect((await run(['tokens', 'create'])).stderr).toContain('--name is needed.')
    const wrong = await run(['users', 'list', '--role', 'viewr'])
    expect(wrong.stderr).toContain('--role takes admin, developer, viewer, not "viewr". Nearest name: viewer.')
  })

  test('read nested fields and files', async () => {
    const file = join(folder, 'ca.pem')
    await writeFile(file, 'PEM')
    server.on('POST /api/v1/targets', { id: 't', name: 'n2' })
    await run([
      'targets',
      'register',
      '--name',
      'n2',
      '--address',
      'tcp://h:2376',
      '--tls.ca',
      file,
      '--tags',
      'a',
      '--tags',
      'b',
    ])
    expect(server.asked[0]?.body).toEqual({ name: 'n2', address: 'tcp://h:2376', tls: { ca: 'PEM' }, tags: ['a', 'b'] })
  })

  test('stream downloads', async () => {
    server.on('GET /api/v1/audit/export', 'at,actor\n1,2\n')
    expect((await run(['audit', 'export', '--format', 'csv'])).stdout).toBe('at,actor\n1,2\n')
  })
})

describe('what destroys', () => {
  beforeEach(() => {
    server.on('DELETE /api/v1/services/local:web?dryRun', plan({ summary: 'Remove web', kept: ['volume data'] }))
    server.on('DELETE /api/v1/services/local:web', { ok: true })
  })

  test('shows what goes and what stays, and refuses without a terminal', async () => {
    const { exit, stderr } = await run(['delete', 'service', 'web'])
    expect(exit).toBe(2)
    expect(stderr).toContain('Kept: volume data')
    expect(stderr).toContain('Add --yes to go ahead.')
    expect(server.asked.filter((asked) => asked.line.startsWith('DELETE') && !asked.query.has('dryRun'))).toEqual([])
  })

  test('goes ahead with --yes, and only plans with --dry-run', async () => {
    expect((await run(['delete', 'svc', 'web', '--dry-run'])).stdout).toContain('Remove web')
    expect(await run(['delete', 'svc', 'web', '--yes'])).toMatchObject({ exit: 0, stderr: 'web is removed.\n' })
  })
})

describe('apply', () => {
  let file: string
  beforeEach(async () => {
    file = join(folder, 'wheelhouse.yaml')
    await writeFile(file, 'services:\n  web:\n    command: [node, "${SCRIPT}"]\n    env_file: web.env\n')
    await writeFile(join(folder, '.env'), '\uFEFFSCRIPT="a b.js"\r\nOTHER=1=2\r\n')
    await writeFile(join(folder, 'web.env'), 'X=1\n')
    server.on('POST /api/v1/stacks/plan', { ...plan(), stack: 'hello', targetId: 'local' })
    server.on('POST /api/v1/stacks', job({ state: 'running', steps: [] }))
    server.on('GET /api/v1/jobs/job-1', job())
  })

  test('sends the file with its variables, env files and folder, bound to the plan, and follows the job', async () => {
    const { exit, stderr } = await run(['apply', '-f', file, '--var', 'MORE=x', '--yes'])
    expect(exit).toBe(0)
    const sent = server.asked.find((asked) => asked.line === 'POST /api/v1/stacks')?.body
    expect(sent).toMatchObject({
      variables: { SCRIPT: 'a b.js', OTHER: '1=2', MORE: 'x' },
      files: { 'web.env': 'X=1\n' },
      directory: folder,
      digest: 'd1',
    })
    expect(stderr).toContain('1 to create, 1 kept')
    expect(stderr).toContain('✓ create web  120ms')
    expect(stderr).toContain('hello is applied.')
  })

  test('sends the secrets and configs of a Compose file along where the target is a Swarm, and nowhere else', async () => {
    const compose = join(folder, 'compose.yaml')
    const objects = 'secrets: { token: { file: ./token.txt } }\nconfigs: { page: { environment: PAGE } }\n'
    await writeFile(compose, `services: { web: { image: a, secrets: [token] } }\n${objects}`)
    await writeFile(join(folder, 'token.txt'), 'the-token')
    const planned = () => server.asked.findLast((asked) => asked.line === 'POST /api/v1/stacks/plan')?.body
    server.on('GET /api/v1/targets/north', { id: 'north', name: 'north', kind: 'docker' })
    expect((await run(['plan', '-f', compose, '--target', 'north'])).exit).toBe(0)
    expect(planned()).not.toHaveProperty('files')
    server.on('GET /api/v1/targets/fleet', { id: 'fleet', name: 'fleet', kind: 'swarm' })
    expect((await run(['apply', '-f', compose, '--target', 'fleet', '--yes'])).exit).toBe(0)
    expect(planned()).toMatchObject({ files: { './token.txt': 'the-token' }, target: 'fleet' })
    await rm(join(folder, 'token.txt'))
    const { exit, stderr } = await run(['plan', '-f', compose, '--target', 'fleet'])
    expect(exit).toBe(2)
    expect(stderr).toContain('secrets: there is no ./token.txt beside the stack file.')
  })

  test('sends the override beside a Compose file that nobody named, with what it needs, and none beside one that was', async () => {
    await rm(file)
    await writeFile(join(folder, 'docker-compose.yml'), 'services: { web: { image: a, env_file: web.env } }\n')
    const override = 'services: { web: { image: "b:${TAG}", env_file: !override [over.env], user: "${HOLDER}" } }\n'
    await writeFile(join(folder, 'compose.override.yaml'), override)
    await writeFile(join(folder, 'docker-compose.override.yml'), 'services: { web: { image: c } }\n')
    await writeFile(join(folder, 'over.env'), 'Y=2\n')
    const planned = async (...words: string[]) => {
      expect(await run(['plan', ...words], '', { HOLDER: 'ada', UNASKED: 'stays' })).toMatchObject({ exit: 0 })
      return server.asked.findLast((asked) => asked.line === 'POST /api/v1/stacks/plan')?.body
    }
    const files = { 'compose.override.yaml': override, 'web.env': 'X=1\n', 'over.env': 'Y=2\n' }
    const sent = (await planned(folder)) as { files: object; variables: object }
    expect(sent.files).toEqual(files)
    expect(sent.variables).toMatchObject({ HOLDER: 'ada' })
    expect(sent.variables).not.toHaveProperty('UNASKED')
    expect((await run(['apply', '-f', folder, '--yes'])).exit).toBe(0)
    expect(server.asked.find((asked) => asked.line === 'POST /api/v1/stacks')?.body).toMatchObject({ files })
    expect(await planned('-f', join(folder, 'docker-compose.yml'))).toMatchObject({ files: { 'web.env': 'X=1\n' } })
    expect(await planned('-f', join(folder, 'docker-compose.yml'))).not.toHaveProperty('files.over.env')

    // What it includes is asked for as what the file itself includes is.
    await writeFile(join(folder, 'compose.override.yaml'), 'include: [parts.yaml]\n')
    await writeFile(join(folder, 'parts.yaml'), 'services: { db: { image: pg } }\n')
    const needs = ({ body }: { body: unknown }) => ({
      body: { needs: 'parts.yaml' in (body as { files: object }).files ? [] : [join(folder, 'parts.yaml')] },
    })
    server.on('POST /api/v1/stacks/validate', needs)
    expect(JSON.stringify(await planned(folder))).toContain('image: pg')
    // One of processes has none.
    await writeFile(file, 'services: { web: { command: [node, a.mjs] } }\n')
    expect(await planned(folder)).not.toHaveProperty('files')
  })

  test('that fails says why and exits with 1', async () => {
    server.on(
      'GET /api/v1/jobs/job-1',
      job({ state: 'failed', error: { errorCode: 'TARGET_REFUSED', message: 'Port 80 is taken.' } }),
    )
    const { exit, stderr } = await run(['apply', '-f', folder, '-y'])
    expect(exit).toBe(1)
    expect(stderr).toContain('error[TARGET_REFUSED] Port 80 is taken.\n  wh describe job job-1 shows each step')
  })

  test('has a plan that exits with 8 when asked to', async () => {
    expect((await run(['plan', '-f', file, '--exit-code'])).exit).toBe(8)
    expect((await run(['plan', '-f', file])).exit).toBe(0)
  })
})

describe('login', () => {
  const session = { XDG_CONFIG_HOME: '', WHEELHOUSE_TOKEN: '', WHEELHOUSE_URL: '' }
  beforeEach(() => {
    session.XDG_CONFIG_HOME = folder
    server.on('GET /api/v1/auth/setup', { needed: false })
    server.on('POST /api/v1/auth/login', { accessToken: 'session-1', user: { username: 'admin' } })
    server.on('POST /api/v1/tokens', { token: { id: 'token-1', expiresAt: null }, secret: 'wh_kept' })
    server.on('POST /api/v1/auth/logout', { ok: true })
    server.on('DELETE /api/v1/tokens/token-1', { ok: true })
  })

  test('keeps a token for the owner alone, ends the session, and logout revokes it', async () => {
    const { exit, stdout, stderr } = await run(
      ['login', server.url, '-u', 'admin', '--password-stdin'],
      'pw\n',
      session,
    )
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' })
    expect(stderr).toContain('as admin')
    expect(server.asked.map((asked) => [asked.line, asked.headers.authorization])).toEqual([
      ['GET /api/v1/auth/setup', undefined],
      ['POST /api/v1/auth/login', undefined],
      ['POST /api/v1/tokens', 'Bearer session-1'],
      ['POST /api/v1/auth/logout', 'Bearer session-1'],
    ])
    const file = join(folder, 'wheelhouse/contexts.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'wheelhouse'))).mode & 0o777).toBe(0o700)
    expect(await readFile(file, 'utf8')).not.toContain('pw')

    const listed = await run(['context', 'list', '-o', 'json'], '', session)
    expect(listed.stdout).not.toContain('wh_kept')
    await run(['get', 'services'], '', session)
    expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer wh_kept')

    expect((await run(['logout'], '', session)).stderr).toContain('Signed out')
    expect(server.lines().at(-1)).toBe('DELETE /api/v1/tokens/token-1')
    expect((await run(['get', 'services'], '', session)).exit).toBe(4)
  })

  test('takes a further name when there is a token of this machine already', async () => {
    const names: unknown[] = []
    server.on('POST /api/v1/tokens', ({ body }: { body: { name: string } }) => {
      names.push(body.name)
      return names.length === 1
        ? { status: 409, body: { errorCode: 'CONFLICT', message: 'You have a token of this name.', details: {} } }
        : { body: { token: { id: 'token-2', expiresAt: null }, secret: 'wh_second' } }
    })
    expect((await run(['login', server.url, '-u', 'admin', '--password-stdin'], 'pw\n', session)).exit).toBe(0)
    expect(names).toEqual([`wh on ${hostname()}`, `wh on ${hostname()} 2`])
  })

  test('lends the token of one server to no other', async () => {
    await run(['login', server.url, '-u', 'admin', '--password-stdin'], 'pw\n', session)
    const other = await run(['get', 'services', '--server', 'http://127.0.0.1:1'], '', session)
    expect(other).toMatchObject({ exit: 4 })
  })

  test('says when the server is not set up, and when the password is missing', async () => {
    server.on('GET /api/v1/auth/setup', { needed: true })
    const unset = await run(['login', server.url, '-u', 'admin', '--password-stdin'], 'pw\n', session)
    expect(unset).toMatchObject({ exit: 5 })
    server.on('GET /api/v1/auth/setup', { needed: false })
    expect((await run(['login', server.url, '-u', 'admin'], '', session)).exit).toBe(2)
  })
})

describe('exec', () => {
  test('passes output and exit code on', async () => {
    server.on('POST /api/v1/services/local:web/exec', {
      exitCode: 42,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    })
    expect(await run(['exec', 'web', '--', 'ls', '-o', '/'])).toEqual({ exit: 42, stdout: 'out\n', stderr: 'err\n' })
    expect(server.asked.at(-1)?.body).toEqual({ argv: ['ls', '-o', '/'] })
    expect((await run(['exec', 'web', 'ls', '--color', '-la'])).exit).toBe(42)
    expect(server.asked.at(-1)?.body).toEqual({ argv: ['ls', '--color', '-la'] })
  })
})

describe('completion', () => {
  test('knows words, verbs, flags, choices and the names on the server', async () => {
    const complete = async (...line: string[]): Promise<string[]> =>
      (await run(['__complete', ...line])).stdout.split('\n').slice(0, -1)
    expect(await complete('de')).toEqual(['describe', 'delete', 'deploy', 'deployments'])
    expect(await complete('restart', '')).toEqual(['web', 'api'])
    expect(await complete('users', 'cr')).toEqual(['create'])
    expect(await complete('users', 'create', '--role', '')).toEqual(['admin', 'developer', 'viewer'])
    expect(await complete('users', 'create', '--us')).toEqual(['--username'])
    expect(await complete('apply', '-f', '')).toEqual([':'])
  })

  test.each(['bash', 'zsh', 'fish'])('has a script for %s', async (shell) => {
    expect((await run(['completion', shell])).stdout).toContain('__complete')
  })
})

describe('logs', () => {
  test('of several are merged by time, with what steers a terminal taken out', async () => {
    const line = (text: string, second: number): object => ({
      at: `2026-11-20T10:00:0${second}.000Z`,
      stream: 'stdout',
      level: null,
      text,
    })
    server.on('GET /api/v1/services/local:web/logs', {
      serviceId: 'local:web',
      lines: [line('one\u001B[2J', 1), line('three', 3)],
      truncated: false,
    })
    server.on('GET /api/v1/services/local:api/logs', {
      serviceId: 'local:api',
      lines: [line('two', 2)],
      truncated: false,
    })
    const { stdout } = await run(['logs', 'web', 'api', '--tail', '5', '--since', '2026-11-20', '--grep', 'o|t'])
    expect(stdout).toBe('web │ one\napi │ two\nweb │ three\n')
    const asked = server.asked.filter(({ line: said }) => /services\/.*\/logs$/.test(said))
    for (const { query } of asked) expect(Object.fromEntries(query)).toMatchObject({ tail: '5', match: 'o|t' })
    expect(asked).toHaveLength(2)
  })
})
