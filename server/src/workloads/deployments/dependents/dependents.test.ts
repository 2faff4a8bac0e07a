import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { MemoryEngine } from '../../stacks/testing/memory-engine.ts'
import { told } from '../testing/container-stack.ts'

let house: TestHouse
let engine: MemoryEngine
let directory: string
beforeAll(async () => {
  engine = new MemoryEngine()
  house = await openTestHouse({ docker: engine, engine: 'unix:///memory' })
  directory = mkdtempSync(join(tmpdir(), 'wh-dependents-'))
  const state = async () => (await house.admin.targets.list({})).items.find(({ kind }) => kind === 'docker')?.state
  await vi.waitFor(async () => expect(await state()).toBe('connected'), { timeout: 60_000 })
})
afterAll(async () => {
  await house?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** `api` is to be restarted with the database, `web` and `other` are not. */
const compose = (name: string, db: string, web = 'web:1'): string => `
name: ${name}
services:
  db: { image: 'db:${db}' }
  api: { image: 'api:1', depends_on: { db: { condition: service_started, restart: true } } }
  web: { image: '${web}', depends_on: [api] }
  other: { image: 'other:1', depends_on: [db] }
`
type Strategy = 'recreate' | 'rolling' | 'blue-green'
const write = (name: string, strategy: Strategy, db: string, web?: string): void => {
  writeFileSync(
    join(directory, 'wheelhouse.yaml'),
    `name: ${name}\ntarget: docker\ncompose: { file: compose.yaml }\npipeline: { strategy: ${strategy} }\n`,
  )
  writeFileSync(join(directory, 'compose.yaml'), compose(name, db, web))
}
async function deploy(): Promise<Deployment> {
  engine.acts.length = 0
  const { id } = await house.admin.deployments.start({ directory, skip: ['watch'] })
  return vi.waitFor(
    async () => {
      const deployment = await house.admin.deployments.get({ id })
      expect(deploymentEnded(deployment.state)).toBe(true)
      return deployment
    },
    { timeout: 60_000 },
  )
}
const restarts = (): string[] => engine.acts.filter((act) => act.startsWith('restart '))

test.each(['recreate', 'rolling', 'blue-green'] as const)(
  '%s: who asks for it is restarted once the new dependency has the name of the old, and nobody else',
  async (strategy) => {
    const name = `dep-${strategy}`
    write(name, strategy, '1')
    const first = await deploy()
    expect(first.state, told(first)).toBe('succeeded')
    expect(restarts()).toEqual([])
    const ids = ['api', 'web', 'other'].map((one) => engine.row(`${name}-${one}-1`)?.nativeId)

    write(name, strategy, '2')
    const plan = await house.admin.deployments.start.plan({ directory })
    const step = (one: string) => plan.steps.find((each) => each.name === `${name}-${one}-1`)
    expect(step('api')).toMatchObject({ verb: 'change', reasons: ['restart: db is made anew'] })
    expect([step('web')?.verb, step('other')?.verb]).toEqual(['keep', 'keep'])

    const second = await deploy()
    expect(second.state, told(second)).toBe('succeeded')
    expect(restarts()).toEqual([`restart ${name}-api-1`])
    const at = (act: string): number => engine.acts.indexOf(act)
    expect(at(`restart ${name}-api-1`)).toBeGreaterThan(at(`start ${name}-db-1.r2`))
    expect(at(`restart ${name}-api-1`)).toBeGreaterThan(at(`stop ${name}-db-1`))
    expect(['api', 'web', 'other'].map((one) => engine.row(`${name}-${one}-1`)?.nativeId)).toEqual(ids)
    expect(second.stages.flatMap(({ tasks }) => tasks)).toContainEqual(
      expect.objectContaining({ name: `${name}-api-1`, state: 'done', message: 'restart: db is made anew' }),
    )

    // Nothing new, so nothing restarts.
    const third = await deploy()
    expect(third.state, told(third)).toBe('succeeded')
    expect(restarts()).toEqual([])
  },
  120_000,
)

test.each(['recreate', 'blue-green'] as const)(
  '%s: a run that is undone restarts it once more, after the old dependency is back',
  async (strategy) => {
    const name = `back-${strategy}`
    write(name, strategy, '1')
    expect((await deploy()).state).toBe('succeeded')
    // What fails comes after the restart: with recreate another that does not start, else a command after the switch.
    write(name, strategy, '2', strategy === 'recreate' ? 'web:broken' : undefined)
    if (strategy === 'blue-green') {
      const manifest = `name: ${name}\ntarget: docker\ncompose: { file: compose.yaml }\npipeline: { strategy: blue-green, commands: [{ name: look, after: switch, run: ['false'] }] }\n`
      writeFileSync(join(directory, 'wheelhouse.yaml'), manifest)
    }
    engine.refuses = (spec) => (spec.kind === 'container' && spec.image === 'web:broken' ? 'It does not start.' : null)
    const failed = await deploy()
    expect(failed.state, told(failed)).toBe('rolled-back')
    expect(restarts()).toEqual([`restart ${name}-api-1`, `restart ${name}-api-1`])
    expect(engine.acts.lastIndexOf(`restart ${name}-api-1`)).toBeGreaterThan(
      engine.acts.lastIndexOf(`start ${name}-db-1`),
    )
    expect(engine.row(`${name}-db-1`)).toMatchObject({ image: 'db:1', state: 'running' })
    expect(engine.row(`${name}-api-1`)?.state).toBe('running')
    engine.refuses = () => null
  },
  120_000,
)

test('one that changes too, and stood up beside the old dependency, is restarted after the switch', async () => {
  const text = (db: string, api: string): string => compose('both', db).replace("'api:1'", `'api:${api}'`)
  write('both', 'blue-green', '1')
  expect((await deploy()).state).toBe('succeeded')
  writeFileSync(join(directory, 'compose.yaml'), text('2', '2'))
  const second = await deploy()
  expect(second.state, told(second)).toBe('succeeded')
  expect(restarts()).toEqual(['restart both-api-1.r2'])
  expect(engine.row('both-api-1')).toMatchObject({ image: 'api:2', state: 'running' })
}, 120_000)
