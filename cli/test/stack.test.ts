import type { Plan, Stack, StackRevision } from '@wheelhouse/contract'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { scene } from './stage.ts'
import { job } from './things.ts'

const at = scene()
const shop: Stack = {
  id: 'north:shop',
  name: 'shop',
  format: 'compose',
  targetId: 'north',
  targetName: 'north',
  managed: true,
  state: 'running',
  services: [],
  revision: 3,
  appliedAt: '2026-11-20T10:00:00.000Z',
  appliedBy: 'mara',
}
const newest: StackRevision = {
  revision: 3,
  at: '2026-11-20T10:00:00.000Z',
  by: 'mara',
  origin: 'git',
  reason: 'main: Mend the page',
  commit: '0123456789abcdef0123456789abcdef01234567',
  state: 'applied',
  current: true,
  appliedAt: '2026-11-20T10:00:01.000Z',
  error: null,
}
const broken: StackRevision = {
  ...newest,
  revision: 2,
  origin: 'apply',
  reason: null,
  commit: null,
  state: 'failed',
  current: false,
  appliedAt: null,
  error: 'There is no image nginx:99.',
}
const plan: Plan = {
  summary: 'shop on north: 1 to replace.',
  steps: [{ verb: 'replace', kind: 'service', name: 'web', reasons: ['image: nginx:2 → nginx:1'] }],
  counts: { replace: 1 },
  warnings: [],
  kept: [],
  digest: 'd1',
}
const path = 'POST /api/v1/stacks/north:shop/return'

beforeEach(() => {
  at.server.on('GET /api/v1/stacks', { items: [shop], nextCursor: null, total: 1 })
  at.server.on('GET /api/v1/stacks/north:shop/revisions', { items: [newest, broken], nextCursor: null, total: 2 })
})

test('stack history shows who, when, why and what became of it', async () => {
  const { stdout } = await at.run('stack', 'history', 'shop', '--target', 'north', '--limit', '5')
  expect(stdout).toMatch(/3 +in use .* mara +git +0123456789 +main: Mend the page/)
  expect(stdout).toMatch(/2 +failed .* There is no image nginx:99\./)
  expect(at.server.asked.at(-1)?.query.get('limit')).toBe('5')
  expect((await at.run('stack', 'history', 'shop', '-o', 'name')).stdout).toBe('3\n2\n')
  expect(await at.run('stack', 'history', 'shap')).toMatchObject({ exit: 3 })
})

test('stack diff shows the file and what it changes', async () => {
  at.server.on('GET /api/v1/stacks/north:shop/diff', {
    from: 2,
    to: 3,
    diff: '--- shop, revision 2\n+++ shop, revision 3\n@@ -1 +1 @@\n-image: nginx:1\n+image: nginx:2\n',
    changes: [{ verb: 'change', kind: 'service', name: 'web', reasons: ['image: nginx:1 → nginx:2'] }],
  })
  const { stdout } = await at.run('stack', 'diff', 'shop', '--from', '2', '--to', 'r3', '--target', 'north')
  expect(stdout).toContain('+image: nginx:2')
  expect(stdout).toContain('changed  web: image: nginx:1 → nginx:2')
  expect(Object.fromEntries(at.server.asked.at(-1)!.query)).toEqual({ from: '2', to: '3' })
  at.server.on('GET /api/v1/stacks/north:shop/diff', { from: 3, to: 3, diff: '', changes: [] })
  expect((await at.run('stack', 'diff', 'shop')).stderr).toContain('do not differ')
})

test('stack rollback shows the plan, asks, and follows the job', async () => {
  at.server.on(`${path}?dryRun`, plan)
  at.server.on(path, job({ id: 'job-9' }))
  at.server.on('GET /api/v1/jobs/job-9', job({ id: 'job-9' }))
  const dry = await at.run('stack', 'rollback', 'shop', '--to', '1', '--dry-run', '--target', 'north')
  expect(dry.stdout).toContain('image: nginx:2 → nginx:1')
  expect(await at.run('stack', 'rollback', 'shop', '--to', '1')).toMatchObject({ exit: 2 })
  const done = await at.run('stack', 'rollback', 'shop', '--to', '1', '--reason', 'it broke', '--yes')
  expect(done).toMatchObject({ exit: 0 })
  expect(done.stderr).toContain('shop runs as in revision 1 again.')
  expect(at.sent(path)).toEqual({ to: 1, reason: 'it broke', digest: 'd1' })
  expect(await at.run('stack', 'rollback', 'shop')).toMatchObject({ exit: 2 })
})

test('apply brings along what the file includes and extends, and no other file of this machine', async () => {
  const file = (name: string, text: string) => writeFile(join(at.folder, name), text)
  await mkdir(join(at.folder, 'parts'))
  await file('compose.yaml', 'name: shop\ninclude: [parts/db.yaml]\nservices: { web: { image: nginx } }\n')
  await file('parts/db.yaml', 'services: { db: { image: pg, env_file: db.env } }\n')
  await file('parts/db.env', 'A=1\n')
  const rounds = [
    [`${at.folder}/parts/db.yaml`, '/etc/passwd'],
    [`${at.folder}/parts/db.env`, '../../../etc/hosts'],
    [],
  ]
  at.server.on('POST /api/v1/stacks/validate', () => ({
    body: { ok: true, format: 'compose', name: 'shop', services: [], problems: [], needs: rounds.shift() ?? [] },
  }))
  at.server.on('POST /api/v1/stacks/plan', { ...plan, stack: 'shop', targetId: 'north' })
  const { exit } = await at.run('apply', '-f', 'compose.yaml', '--dry-run', '--reason', 'a try')
  expect(exit).toBe(0)
  expect(Object.keys(at.sent('POST /api/v1/stacks/plan')?.files as object)).toEqual([
    `${at.folder}/parts/db.yaml`,
    `${at.folder}/parts/db.env`,
  ])
})
