import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
const folders: string[] = []
beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(async () => {
  await house?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wh-truth-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

async function ended(asked: Promise<Deployment>): Promise<Deployment> {
  const { id } = await asked
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const told = ({ outcome, stages }: Deployment): string =>
  JSON.stringify([outcome, stages.map(({ name, state, message }) => [name, state, message])])

const sleeping = 'setInterval(() => {}, 1000)'
const two = (name: string): Record<string, string> => ({
  'wheelhouse.yaml': `
name: ${name}
config: { file: master.env, templates: [{ from: env.njk, to: api/.env }, { from: env.njk, to: web/.env }] }
apps:
  api: { path: api, builder: static }
  web: { path: web, builder: static }
services:
  api: { app: api, command: [node, main.mjs] }
  web: { app: web, command: [node, main.mjs] }
pipeline: { watch: { for: 1ms } }
`,
  'master.env': 'API_TOKEN=hunter22-hunter22\nMODE=plain\n',
  'env.njk': 'MODE={{ MODE }}\nAPI_TOKEN={{ API_TOKEN }}\n',
  'api/main.mjs': sleeping,
  'web/main.mjs': sleeping,
})

test('naming one app leaves the others as they are, with their config', { timeout: 120_000 }, async () => {
  const directory = project(two('twins'))
  const first = await ended(house.admin.deployments.start({ directory }))
  expect(first.state, told(first)).toBe('succeeded')
  writeFileSync(join(directory, 'web/main.mjs'), `// newer\n${sleeping}`)
  const second = await ended(house.admin.deployments.start({ directory, apps: ['web'] }))
  expect(second.state, told(second)).toBe('succeeded')
  const { differences } = await house.admin.releases.compare({ id: first.release!.id, with: second.release!.id })
  const moved = differences.map(({ what }) => what).filter((what) => what.startsWith('services.'))
  expect(moved.filter((what) => what.startsWith('services.twins-api'))).toEqual([])
  expect(second.stages.find(({ name }) => name === 'start')?.message).toContain('1 as they are')
})

test('naming one app renders its templates alone, in plan, preflight and run', { timeout: 120_000 }, async () => {
  const files = two('alone')
  const directory = project({ ...files, 'wheelhouse.yaml': files['wheelhouse.yaml']!.replace('env.njk', 'api.njk') })
  writeFileSync(join(directory, 'api.njk'), 'API={{ MODE }}\n')
  const first = await ended(house.admin.deployments.start({ directory }))
  expect(first.state, told(first)).toBe('succeeded')
  writeFileSync(join(directory, 'api.njk'), 'API={{ MISSING }}\n')
  writeFileSync(join(directory, 'env.njk'), 'MODE=new {{ MODE }}\n')
  const asked = { directory, apps: ['web'] }
  const plan = await house.admin.deployments.start.plan(asked)
  expect(plan.steps.filter(({ kind }) => kind === 'file').map(({ verb, name }) => [verb, name])).toEqual([
    ['change', 'web/.env'],
  ])
  const { checks } = await house.admin.deployments.check(asked)
  expect(checks.find(({ id }) => id === 'templates')).toMatchObject({ ok: true, message: '1 files, 1 would change' })
  const second = await ended(house.admin.deployments.start(asked))
  expect(second.state, told(second)).toBe('succeeded')
  expect(readFileSync(join(directory, 'web/.env'), 'utf8')).toBe('MODE=new plain\n')
  expect(readFileSync(join(directory, 'api/.env'), 'utf8')).toBe('API=plain\n')
  const all = await house.admin.deployments.check({ directory })
  expect(all.checks.find(({ id }) => id === 'templates')?.ok).toBe(false)
})

test('a release comes back although its config is broken by now', { timeout: 120_000 }, async () => {
  const directory = project(two('lasting'))
  for (const text of ['one', 'two']) {
    writeFileSync(join(directory, 'web/main.mjs'), `// ${text}\n${sleeping}`)
    const run = await ended(house.admin.deployments.start({ directory }))
    expect(run.state, told(run)).toBe('succeeded')
  }
  rmSync(join(directory, 'master.env'))
  const both = { stack: 'lasting', database: true, skipBackup: true }
  await expect(house.admin.deployments.rollback.plan(both)).rejects.toThrow('A backup is made before the database')
  const without = { stack: 'lasting', skipBackup: true }
  const { steps } = await house.admin.deployments.rollback.plan(without)
  expect(steps).toContainEqual({ verb: 'keep', kind: 'stage', name: 'backup', reasons: ['left out'] })
  const back = await ended(house.admin.deployments.rollback(without))
  expect(back.state, told(back)).toBe('succeeded')
  expect(back.release?.number).toBe(1)
  expect(back.stages.find(({ name }) => name === 'backup')).toMatchObject({ state: 'skipped' })
  rmSync(directory, { recursive: true })
  const forth = await ended(house.admin.deployments.rollback({ stack: 'lasting', release: 2 }))
  expect(forth.state, told(forth)).toBe('succeeded')
  expect(existsSync(directory)).toBe(false)
})

test(
  'a first deployment that fails says that nothing serves; one that is not undone says so',
  { timeout: 90_000 },
  async () => {
    const directory = project({ ...two('hapless'), 'api/main.mjs': 'process.exit(3)' })
    const failed = await ended(house.admin.deployments.start({ directory }))
    expect(failed.state, told(failed)).toBe('rolled-back')
    expect(failed.outcome?.summary).toContain('Nothing serves, as before.')
    const left = await ended(house.admin.deployments.start({ directory, rollbackOnError: false }))
    expect(left.state, told(left)).toBe('failed')
    expect(left.outcome?.summary).toContain('nothing was undone, as asked')
    expect(left.outcome?.summary).not.toContain('before anything was changed')
  },
)

test(
  'cancelled while it waits for approval, twice, it ends as cancelled, and no answer revives it',
  { timeout: 60_000 },
  async () => {
    const directory = project({
      'wheelhouse.yaml': `
name: asked
environments: { production: { approvals: [{ stage: start, role: developer }] } }
services: { web: { command: [sleep, "1000"] } }
`,
    })
    const { id } = await house.admin.deployments.start({ directory })
    while ((await house.admin.deployments.get({ id })).state !== 'waiting')
      await new Promise((resolve) => setTimeout(resolve, 50))
    await Promise.allSettled([
      house.admin.deployments.cancel({ id }),
      house.admin.deployments.cancel({ id }),
      house.admin.deployments.decide({ id, approve: false }),
    ])
    const run = await ended(house.admin.deployments.get({ id }))
    expect(run.state, told(run)).toBe('cancelled')
    expect(run.outcome?.notUndone).toEqual([])
    await expect(house.admin.deployments.decide({ id, approve: true })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
  },
)

test('old config files of runs go with the releases that could be returned to', { timeout: 120_000 }, async () => {
  const directory = project({
    'wheelhouse.yaml': `
name: tidy
config: { file: master.env, templates: [{ from: env.njk, to: web/.env }] }
apps: { web: { path: web, builder: static } }
services: { web: { app: web, command: [node, main.mjs] } }
pipeline: { watch: { for: 1ms } }
retention: { releases: 3 }
`,
    'master.env': 'MODE=zero\n',
    'env.njk': 'MODE={{ MODE }}\n',
    'web/main.mjs': sleeping,
  })
  const runs: string[] = []
  for (const mode of ['one', 'two', 'three']) {
    writeFileSync(join(directory, 'master.env'), `MODE=${mode}\n`)
    const run = await ended(house.admin.deployments.start({ directory }))
    expect(run.state, told(run)).toBe('succeeded')
    runs.push(run.id)
  }
  const put = (id: string): boolean => existsSync(join(house.data, 'config-backups', id))
  expect(runs.map(put)).toEqual([true, true, true])
  const plan = await house.admin.releases.cleanup.plan({ stack: 'tidy', keep: 1 })
  expect(plan.steps.map(({ kind, name }) => [kind, name])).toEqual([
    ['release', 'tidy (production) release 2'],
    ['release', 'tidy (production) release 1'],
    ['file', 'tidy (production) old config files of run 2'],
    ['file', 'tidy (production) old config files of run 1'],
  ])
  expect(plan.summary).toContain('the old config files of 2 runs')
  const done = await house.admin.releases.cleanup({ stack: 'tidy', keep: 1 })
  expect(done.removed).toBe(2)
  expect(runs.map(put)).toEqual([false, false, true])
})
