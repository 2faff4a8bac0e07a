import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { deployment, playRun, preflight, release, rolledBack, succeeded } from './delivery-things.ts'
import { scene } from './stage.ts'
import { listOf, plan } from './things.ts'

const at = scene()

beforeEach(() => {
  at.server.on('GET /api/v1/deployments', listOf([succeeded(), rolledBack({ id: 'dep-11', number: 11 })]))
  at.server.on('GET /api/v1/deployments/dep-12', succeeded())
  at.server.on('GET /api/v1/releases', listOf([release(8), release(7, { pinned: true })]))
  at.server.on(
    'POST /api/v1/deployments/rollback?dryRun',
    plan({ summary: 'Back to release 7', warnings: ['A migration ran in between.'] }),
  )
  at.server.on('POST /api/v1/deployments/rollback', deployment({ kind: 'rollback', stages: [] }))
})

describe('check', () => {
  test('groups what it found, failures with their cure first, and exits with 13 when an error failed', async () => {
    const checks = [
      ...preflight().checks,
      {
        id: 'tool:composer',
        group: 'tools',
        title: 'Composer',
        severity: 'error',
        ok: false,
        message: 'not found',
        fix: 'apt install composer',
        tookMs: 12,
      },
      {
        id: 'cert',
        group: 'certificates',
        title: 'app.test',
        severity: 'warning',
        ok: false,
        message: '9 days left',
        fix: 'wh cert generate',
        tookMs: 1,
      },
    ]
    at.server.on('POST /api/v1/deployments/check', preflight({ ok: false, checks: checks as never }))
    const { exit, stdout } = await at.run(
      'check',
      'backend,pwa',
      '-e',
      'production',
      '--target',
      'this-machine',
      '-f',
      at.folder,
      '--var',
      'A=1',
    )
    expect(exit).toBe(13)
    const order = [
      'tools',
      'Composer',
      'apt install composer',
      'PHP',
      'certificates',
      '9 days left',
      'system',
      'Free disk',
      '1 error and 1 warning in 4 checks, 1.2s',
    ]
    const places = order.map((part) => stdout.indexOf(part))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(at.sent('POST /api/v1/deployments/check')).toEqual({
      directory: at.folder,
      apps: ['backend', 'pwa'],
      environment: 'production',
      target: 'this-machine',
      variables: { A: '1' },
    })
  })

  test('is 0 when all is well, and knows the apps', async () => {
    at.server.on('POST /api/v1/deployments/check', preflight())
    expect(await at.run('check')).toMatchObject({ exit: 0 })
    expect((await at.run('check', 'bakend')).stderr).toContain('Nearest name: backend.')
    expect(JSON.parse((await at.run('check', '-o', 'json')).stdout)).toMatchObject({ ok: true })
  })
})

describe('rollout', () => {
  test('status shows how the newest run of the manifest ended', async () => {
    const { exit, stdout } = await at.run('rollout', 'status')
    expect(exit).toBe(0)
    expect(stdout).toContain('shop/production#12  succeeded')
    expect(at.query('GET /api/v1/deployments')).toEqual({ stack: 'shop', environment: 'production', limit: '1' })
    await at.run('rollout', 'status', 'till', '-e', 'staging', '-o', 'json')
    expect(at.query('GET /api/v1/deployments')).toMatchObject({ stack: 'till', environment: 'staging' })
  })

  test('status watches one that goes on, unless told not to', async () => {
    at.server.on('GET /api/v1/deployments', listOf([deployment()]))
    expect((await at.run('rollout', 'status', '--no-watch')).stdout).toContain('◐ build')
    playRun(at.server, [{ line: { stage: 'build', task: null, text: 'hello' } }, { deployment: rolledBack() }])
    const { exit, stdout } = await at.run('rollout', 'status', '--verbose', '-f', at.folder)
    expect(exit).toBe(9)
    expect(stdout).toContain('build │ hello')
  })

  test('undo shows its plan and asks; --to, --database and --reason go along', async () => {
    const refused = await at.run('rollout', 'undo')
    expect(refused).toMatchObject({ exit: 2 })
    expect(refused.stderr).toContain('▲ A migration ran in between.')
    expect((await at.run('rollout', 'undo', '--dry-run')).stdout).toContain('Back to release 7')
    expect(at.sent('POST /api/v1/deployments/rollback')).toBeUndefined()
    const args = '--to 7 --database --reason broken -e production --yes --detach'.split(' ')
    expect((await at.run('rollout', 'undo', 'shop', ...args)).stdout).toBe('dep-12\n')
    expect(at.sent('POST /api/v1/deployments/rollback')).toEqual({
      stack: 'shop',
      environment: 'production',
      release: 7,
      database: true,
      reason: 'broken',
    })
    await at.run('rollout', 'undo', 'shop', '--skip-backup', '--yes', '--detach')
    expect(at.sent('POST /api/v1/deployments/rollback')).toEqual({ stack: 'shop', skipBackup: true })
    playRun(at.server, [{ deployment: succeeded({ kind: 'rollback' }) }])
    expect(await at.run('rollout', 'undo', '--yes', '--verbose', '-f', at.folder)).toMatchObject({ exit: 0 })
    expect((await at.run('rollout', 'undo', '--to', 'x')).stderr).toContain('--to takes a whole number from 1')
  })

  test('undo asked on a terminal goes on after a yes', async () => {
    playRun(at.server, [{ deployment: succeeded({ kind: 'rollback' }) }])
    const { exit, output } = await at.typed([['to the release before? [y/N]', 'y\r']], {}, 'rollout', 'undo')
    expect(exit).toBe(0)
    expect(output).toContain('Rolling back shop in production')
  })

  test('history lists runs and what can be brought back', async () => {
    const { stdout } = await at.run('rollout', 'history', '--limit', '5', '-e', 'production', '-f', at.folder)
    expect(stdout).toMatch(/shop\/production#11 +rolled-back +deploy +8 .* The health gate of web failed/)
    expect(stdout).toMatch(/shop\/production#7 +good +pinned/)
    expect(at.query('GET /api/v1/releases')).toMatchObject({ limit: '5' })
  })

  test('of a stack that was never deployed says so', async () => {
    at.server.on('GET /api/v1/deployments', listOf([]))
    expect(await at.run('rollout', 'status', 'nope')).toMatchObject({ exit: 3 })
  })
})

describe('promote', () => {
  test('brings a release on, with the flags of a run, after its plan', async () => {
    at.server.on('POST /api/v1/deployments/promote?dryRun', plan({ summary: 'Release 8 to production' }))
    at.server.on('POST /api/v1/deployments/promote', deployment({ kind: 'promotion', stages: [] }))
    const where = ['promote', 'shop', '--from', 'staging', '--to', 'production']
    expect((await at.run(...where, '--dry-run')).stdout).toContain('Release 8 to production')
    const flags =
      '--release 8 --skip-backup --skip-build --skip-tests --skip watch --force --rollback-on-error --rollback-database --parallel --strategy rolling --reason go'
    await at.run(...where, ...flags.split(' '), '--yes', '--detach')
    expect(at.sent('POST /api/v1/deployments/promote')).toMatchObject({
      stack: 'shop',
      from: 'staging',
      to: 'production',
      release: 8,
      skipTests: true,
      strategy: 'rolling',
    })
    await at.run(...where, '--no-rollback-on-error', '--no-parallel', '-y', '--detach', '--verbose')
    expect(at.sent('POST /api/v1/deployments/promote')).toMatchObject({ rollbackOnError: false, parallel: false })
    expect((await at.run('promote', 'shop')).stderr).toContain('--from staging --to production')
  })
})

describe('one deployment', () => {
  test('is shown with stages and outcome, by id or number', async () => {
    at.server.on('GET /api/v1/deployments/dep-11', rolledBack({ id: 'dep-11', number: 11 }))
    const { stdout } = await at.run('deployments', 'get', 'shop/production#11')
    expect(stdout).toContain('Not undone')
    expect((await at.run('describe', 'deployment', 'dep-11')).stdout).toContain('↺ undo')
    expect((await at.run('get', 'deployments', '--stack', 'shop', '-e', 'production', '-o', 'name')).stdout).toBe(
      'dep-12\ndep-11\n',
    )
    expect((await at.run('deployments', 'list')).stdout).toContain('shop/production#12')
    expect((await at.run('deployments', 'get', 'dep-13')).stderr).toContain('Nearest name: dep-12.')
  })

  test('is decided and cancelled', async () => {
    at.server.on('POST /api/v1/deployments/dep-12/approval', deployment())
    at.server.on('POST /api/v1/deployments/dep-12/cancel', deployment({ state: 'rolling-back' }))
    expect((await at.run('approve', 'dep-12', '--reason', 'seen')).exit).toBe(0)
    expect(at.sent('POST /api/v1/deployments/dep-12/approval')).toEqual({ approve: true, reason: 'seen' })
    await at.run('deployments', 'refuse', 'dep-12', '--reason', 'no')
    expect(at.sent('POST /api/v1/deployments/dep-12/approval')).toEqual({ approve: false, reason: 'no' })
    await at.run('refuse', 'dep-12')
    await at.run('deployments', 'approve', 'dep-12')
    expect((await at.run('deployments', 'cancel', 'dep-12')).stderr).toContain('is rolling-back')
    playRun(at.server, [{ deployment: rolledBack({ state: 'cancelled' }) }])
    expect((await at.run('deployments', 'cancel', 'dep-12', '--watch')).exit).toBe(11)
    at.server.refuse('POST /api/v1/deployments/dep-12/approval', 403, 'FORBIDDEN', 'Another must approve it.')
    expect((await at.run('approve', 'dep-12')).exit).toBe(4)
  })

  test('is followed again, and its log is read by stage and task', async () => {
    const line = {
      seq: 1,
      at: '2026-11-20T10:00:00.000Z',
      stage: 'build',
      task: 'pwa',
      stream: 'stdout',
      text: 'vite\u001B[2J',
    }
    at.server.on('GET /api/v1/deployments/dep-12/log', { items: [line], last: 1, more: false })
    expect((await at.run('deployments', 'log', 'dep-12', '--stage', 'build', '--task', 'pwa', '-t')).stdout).toBe(
      '2026-11-20T10:00:00.000Z build/pwa │ vite\n',
    )
    expect(at.query('GET /api/v1/deployments/dep-12/log')).toMatchObject({ stage: 'build', task: 'pwa' })
    expect((await at.run('deployments', 'log', 'dep-12', '--follow', '--timestamps', '-o', 'json')).stdout).toContain(
      '"seq":1',
    )
    expect((await at.run('deployments', 'follow', 'dep-12', '--verbose')).exit).toBe(0)
  })

  test('has a report, printed or kept in a file of its owner alone', async () => {
    at.server.on('GET /api/v1/deployments/dep-12/report', '<html>report</html>')
    expect((await at.run('report', 'dep-12')).stdout).toBe('<html>report</html>')
    const file = join(at.folder, 'report.json')
    await at.run('deployments', 'report', 'dep-12', '--export', file)
    expect(at.query('GET /api/v1/deployments/dep-12/report')).toEqual({ format: 'json' })
    expect(await readFile(file, 'utf8')).toBe('<html>report</html>')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await at.run('report', 'dep-12', '--format', 'pdf')).exit).toBe(2)
  })
})

describe('releases', () => {
  test('are pinned, unpinned, compared and cleaned up', async () => {
    at.server.on('POST /api/v1/releases/rel-7/pin', release(7))
    at.server.on('GET /api/v1/releases/rel-7/compare/rel-8', {
      before: release(7),
      after: release(8),
      differences: [
        { kind: 'changed', what: 'services.web.image', before: 'web:1', after: 'web:2' },
        { kind: 'changed', what: 'secrets.DB_PASSWORD', before: null, after: null },
      ],
    })
    await at.run('releases', 'pin', 'shop/production#7')
    expect(at.sent('POST /api/v1/releases/rel-7/pin')).toEqual({ pinned: true })
    await at.run('releases', 'unpin', 'shop/production#7')
    expect(at.sent('POST /api/v1/releases/rel-7/pin')).toEqual({ pinned: false })
    const { stdout } = await at.run('releases', 'compare', 'shop#7', 'shop#8')
    expect(stdout).toBe('  ~ services.web.image  web:1 → web:2\n  ~ secrets.DB_PASSWORD\n')
    expect((await at.run('describe', 'release', 'shop#7')).stdout).toContain('shop-production, version 3')
    at.server.on('POST /api/v1/releases/cleanup?dryRun', plan({ summary: 'Remove release 3' }))
    at.server.on('POST /api/v1/releases/cleanup', { removed: 1, freedBytes: 2048 })
    expect((await at.run('releases', 'cleanup', '--dry-run')).stdout).toContain('Remove release 3')
    const { stderr } = await at.run(
      'releases',
      'cleanup',
      '--stack',
      'shop',
      '-e',
      'production',
      '--keep',
      '3',
      '--yes',
    )
    expect(stderr).toBe('1 release removed, 2.00 kB free again.\n')
    expect(at.sent('POST /api/v1/releases/cleanup')).toEqual({ stack: 'shop', environment: 'production', keep: 3 })
  })
})

test('completion knows apps, environments, choices and verbs by hand', async () => {
  const complete = async (...line: string[]): Promise<string[]> =>
    (await at.run('__complete', ...line)).stdout.split('\n').slice(0, -1)
  expect(await complete('deploy', '')).toEqual(['backend', 'pwa'])
  expect(await complete('deploy', '--pw')).toEqual(['--pwa'])
  expect(await complete('deploy', '--strategy', 'r')).toEqual(['recreate', 'rolling'])
  expect(await complete('deployments', 'ca')).toEqual(['cancel'])
  expect(await complete('approve', '')).toEqual(['dep-12', 'dep-11'])
  expect(await complete('rollout', 'u')).toEqual(['undo'])
  expect(await complete('releases', 'pin', '')).toEqual(['shop/production#8', 'shop/production#7'])
})

test('get deployments -w prints what changes of the runs that were asked for, and nothing old', async () => {
  const going = deployment({ id: 'dep-13', number: 13, state: 'running', stage: 'build' })
  at.server.on('GET /api/v1/deployments', listOf([going, succeeded()]))
  at.server.on('POST /api/v1/auth/ticket', { ticket: 'once', expiresInMs: 30_000 })
  const frames = [
    { ...going, state: 'queued', stages: [] },
    rolledBack({ id: 'dep-11', number: 11, finishedAt: '2026-11-20T10:00:00.000Z' }),
    { ...going, state: 'succeeded', finishedAt: new Date().toISOString() },
    deployment({ id: 'dep-1', stack: 'blog', state: 'running' }),
    deployment({ id: 'dep-14', number: 14, state: 'queued', stages: [] }),
  ]
  const subscribed: unknown[] = []
  at.server.sockets().on('connection', (peer) => {
    peer.send(JSON.stringify({ type: 'hello', socket: 's', pingMs: 30_000 }))
    peer.on('message', (data: Buffer) => {
      const { type, sub, channel, params } = JSON.parse(data.toString()) as Record<string, string>
      if (type !== 'subscribe') return
      subscribed.push([channel, params])
      const send = (message: object): void => peer.send(JSON.stringify({ sub, ...message }))
      send({ type: 'subscribed', seq: 0, resumed: false })
      const events = frames.map((one) => ({ kind: 'deployment', deployment: one }))
      send({ type: 'batch', seq: 1, events })
      send({ type: 'ended', reason: 'That is all.', errorCode: null })
    })
  })
  const { stdout, exit } = await at.run('get', 'deployments', '-w', '--stack', 'shop')
  expect(subscribed).toEqual([['deployments', {}]])
  const runs = stdout.split('\n').flatMap((line) => /^\S+#\d+ +\S+/.exec(line)?.[0].replace(/ +/, ' ') ?? [])
  expect(runs).toEqual([
    'shop/production#13 running',
    'shop/production#12 succeeded',
    'shop/production#13 succeeded',
    'shop/production#14 queued',
  ])
  expect(exit).toBe(1)
  expect((await at.run('get', 'releases', '-w')).stderr).toMatch(
    /^error\[USAGE\] releases cannot be watched. services, .*deployments.* can\./,
  )
})
