import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Ran, wh } from '../../cli/test/wh.ts'
import { suite } from '../needs.ts'
import { openBrowser, openPage, signIn, takePicture } from './browser.ts'
import { password, type RunningHouse, startHouse } from './running-house.ts'
import { CommandLines, copyOfWoosoo, SteadyClient, type Woosoo } from './woosoo-site.ts'

const firstMs = 400_000
const runMs = 300_000

suite('woosoo, from its source to a verified service', ['mariadb', 'php', 'nginx', 'chromium'], () => {
  let house: RunningHouse
  let woosoo: Woosoo
  let browser: Browser
  let commandLines: CommandLines
  let steady: SteadyClient
  let secrets: string[]
  /** All that wh printed. */
  const said: string[] = []

  const run = async (...args: string[]): Promise<Ran> => {
    const env = { XDG_CONFIG_HOME: join(house.data, '../wh'), COLUMNS: '160' }
    const ran = await wh(args, env, args[0] === 'login' ? `${password}\n` : '', process.execPath, woosoo.folder)
    said.push(ran.stdout, ran.stderr)
    return ran
  }
  const newest = async (): Promise<Deployment> =>
    (await house.admin.deployments.list({ stack: 'woosoo', limit: 1 })).items[0]!
  const read = async (path: string): Promise<unknown> => (await fetch(`${woosoo.url}${path}`)).json()
  const told = (deployment: Deployment): string =>
    JSON.stringify(
      [deployment.outcome, deployment.stages.map((stage) => [stage.name, stage.state, stage.message])],
      null,
      1,
    )
  /** What runs on this machine: every process by its name and id. */
  const running = async (): Promise<string[]> =>
    (await house.admin.services.list({ target: 'local', limit: 1000 })).items
      .filter((service) => service.state !== 'stopped')
      .map((service) => `${service.name} ${service.id}`)
      .toSorted()

  beforeAll(async () => {
    house = await startHouse()
    woosoo = await copyOfWoosoo()
    const { APP_KEY, DB_PASSWORD, REVERB_APP_SECRET } = woosoo.values
    secrets = [APP_KEY!, DB_PASSWORD!, REVERB_APP_SECRET!]
    commandLines = new CommandLines(secrets)
    browser = await openBrowser()
    expect(await run('login', house.url, '-u', 'admin', '--password-stdin')).toMatchObject({ exit: 0 })
  })
  afterAll(async () => {
    commandLines?.stop()
    await steady?.stop()
    await browser?.close()
    await house?.stop()
    await woosoo?.remove()
  })

  test(
    'wh deploy --full builds it and serves it, and the web shows the run as it goes',
    { timeout: firstMs },
    async () => {
      const checked = await run('check')
      expect(checked.exit, checked.stdout + checked.stderr).toBe(0)
      const deploying = run('deploy', '--full', '--yes')
      const { page, context, errors } = await openPage(browser, house.url, { theme: 'dark', width: 'wide' })
      await signIn(page)
      await page.goto('/deployments')
      await page.getByRole('link', { name: 'woosoo 1' }).click()
      const stage = (name: string) => page.getByRole('region', { name: 'Stages' }).getByRole('button', { name })
      const inState = (name: string, ...states: string[]) =>
        page.locator(states.map((state) => `.stage.s-${state}`).join(), { hasText: name })
      // What is short may be over before it is seen to run.
      await inState('Build', 'running', 'done').waitFor({ timeout: 120_000 })
      await stage('Build').click()
      await page.getByText('$ npx --no-install nuxt build').first().waitFor({ timeout: 240_000 })
      await takePicture(page, 'woosoo-build-runs')
      for (const name of ['Build', 'Start', 'Verify']) await inState(name, 'done').waitFor({ timeout: 240_000 })
      await inState('Watch', 'running', 'done').waitFor({ timeout: 60_000 })
      await takePicture(page, 'woosoo-watch-runs')
      await inState('Watch', 'done').waitFor({ timeout: 60_000 })
      await page.getByText('Release 1 of woosoo serves in development.').first().waitFor()
      await takePicture(page, 'woosoo-succeeded')
      expect(errors).toEqual([])
      await context.close()
      const { exit, stdout, stderr } = await deploying
      expect(exit, stdout + stderr).toBe(0)
    },
  )

  test('the site answers through nginx, down to the database, the queue, the relay and those who listen', async () => {
    expect(await read('/api/health')).toEqual({ status: 'ok', database: 'up', version: '1.0.0' })
    const page = await (await fetch(woosoo.url)).text()
    expect(page).toContain('Tablet 1')
    expect((await fetch(`${woosoo.url}/manifest.webmanifest`)).ok).toBe(true)
    const heard: string[] = []
    const socket = new WebSocket(`${woosoo.url.replace('http', 'ws')}/app/${woosoo.values.REVERB_APP_KEY}`)
    socket.addEventListener('message', ({ data }) => heard.push(String(data)))
    await vi.waitFor(() => expect(heard.join('')).toContain('connected'), { timeout: 60_000 })
    const order = { device: 1, lines: [{ dish: 'Stew', cents: 950, count: 2 }] }
    const made = await fetch(`${woosoo.url}/api/orders`, { method: 'POST', body: JSON.stringify(order) })
    expect(await made.json()).toEqual({ id: 1, totalCents: 1900 })
    await vi.waitFor(() => expect(heard.join('')).toContain('"order":1'), { timeout: 60_000 })
    socket.close()
    expect(await read('/relay/tickets')).toEqual({ tickets: [{ order: 1, text: '2 x Stew' }] })
    expect(await read('/api/orders')).toEqual({
      orders: [{ id: 1, device_id: 1, total_cents: 1900, state: 'printed' }],
    })
  })

  test('orders are taken in a browser, which hears when they are printed', async () => {
    const { page, context, errors } = await openPage(browser, woosoo.url, { theme: 'light', width: 'phone' })
    await page.goto('/')
    await page.getByText('connected', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Order' }).first().click()
    await page.getByText('Order 2 is printed.').waitFor()
    await takePicture(page, 'woosoo-site')
    expect(errors).toEqual([])
    await context.close()
  })

  interface Break {
    readonly stage: string
    readonly what: string
    readonly state: 'failed' | 'rolled-back'
    readonly exit: number
    readonly flags?: string[]
    /** In what stands as evidence. */
    readonly says: RegExp
    readonly files: readonly (readonly [path: string, from: string, to: string])[]
    readonly added?: readonly [path: string, text: string]
    /** Done once the run is at its stage. */
    readonly atStage?: () => Promise<void>
  }
  const breaks: readonly Break[] = [
    {
      stage: 'preflight',
      what: 'a PHP that is too old',
      state: 'failed',
      exit: 13,
      says: /99 or newer is needed/,
      files: [['wheelhouse.yaml', "tools: { php: '8.1'", "tools: { php: '99'"]],
    },
    {
      stage: 'config',
      what: 'a template that is spoilt while the run goes',
      state: 'rolled-back',
      exit: 9,
      flags: ['--skip', 'preflight'],
      says: /db_pasword/,
      files: [
        [
          'wheelhouse.yaml',
          '  commands:\n',
          '  commands:\n    - { name: spoil, before: config, run: [sed, -i, s/db_password/db_pasword/, templates/laravel.env.njk] }\n',
        ],
        ['templates/laravel.env.njk', '{{ db_password }}', '{{ db_password }}'],
        ['deployment.config.env', 'LOG_LEVEL=info', 'LOG_LEVEL=debug'],
      ],
    },
    {
      stage: 'backup',
      what: 'a place for backups that cannot be written',
      state: 'failed',
      exit: 10,
      flags: ['--skip', 'preflight'],
      says: /deployment\.config\.env|ENOTDIR/,
      files: [['wheelhouse.yaml', 'to: backups', 'to: deployment.config.env']],
    },
    {
      stage: 'build',
      what: 'composer that does not find a package',
      state: 'rolled-back',
      exit: 9,
      says: /woosoo\/missing/,
      files: [
        [
          'apps/woosoo-nexus/composer.json',
          '"woosoo/framework": "1.0.0"',
          '"woosoo/framework": "1.0.0", "woosoo/missing": "1.0"',
        ],
        ['deployment.config.env', 'LOG_LEVEL=info', 'LOG_LEVEL=debug'],
      ],
    },
    {
      stage: 'test',
      what: 'a test that fails',
      state: 'rolled-back',
      exit: 9,
      says: /FAIL {2}a total/,
      files: [
        ['apps/woosoo-nexus/app/OrderLines.php', "$line['cents'] *", "1 + $line['cents'] *"],
        ['deployment.config.env', 'LOG_LEVEL=info', 'LOG_LEVEL=debug'],
      ],
    },
    {
      stage: 'release',
      what: 'a migration that fails half way',
      state: 'rolled-back',
      exit: 9,
      says: /no_such_table/,
      files: [],
      added: [
        'apps/woosoo-nexus/database/migrations/2026_02_01_000001_half_way.php',
        "<?php return ['CREATE TABLE half (id INT)', 'DELETE FROM orders', 'DELETE FROM no_such_table'];",
      ],
    },
    {
      stage: 'start',
      what: 'a service that ends as it starts',
      state: 'rolled-back',
      exit: 9,
      says: /out of luck/,
      files: [['apps/reverb/server.mjs', 'const largestEvent', "throw new Error('out of luck')\nconst largestEvent"]],
    },
    {
      stage: 'gates',
      what: 'an nginx that does not take its config',
      state: 'rolled-back',
      exit: 9,
      says: /unknown directive/,
      files: [['templates/nginx.conf.njk', 'access_log off;', 'no_such_directive on;']],
    },
    {
      stage: 'gates',
      what: 'a backend without devices',
      state: 'rolled-back',
      exit: 9,
      says: /devices/,
      files: [
        // A gate that does not pass is asked until then.
        ['wheelhouse.yaml', 'gate_timeout: 30s', 'gate_timeout: 12s'],
        [
          'apps/woosoo-nexus/app/Http/Devices.php',
          "'SELECT id, name, place FROM devices ORDER BY id'",
          "'SELECT 1 AS id'",
        ],
      ],
    },
    {
      stage: 'smoke-test',
      what: 'a command after the switch that fails',
      state: 'rolled-back',
      exit: 9,
      says: /no command smoke/,
      files: [
        ['wheelhouse.yaml', 'run: [php, artisan, list]', 'run: [php, artisan, smoke]'],
        ['apps/woosoo-nexus/config/app.php', '1.0.0', '1.0.1'],
      ],
    },
    {
      stage: 'verify',
      what: 'a site that does not say what it should',
      state: 'rolled-back',
      exit: 9,
      says: /site/,
      files: [
        ['wheelhouse.yaml', 'contains: Tablet 1 }', 'contains: Tablet 99, retries: 1 }'],
        ['apps/woosoo-nexus/config/app.php', '1.0.0', '1.0.1'],
      ],
    },
    {
      stage: 'watch',
      what: 'a worker that crashes again and again',
      state: 'rolled-back',
      exit: 9,
      says: /worker is out of luck/,
      files: [
        [
          'apps/woosoo-nexus/artisan',
          'while (! $stop) {',
          "while (! $stop) {\n                if (is_file($app->path.'/storage/app/crash')) {\n                    throw new RuntimeException('The worker is out of luck.');\n                }",
        ],
      ],
      atStage: () => writeFile(join(house.data, 'shared/woosoo/development/backend/storage/app/crash'), ''),
    },
  ]

  test.each(breaks)('$stage: with $what the release before answers on', { timeout: runMs }, async (broken) => {
    steady ??= new SteadyClient(woosoo.url)
    const before = {
      configs: await woosoo.configs(),
      database: await woosoo.database(),
      running: await running(),
      number: (await newest()).number,
      files: new Map(
        await Promise.all(
          [...new Set(broken.files.map(([path]) => path))].map(
            async (path) => [path, await woosoo.read(path)] as const,
          ),
        ),
      ),
    }
    for (const [path, from, to] of broken.files) await woosoo.change(path, from, to)
    if (broken.added) await woosoo.write(...broken.added)
    const deploying = run('deploy', '--full', '--yes', ...(broken.flags ?? []))
    if (broken.atStage) {
      await vi.waitFor(
        async () => expect(await newest()).toMatchObject({ number: before.number + 1, stage: broken.stage }),
        { timeout: 240_000, interval: 100 },
      )
      await broken.atStage()
    }
    const { exit, stdout, stderr } = await deploying
    for (const [path, text] of before.files) await woosoo.write(path, text)
    if (broken.added) await rm(join(woosoo.folder, broken.added[0]))
    const deployment = await newest()
    expect(exit, stdout + stderr).toBe(broken.exit)
    expect(deployment.number).toBe(before.number + 1)
    expect(deployment.state, told(deployment)).toBe(broken.state)
    expect(deployment.outcome?.stage, told(deployment)).toBe(broken.stage)
    expect(JSON.stringify(deployment.outcome)).toMatch(broken.says)
    expect(deployment.outcome?.notUndone).toEqual([])
    expect(await woosoo.configs()).toEqual(before.configs)
    expect(await woosoo.database()).toBe(before.database)
    await vi.waitFor(async () => expect(await running()).toEqual(before.running), { timeout: 60_000 })
    expect(await readdir(join(house.data, 'builds')).catch(() => [])).toEqual([])
    expect(await read('/api/health')).toMatchObject({ version: '1.0.0', database: 'up' })
    expect(steady.failures).toEqual([])
  })

  test('a config that cannot be is refused before there is a run', async () => {
    const { number } = await newest()
    const text = await woosoo.read('deployment.config.env')
    await woosoo.change('deployment.config.env', 'PWA_PORT=', 'PWA_PORT=80\n#')
    const { exit, stderr } = await run('deploy', '--full', '--yes')
    await woosoo.write('deployment.config.env', text)
    expect(exit).toBe(2)
    expect(stderr).toContain('PWA_PORT must be 1024 or more')
    expect((await newest()).number).toBe(number)
  })

  test(
    'the next release takes over without a failed request, and the one before comes back',
    { timeout: runMs },
    async () => {
      await woosoo.change('apps/woosoo-nexus/config/app.php', '1.0.0', '2.0.0')
      await woosoo.write(
        'apps/woosoo-nexus/database/migrations/2026_03_01_000001_add_note.php',
        "<?php return ['ALTER TABLE orders ADD note VARCHAR(200) NULL'];",
      )
      const { exit, stdout, stderr } = await run('deploy', '--backend', '--yes', '--verbose')
      expect(exit, stdout + stderr).toBe(0)
      expect(await read('/api/health')).toMatchObject({ version: '2.0.0' })
      const plan = await run('rollout', 'undo', '--dry-run')
      expect(plan.exit, plan.stderr).toBe(0)
      expect(plan.stdout).toContain('A migration ran with release')
      const undone = await run('rollout', 'undo', '--yes')
      expect(undone.exit, undone.stdout + undone.stderr).toBe(0)
      expect(await read('/api/health')).toMatchObject({ version: '1.0.0' })
      expect((await run('rollout', 'history')).stdout).toContain('rollback')
      expect(steady.failures).toEqual([])
      expect([...steady.versions].toSorted()).toEqual(['1.0.0', '1.0.1', '2.0.0'])
    },
  )

  test(
    'a backup holds what is written while it serves, and is proven without touching it',
    { timeout: runMs },
    async () => {
      const created = await run('backup', 'create', '--description', 'by hand')
      expect(created.exit, created.stderr).toBe(0)
      const list = JSON.parse((await run('backup', 'list', '-o', 'json')).stdout) as {
        items: { id: string; stack: string }[]
      }
      const [backup] = list.items
      expect(backup).toMatchObject({ stack: 'woosoo', description: 'by hand' })
      const id = backup!.id
      expect(await run('backup', 'verify', id)).toMatchObject({ exit: 0 })
      const before = await woosoo.database()
      const plan = await run('backup', 'restore', id, '--dry-run')
      expect(plan.exit, plan.stderr).toBe(0)
      // The receipts of the site are in the folder that releases share, not in the source.
      expect(plan.stdout).toContain('shared/woosoo/development/backend/storage/app')
      const drill = await run('backup', 'drill', id)
      expect(drill.exit, drill.stderr).toBe(0)
      expect(drill.stdout + drill.stderr).toContain('can be restored')
      expect(await woosoo.database()).toBe(before)
    },
  )

  test('wh config sync and wh check tell that all is as it should be', async () => {
    expect(await run('config', 'sync', '--dry-run')).toMatchObject({ exit: 0 })
    const checked = await run('check')
    expect(checked.exit, checked.stdout).toBe(0)
    expect(checked.stdout).toContain('held by the stack itself')
  })

  test('no secret was in a log, a report, an answer or on a command line', async () => {
    const { items } = await house.admin.deployments.list({ stack: 'woosoo', limit: 100 })
    expect(items.length).toBe(breaks.length + 3)
    expect(items.every((one) => deploymentEnded(one.state))).toBe(true)
    for (const { id } of items) {
      const lines = await house.admin.deployments.log({ id, limit: 5000 })
      expect(lines.more).toBe(false)
      said.push(JSON.stringify(lines.items))
      for (const format of ['html', 'json'] as const) {
        const report = await new Response(await house.admin.deployments.report({ id, format })).text()
        expect(report).toContain('woosoo')
        said.push(report)
      }
    }
    said.push((await run('deployments', 'log', items[0]!.id)).stdout, (await run('report', items[0]!.id)).stdout)
    const log = await house.log()
    expect(log.length).toBeGreaterThan(0)
    for (const secret of secrets) {
      expect(said.filter((text) => text.includes(secret))).toEqual([])
      expect(log.includes(secret)).toBe(false)
    }
    expect([...commandLines.found]).toEqual([])
    expect(commandLines.looked).toBeGreaterThan(10)
    expect(steady.asked).toBeGreaterThan(100)
  })
})
