import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deployment, described, playRun, preflight, rolledBack, stage, succeeded } from './delivery-things.ts'
import { ScriptedServer } from './scripted-server.ts'
import { plan } from './things.ts'
import { program, type Ran, wh } from './wh.ts'

let server: ScriptedServer
let folder: string
const env = (): Record<string, string> => ({
  WHEELHOUSE_URL: server.url,
  WHEELHOUSE_TOKEN: 'wh_1',
  XDG_CONFIG_HOME: folder,
})
const run = (...args: string[]): Promise<Ran> => wh([...args, ...(args[0] === 'deploy' ? ['-f', folder] : [])], env())
const sent = (line: string): Record<string, unknown> | undefined =>
  server.asked.find((asked) => asked.line === line && !asked.query.has('dryRun'))?.body

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wh-deploy-'))
  await writeFile(join(folder, 'wheelhouse.yaml'), 'name: shop\n')
  server = new ScriptedServer()
  await server.listen()
  server.on('POST /api/v1/deployments/describe', described())
  server.on('POST /api/v1/deployments/check', preflight())
  server.on('POST /api/v1/deployments?dryRun', plan({ summary: 'Deploy shop to production' }))
  server.on('POST /api/v1/deployments', deployment({ stages: [] }))
})
afterEach(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('what is asked for', () => {
  test('is the absolute folder and nothing that was not told', async () => {
    expect((await run('deploy', '--full', '--yes', '--detach')).stdout).toBe('dep-12\n')
    expect(sent('POST /api/v1/deployments')).toEqual({ directory: folder })
  })

  test('carries every flag of the run', async () => {
    const flags =
      '--skip-backup --skip-build --skip-tests --skip watch,backup --force --rollback-database --strategy blue-green'
    const more = '--reason sale --environment production --target this-machine --var NODE=26'
    await run(
      'deploy',
      'backend',
      ...flags.split(' '),
      ...more.split(' '),
      '--rollback-on-error',
      '--parallel',
      '--yes',
      '--detach',
    )
    expect(sent('POST /api/v1/deployments')).toEqual({
      directory: folder,
      apps: ['backend'],
      skipBackup: true,
      skipBuild: true,
      skipTests: true,
      skip: ['watch', 'backup'],
      force: true,
      rollbackDatabase: true,
      rollbackOnError: true,
      parallel: true,
      strategy: 'blue-green',
      reason: 'sale',
      environment: 'production',
      target: 'this-machine',
      variables: { NODE: '26' },
    })
    server.asked.length = 0
    await run('deploy', '--no-rollback-on-error', '--no-parallel', '-e', 'production', '--yes', '--detach')
    expect(sent('POST /api/v1/deployments')).toMatchObject({ rollbackOnError: false, parallel: false })
  })

  test('names apps as words or as flags of their own, wherever they stand', async () => {
    await run('deploy', '--backend', '--pwa', 'relay', '--skip-tests', '--yes', '--detach')
    expect(sent('POST /api/v1/deployments')).toEqual({
      directory: folder,
      apps: ['backend', 'pwa', 'relay'],
      skipTests: true,
    })
  })

  test.each([
    [['--bakend'], 'wh deploy has no flag --bakend. Nearest name: --backend.'],
    [['--skip-test'], 'Nearest name: --skip-tests.'],
    [['bakend'], 'The manifest has no app "bakend". Nearest name: backend.'],
    [['--full', 'pwa'], '--full is all apps.'],
    [
      ['--strategy', 'roling'],
      '--strategy takes recreate, rolling, blue-green, canary, not "roling". Nearest name: rolling.',
    ],
    [['--skip', 'preflight'], 'The stage preflight cannot be skipped. backup, watch can.'],
    [['--skip', 'wach'], 'Nearest name: watch.'],
  ])('%j is refused before anything is started', async (args, said) => {
    const { exit, stderr } = await run('deploy', ...args, '--yes')
    expect(stderr).toContain(said)
    expect(exit).toBe(2)
    expect(sent('POST /api/v1/deployments')).toBeUndefined()
  })

  test('may be another manifest of the folder, and a folder without one is told', async () => {
    await writeFile(join(folder, 'other.yaml'), 'name: other\n')
    await wh(['deploy', '-f', join(folder, 'other.yaml'), '--yes', '--detach'], env())
    expect(sent('POST /api/v1/deployments')).toEqual({ directory: folder, manifest: 'other.yaml' })
    const nothing = await wh(['deploy', '-f', tmpdir(), '--yes'], env())
    expect(nothing).toMatchObject({ exit: 2 })
    expect(nothing.stderr).toContain('There is no wheelhouse.yaml in')
  })

  test('that has errors is refused with line and column', async () => {
    const problems = [{ line: 3, column: 5, path: 'apps.pwa', message: 'needs a path', severity: 'error' }]
    server.on('POST /api/v1/deployments/describe', described({ problems }))
    const { exit, stderr } = await run('deploy', '--yes')
    expect(exit).toBe(2)
    expect(stderr).toContain('error[STACK_INVALID]')
    expect(stderr).toContain('line 3:5 apps.pwa: needs a path')
  })

  test('that has warnings goes on after telling them', async () => {
    const problems = [{ line: 3, column: 5, path: 'apps.pwa', message: 'is not used', severity: 'warning' }]
    server.on('POST /api/v1/deployments/describe', described({ problems }))
    const { exit, stderr } = await run('deploy', '--yes', '--detach')
    expect(exit).toBe(0)
    expect(stderr).toContain('warning: line 3 apps.pwa: is not used\n')
  })

  test('in a folder that the control plane does not see says what to do', async () => {
    server.refuse('POST /api/v1/deployments/describe', 404, 'NOT_FOUND', `There is no folder "${folder}".`)
    const { exit, stderr } = await run('deploy', '--yes')
    expect(exit).toBe(3)
    expect(stderr).toContain(`The control plane at ${server.url} reads ${folder} on its own machine.`)
    expect(stderr).toContain('name the folder as it is called there with -f')
  })

  test('without --yes shows the plan, and goes on where nobody can be asked', async () => {
    const { stderr, stdout } = await run('deploy', '--detach')
    expect(stderr).toContain('Deploy shop to production')
    expect(stdout).toBe('dep-12\n')
  })
})

describe('--dry-run', () => {
  test('prints the plan and preflight and starts nothing', async () => {
    const { exit, stdout } = await run('deploy', '--dry-run')
    expect(exit).toBe(0)
    expect(stdout).toContain('Deploy shop to production')
    expect(stdout).toContain('All well in 2 checks, 1.2s')
    expect(sent('POST /api/v1/deployments')).toBeUndefined()
    const json = JSON.parse((await run('deploy', '--dry-run', '-o', 'json')).stdout) as object
    expect(json).toMatchObject({ plan: { digest: 'd1' }, preflight: { ok: true } })
  })

  test('exits with 13 when preflight would refuse it', async () => {
    server.on('POST /api/v1/deployments/check', preflight({ ok: false }))
    expect((await run('deploy', '--dry-run')).exit).toBe(13)
  })
})

describe('a run in a pipe', () => {
  test('is one line a change, then what happened, and exits with 0', async () => {
    const tasks = [
      { name: 'pwa', state: 'running' as const, message: 'npm run build', startedAt: null, finishedAt: null },
    ]
    playRun(server, [
      { deployment: deployment({ state: 'queued', stages: [], queue: { position: 2, reason: 'run 11 is going on' } }) },
      {
        deployment: deployment({
          stages: [stage('preflight', 'done', { message: '14 checks' }), stage('build', 'running', { tasks })],
        }),
      },
      { line: { stage: 'build', task: 'pwa', text: 'vite says\u001B[2J hello' } },
      { deployment: succeeded() },
    ])
    const { exit, stdout, stderr } = await run('deploy', '--yes', '--verbose')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'shop production succeeded in 48s.\n' })
    const said = stdout.split('\n').map((line) => line.replace(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d {2}/, ''))
    // A line comes by the socket or with what is asked for anew, whichever is first.
    expect(said).toContain('build/pwa │ vite says hello')
    expect(said.filter((line) => !line.includes('│'))).toEqual([
      'run              running     shop production dep-12',
      'run              queued      queued, place 2: run 11 is going on',
      'run              running',
      'preflight        done        14 checks  2s',
      'build            running',
      'build/pwa        running     npm run build',
      'build            done        3 apps built  2s',
      'start            done        2s',
      'run              succeeded',
      '',
      '  Release 8 serves.',
      '  Runs now',
      '    web serves release 8 on port 8080.',
      '  What next',
      '    wh report dep-12 --export report.html keeps the report',
      '',
    ])
  })

  test('that is rolled back shows the evidence and exits with 9', async () => {
    playRun(server, [{ deployment: rolledBack() }])
    const { exit, stdout, stderr } = await run('deploy', '--yes')
    expect(exit).toBe(9)
    expect(stderr).toBe('error[TARGET_REFUSED] The health gate of web failed, so release 7 serves again.\n')
    for (const part of [
      /start\/undo +undone +release 7 started again/,
      'Decided by  gates: health of web\n      │ GET / answered 500\n      │ boom\n',
      'Last lines of web\n      │ listening\n      │ Error: boom\n',
      'Runs now\n    web serves release 7.\n',
      'Not undone\n    The migration 0042 stays in the database.\n',
      'wh deployments log dep-12 --stage gates',
    ])
      expect(stdout).toMatch(part)
    expect(stdout).not.toContain('\u001B')
  })

  test.each([
    ['failed', 10],
    ['cancelled', 11],
    ['abandoned', 12],
  ] as const)('that is %s exits with %i', async (state, exit) => {
    playRun(server, [{ deployment: rolledBack({ state }) }])
    expect((await run('deploy', '--yes')).exit).toBe(exit)
  })

  test.each([
    [{ id: 'r6', number: 6 }, 'wh rollout undo shop -e production', 'Mend it and run wh deploy again'],
    [null, 'Mend it and run wh deploy again', 'rollout undo'],
  ])('that failed is told the way back, where a release served before: %o', async (previous, told, untold) => {
    playRun(server, [{ deployment: rolledBack({ state: 'failed', previous }) }])
    const { stdout } = await run('deploy', '--yes')
    expect(stdout).toContain(told)
    expect(stdout).not.toContain(untold)
  })

  test('that preflight refused exits with 13, from the start or from its stage', async () => {
    const outcome = { ...rolledBack().outcome!, stage: 'preflight', summary: 'PHP is missing.' }
    playRun(server, [{ deployment: rolledBack({ state: 'failed', outcome }) }])
    expect((await run('deploy', '--yes')).exit).toBe(13)
    const checks = [
      {
        id: 'tool:php',
        title: 'PHP',
        ok: false,
        severity: 'error',
        message: 'PHP is missing.',
        fix: 'apt install php',
      },
      { id: 'disk', title: 'Disk', ok: true, message: 'enough' },
    ]
    server.refuse('POST /api/v1/deployments', 422, 'CHECKS_FAILED', 'Checks failed.', { checks })
    const { exit, stderr } = await run('deploy', '--yes')
    expect({ exit, stderr }).toEqual({
      exit: 13,
      stderr: 'error[CHECKS_FAILED] Checks failed.\n  PHP is missing. apt install php\n',
    })
  })

  test('waits for approval and says how to give it', async () => {
    const approval = {
      stage: 'switch',
      role: 'admin',
      requestedAt: '2026-11-20T10:00:00.000Z',
      decidedAt: null,
      decidedBy: null,
      approved: null,
      reason: null,
    }
    playRun(server, [{ deployment: deployment({ state: 'waiting', approval }) }, { deployment: succeeded() }])
    const { stdout } = await run('deploy', '--yes')
    expect(stdout).toContain('switch waits for admin. wh approve dep-12, or wh refuse dep-12')
  })

  test('with -o json gives the final deployment alone on stdout', async () => {
    playRun(server, [{ deployment: rolledBack() }])
    const { exit, stdout, stderr } = await run('deploy', '--yes', '-o', 'json')
    expect(exit).toBe(9)
    expect(JSON.parse(stdout)).toMatchObject({ id: 'dep-12', state: 'rolled-back' })
    expect(stderr).toMatch(/gates +failed/)
    expect(stderr).toContain('The migration 0042 stays in the database.')
  })

  test('goes on over answers alone where no socket is to be had, and through a server that is away for a moment', async () => {
    let asked = 0
    server.on('GET /api/v1/deployments/dep-12', () => {
      asked += 1
      if (asked === 1) return { status: 503, body: { errorCode: 'SHUTTING_DOWN', message: 'Stopping.', details: {} } }
      return { body: succeeded() }
    })
    server.on('GET /api/v1/deployments/dep-12/log', { items: [], last: 0, more: false })
    expect((await run('deploy', '--yes')).exit).toBe(0)
    expect(asked).toBe(2)
  })

  test('told of a gap while it still reads the log, it prints each line once and goes on', async () => {
    const line = (seq: number) => ({
      seq,
      at: '2026-11-20T10:00:00.000Z',
      stream: 'stdout',
      stage: 'build',
      task: null,
      text: `part ${seq}.`,
    })
    let peer: { send(text: string): void } | null = null
    let sub = ''
    const tell = (message: object): void => peer?.send(JSON.stringify({ sub, ...message }))
    server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
    server.on('GET /api/v1/deployments/dep-12', deployment({ stages: [] }))
    server.on('GET /api/v1/deployments/dep-12/log', async () => {
      tell({ type: 'gap', seq: 5, missed: 2 })
      tell({ type: 'batch', seq: 6, events: [{ kind: 'line', deploymentId: 'dep-12', line: line(2) }] })
      await new Promise((later) => setTimeout(later, 200))
      setTimeout(() => tell({ type: 'batch', seq: 7, events: [{ kind: 'deployment', deployment: succeeded() }] }), 200)
      return { body: { items: [line(1)], last: 1, more: false } }
    })
    server.sockets().on('connection', (socket) => {
      peer = socket
      socket.send(JSON.stringify({ type: 'hello', socket: 's', pingMs: 30_000 }))
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; sub: string }
        if (message.type !== 'subscribe') return
        sub = message.sub
        tell({ type: 'subscribed', seq: 0, resumed: false })
      })
    })
    const { exit, stdout, stderr } = await run('deploy', '--yes', '--verbose')
    expect(stderr).not.toContain('error')
    expect(exit).toBe(0)
    expect(stdout.match(/part \d\./g)).toEqual(['part 1.', 'part 2.'])
  })
})

test('Ctrl-C once says that the run goes on and how to cancel it, twice leaves', async () => {
  playRun(server, [])
  const child = spawn(process.execPath, [program, 'deploy', '-f', folder, '--yes'], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env() },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const began = stdout === ''
    stdout += chunk.toString()
    if (began) child.kill('SIGINT')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    if (stderr.endsWith('Ctrl-C again leaves.\n')) child.kill('SIGINT')
  })
  const exit = await new Promise((done) => child.once('close', done))
  expect(exit).toBe(130)
  expect(stderr).toContain('wh deployments cancel dep-12 stops and undoes it.')
  expect(stderr).toContain('The run goes on: wh deployments follow dep-12')
  expect(server.lines()).not.toContain('POST /api/v1/deployments/dep-12/cancel')
})
