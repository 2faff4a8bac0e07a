import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { configSet, described } from './delivery-things.ts'
import { scene } from './stage.ts'
import { listOf, plan } from './things.ts'

const at = scene()
const save = 'PUT /api/v1/configs/set-1'

beforeEach(() => {
  at.server.on('GET /api/v1/configs', listOf([configSet(), configSet({ id: 'set-2', name: 'shop-staging' })]))
  at.server.on('GET /api/v1/configs/shop-production', configSet())
  at.server.on('GET /api/v1/configs/shop-staging', configSet({ id: 'set-2', name: 'shop-staging' }))
  at.server.on(save, configSet({ version: 4 }))
  at.server.on(`${save}?dryRun`, plan({ summary: 'Save shop-production' }))
})

describe('the set', () => {
  test('is that of the manifest in the folder by the rule of its name', async () => {
    expect((await at.run('config', 'get', 'DB_HOST')).stdout).toBe('db.internal\n')
    expect(at.server.lines()).toEqual(['POST /api/v1/deployments/describe', 'GET /api/v1/configs/shop-production'])
  })

  test.each([
    ['config:\n  set: shop-staging\n', 'production'],
    ['environments:\n  production:\n    config: { set: shop-staging }\nconfig:\n  set: other\n', 'production'],
    ['name: shop\n', 'staging'],
  ])('is the one that the manifest names: %j in %s', async (source, environment) => {
    at.server.on('POST /api/v1/deployments/describe', described({ source, environment }))
    await at.run('config', 'get', '-e', environment, '-f', at.folder)
    expect(at.server.lines().at(-1)).toBe('GET /api/v1/configs/shop-staging')
  })

  test('is asked for from who may read configs but not deploy', async () => {
    at.server.refuse('POST /api/v1/deployments/describe', 403, 'FORBIDDEN', 'You may not do this.')
    const { exit, stderr } = await at.run('config', 'get')
    expect({ exit, stderr }).toEqual({
      exit: 4,
      stderr: 'error[FORBIDDEN] You may not do this.\n  Name the set with --set; wh config list shows them.\n',
    })
  })

  test('is the one of --set, with the nearest when there is none', async () => {
    await at.run('config', 'get', '--set', 'shop-staging')
    expect(at.server.lines()).toEqual(['GET /api/v1/configs/shop-staging'])
    expect((await at.run('config', 'get', '--set', 'shop-stagin')).stderr).toContain('Nearest name: shop-staging.')
  })
})

describe('get', () => {
  test('shows values with secrets masked, one value alone, and never a secret', async () => {
    const { stdout } = await at.run('config', 'get', '--version', '3')
    expect(stdout).toMatch(/DB_PASSWORD +\[secret\]/)
    expect(stdout).toMatch(/ENVIRONMENT +production +v1 +Where this runs/)
    expect(at.query('GET /api/v1/configs/shop-production')).toEqual({ version: '3' })
    const secret = await at.run('config', 'get', 'DB_PASSWORD')
    expect(secret).toMatchObject({ exit: 2, stdout: '' })
    expect(secret.stderr).toContain('wh config reveal DB_PASSWORD')
    expect((await at.run('config', 'get', 'DB_HOTS')).stderr).toContain('Nearest name: DB_HOST.')
    expect((await at.run('describe', 'config', 'shop-production')).stdout).toContain('3, of them 1 secret')
  })

  test('reveal prints the one secret', async () => {
    at.server.on('POST /api/v1/configs/set-1/reveal', { key: 'DB_PASSWORD', value: 'hunter2' })
    expect((await at.run('config', 'reveal', 'DB_PASSWORD', '--set', 'shop-production')).stdout).toBe('hunter2\n')
  })
})

describe('set', () => {
  test('takes values, with = inside them, and says the new version', async () => {
    const { stderr } = await at.run('config', 'set', 'DB_HOST=a=b', 'X=', '--reason', 'moved')
    expect(stderr).toBe('DB_HOST and X saved: shop-production is now at version 4.\n')
    expect(at.sent(save)).toEqual({ set: { DB_HOST: 'a=b', X: '' }, reason: 'moved' })
  })

  test('takes a secret from standard input, so that no history keeps it', async () => {
    const { exit, stdout, stderr } = await at.piped('hunter2\n', 'config', 'set', 'DB_PASSWORD=-', '--secret')
    expect(exit).toBe(0)
    expect(stdout + stderr).not.toContain('hunter2')
    expect(at.sent(save)).toEqual({ set: { DB_PASSWORD: 'hunter2' }, secrets: ['DB_PASSWORD'] })
  })

  test('asks for a secret without showing it', async () => {
    const { exit, output } = await at.typed([['DB_PASSWORD: ', 'hunter2\r']], {}, 'config', 'set', 'DB_PASSWORD')
    expect(exit).toBe(0)
    expect(output).not.toContain('hunter2')
    expect(at.sent(save)).toEqual({ set: { DB_PASSWORD: 'hunter2' } })
  })

  test('plans, and is refused by the schema key by key', async () => {
    expect((await at.run('config', 'set', 'A=1', '--dry-run')).stdout).toContain('Save shop-production')
    expect(at.sent(save)).toBeUndefined()
    const problems = [{ key: 'PORT', line: null, message: 'is 80; allowed is 1024 to 65535', severity: 'error' }]
    at.server.refuse(save, 422, 'CONFIG_INVALID', 'The configuration has errors.', { problems })
    const { exit, stderr } = await at.run('config', 'set', 'PORT=80')
    expect(exit).toBe(2)
    expect(stderr).toContain('  PORT: is 80; allowed is 1024 to 65535\n')
  })

  test('unset takes keys out that are there', async () => {
    expect((await at.run('config', 'unset', 'DB_HOST', '--dry-run')).exit).toBe(0)
    await at.run('config', 'unset', 'DB_HOST', '--reason', 'gone')
    expect(at.sent(save)).toEqual({ unset: ['DB_HOST'], reason: 'gone' })
    expect(await at.run('config', 'unset', 'NOPE')).toMatchObject({ exit: 3 })
  })
})

describe('versions', () => {
  const diff = {
    before: 'v2',
    after: 'v3',
    diff: '--- v2\n+++ v3\n@@ -1 +1 @@\n-A=1\n+A=2\u001B[2J\n',
    added: [],
    changed: ['A'],
    removed: [],
  }

  test('are compared, in colour where it is wanted', async () => {
    at.server.on('GET /api/v1/configs/set-1/diff', diff)
    const { stdout, stderr } = await at.run('config', 'diff', '--from', '2', '--to', '3', '--color', 'always')
    expect(stdout).toContain('\u001B[31m-A=1\u001B[39m\n\u001B[32m+A=2\u001B[39m\n')
    expect(stderr).toContain('0 added, 1 changed, 0 removed')
    expect(at.query('GET /api/v1/configs/set-1/diff')).toEqual({ from: '2', to: '3' })
    expect((await at.run('config', 'diff', '--with', 'shop-staging')).stdout).not.toContain('\u001B')
    expect(at.query('GET /api/v1/configs/set-1/diff')).toEqual({ with: 'set-2' })
    expect(await at.run('config', 'diff', '--with', 'a', '--from', '1')).toMatchObject({ exit: 2 })
  })

  test('are listed and restored after the diff was shown', async () => {
    const version = {
      version: 3,
      at: '2026-11-20T10:00:00.000Z',
      by: 'mara',
      reason: 'moved',
      added: 0,
      changed: 1,
      removed: 0,
    }
    at.server.on('GET /api/v1/configs/set-1/versions', listOf([version]))
    expect((await at.run('config', 'history', '--limit', '5')).stdout).toMatch(/3 .* mara .* moved/)
    at.server.on('GET /api/v1/configs/set-1/diff', diff)
    at.server.on('POST /api/v1/configs/set-1/restore?dryRun', plan({ summary: 'Back to version 2' }))
    at.server.on('POST /api/v1/configs/set-1/restore', configSet({ version: 4 }))
    expect((await at.run('config', 'restore', '2', '--dry-run')).stdout).toContain('Back to version 2')
    const asked = await at.run('config', 'restore', '2')
    expect(asked.exit).toBe(2)
    expect(asked.stderr).toContain('-A=1')
    await at.run('config', 'restore', 'v2', '--reason', 'wrong', '--yes')
    expect(at.sent('POST /api/v1/configs/set-1/restore')).toEqual({ version: 2, reason: 'wrong' })
  })
})

describe('import and export', () => {
  test('take a file by the form its name tells, after the plan', async () => {
    at.server.on('POST /api/v1/configs/set-1/import?dryRun', plan({ summary: 'Take 2 values' }))
    at.server.on('POST /api/v1/configs/set-1/import', configSet({ version: 4 }))
    await writeFile(join(at.folder, 'a.json'), '{"A":"1"}')
    expect((await at.run('config', 'import', 'a.json', '--dry-run')).stdout).toContain('Take 2 values')
    await at.run('config', 'import', 'a.json', '--replace', '--reason', 'new', '--yes')
    expect(at.sent('POST /api/v1/configs/set-1/import')).toEqual({
      text: '{"A":"1"}',
      format: 'json',
      replace: true,
      reason: 'new',
    })
    await at.piped('A=1\n', 'config', 'import', '-', '--format', 'env', '--yes')
    expect(at.sent('POST /api/v1/configs/set-1/import')).toEqual({ text: 'A=1\n', format: 'env' })
  })

  test('print, or write what only its owner may read', async () => {
    at.server.on('POST /api/v1/configs/set-1/export', 'A=1\n')
    expect((await at.run('config', 'export', '--format', 'env')).stdout).toBe('A=1\n')
    await at.run('config', 'export', '--secrets', '--export', 'out.yaml')
    expect(at.sent('POST /api/v1/configs/set-1/export')).toEqual({ format: 'yaml', secrets: true })
    expect((await stat(join(at.folder, 'out.yaml'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(at.folder, 'out.yaml'), 'utf8')).toBe('A=1\n')
  })
})

describe('sync', () => {
  const file = { path: 'apps/backend/.env', app: 'backend', verb: 'change', diff: '--- a\n+++ b\n-PORT=1\n+PORT=2\n' }
  const preview = {
    files: [file, { path: 'apps/pwa/.env', app: 'pwa', verb: 'keep', diff: '' }],
    problems: [],
    digest: 'd9',
  }

  beforeEach(() => {
    at.server.on('POST /api/v1/configs/preview', preview)
    at.server.on('POST /api/v1/configs/sync', {
      files: preview.files,
      set: 'shop-production',
      version: 3,
      backedUp: ['/b/.env'],
    })
  })

  test('--dry-run shows the diffs and writes nothing', async () => {
    const { exit, stdout } = await at.run(
      'config',
      'sync',
      '--dry-run',
      '--apps',
      'backend,pwa',
      '-e',
      'production',
      '-f',
      at.folder,
    )
    expect(exit).toBe(0)
    expect(stdout).toContain('~ change apps/backend/.env of backend\n--- a\n+++ b\n-PORT=1\n+PORT=2\n')
    expect(stdout).toContain('= apps/pwa/.env of pwa stays as it is')
    expect(at.server.asked.at(-1)?.body).toEqual({
      directory: at.folder,
      apps: ['backend', 'pwa'],
      environment: 'production',
    })
    expect(at.sent('POST /api/v1/configs/sync')).toBeUndefined()
  })

  test('asks, or not with --force, and is bound to the diffs that were shown', async () => {
    expect(await at.run('config', 'sync')).toMatchObject({ exit: 2 })
    const { exit, stderr } = await at.run('config', 'sync', '--force')
    expect(exit).toBe(0)
    expect(stderr).toContain('1 file written from shop-production, version 3.')
    expect(stderr).toContain('The old ones are kept: /b/.env')
    expect(at.sent('POST /api/v1/configs/sync')).toEqual({ directory: at.folder, digest: 'd9' })
    at.server.refuse('POST /api/v1/configs/sync', 409, 'PLAN_CHANGED', 'Things have changed.')
    expect(await at.run('config', 'sync', '--yes')).toMatchObject({ exit: 5 })
  })

  test('with values that are wrong writes nothing', async () => {
    const problems = [{ key: 'DB_PASSWORD', line: 4, message: 'is empty', severity: 'error' }]
    at.server.on('POST /api/v1/configs/preview', { ...preview, problems })
    const { exit, stderr } = await at.run('config', 'sync', '--force')
    expect(exit).toBe(2)
    expect(stderr).toContain(
      'error[CONFIG_INVALID] 1 value must be mended first. Nothing was written.\n  DB_PASSWORD: is empty',
    )
    expect(at.sent('POST /api/v1/configs/sync')).toBeUndefined()
  })
})
