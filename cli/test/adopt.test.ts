import type { Plan, Stack } from '@wheelhouse/contract'
import { writeFile } from 'node:fs/promises'
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
  managed: false,
  state: 'running',
  services: [],
  revision: 0,
  appliedAt: null,
  appliedBy: null,
}
const source = 'name: shop\nservices:\n  web:\n    image: nginx\n    environment:\n      API_TOKEN: null\n'
const draft = {
  name: 'shop',
  format: 'compose',
  targetId: 'north',
  targetName: 'north',
  from: 'containers',
  source,
  directory: '/srv/shop',
  files: {},
  kept: [{ service: 'web', variable: 'API_TOKEN' }],
  notes: ['There is no compose.yaml on this machine.'],
}
const plan: Plan & { stack: string; targetId: string } = {
  summary: 'shop on north is as the file says. Nothing changes.',
  steps: [{ verb: 'keep', kind: 'service', name: 'web', reasons: [] }],
  counts: { keep: 1 },
  warnings: [],
  kept: [],
  digest: 'd1',
  stack: 'shop',
  targetId: 'north',
}

beforeEach(() => {
  at.server.on('GET /api/v1/stacks', { items: [shop], nextCursor: null, total: 1 })
  at.server.on('GET /api/v1/stacks/north:shop/draft', draft)
  at.server.on('POST /api/v1/stacks/plan', plan)
  at.server.on('POST /api/v1/stacks', job({ id: 'job-9' }))
  at.server.on('GET /api/v1/jobs/job-9', job({ id: 'job-9' }))
})

test('stack draft prints the file, and says beside it what is not in it', async () => {
  const { stdout, stderr } = await at.run('stack', 'draft', 'shop', '--target', 'north')
  expect(stdout).toBe(source)
  expect(stderr).toContain('Kept as they are and not shown: API_TOKEN of web.')
  expect(stderr).toContain('There is no compose.yaml on this machine.')
  const { stdout: structured } = await at.run('stack', 'draft', 'shop', '-o', 'json')
  expect(JSON.parse(structured)).toEqual(draft)
})

test('stack adopt shows the plan, asks, applies and follows the job, also where nothing changes', async () => {
  const dry = await at.run('stack', 'adopt', 'shop', '--dry-run', '--target', 'north')
  expect(dry.stdout).toContain('Nothing changes')
  const asked = { source, format: 'compose', name: 'shop', target: 'north', directory: '/srv/shop', adopt: true }
  expect(at.sent('POST /api/v1/stacks/plan')).toEqual(asked)
  expect(at.sent('POST /api/v1/stacks')).toBeUndefined()
  expect(await at.run('stack', 'adopt', 'shop')).toMatchObject({ exit: 2 })
  const done = await at.run('stack', 'adopt', 'shop', '--reason', 'it is ours', '--yes')
  expect(done).toMatchObject({ exit: 0 })
  expect(done.stderr).toContain('shop is managed from here now.')
  expect(at.sent('POST /api/v1/stacks')).toEqual({ ...asked, digest: 'd1', reason: 'it is ours' })
})

test('stack adopt takes a file of this machine in place of the draft', async () => {
  await writeFile(join(at.folder, 'mine.yaml'), 'services: { web: { image: nginx } }\n')
  expect(await at.run('stack', 'adopt', 'shop', '-f', 'mine.yaml', '--dry-run')).toMatchObject({ exit: 0 })
  expect(at.sent('POST /api/v1/stacks/plan')).toMatchObject({
    source: 'services: { web: { image: nginx } }\n',
    adopt: true,
  })
})
