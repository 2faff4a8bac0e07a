import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '@wheelhouse/driver'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { MemoryEngine } from '../stacks/testing/memory-engine.ts'
import { told } from './testing/container-stack.ts'

const names = ['north', 'south']
const engines = new Map(names.map((name) => [name, new MemoryEngine()]))
const fleet: Driver = {
  kind: 'docker',
  open: ({ address }) => engines.get(new URL(address).hostname)!.open(),
}
const [north, south] = [engines.get('north')!, engines.get('south')!]

const manifest = (name: string, watchMs: number): string =>
  `name: ${name}\ntarget: [north, south]\ncompose: { file: compose.yaml }\npipeline: { strategy: blue-green, watch: { for: ${watchMs}ms } }\n`
const compose = (version: string): string => `
services:
  db: { image: 'db:1' }
  web:
    image: 'web:${version}'
    depends_on: [db]
    healthcheck: { test: [CMD, look] }
`

let house: TestHouse
let directory: string

beforeAll(async () => {
  house = await openTestHouse({ docker: fleet })
  directory = mkdtempSync(join(tmpdir(), 'wh-fleet-'))
  for (const name of names) await house.admin.targets.register({ name, address: `tcp://${name}:1` })
})
afterAll(async () => {
  await house?.close()
  rmSync(directory, { recursive: true, force: true })
})

async function deploy(version: string, watchMs = 0): Promise<Deployment> {
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('shop', watchMs))
  writeFileSync(join(directory, 'compose.yaml'), compose(version))
  for (const engine of [north, south]) engine.acts.length = 0
  const { id } = await house.admin.deployments.start({ directory, ...(watchMs === 0 ? { skip: ['watch'] } : {}) })
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const running = (engine: MemoryEngine): string[] =>
  engine
    .rows()
    .filter((row) => row.state === 'running')
    .map((row) => `${row.name} ${row.image}`)
    .toSorted()
const whole = (version: string): string[] => ['shop-db-1 db:1', `shop-web-1 web:${version}`]

test('a stack is brought to all of its engines, and no old one stops before every new one is up', async () => {
  const first = await deploy('1')
  expect(first.state, told(first)).toBe('succeeded')
  const order: string[] = []
  const act = (name: string) => order.push(name)
  for (const [name, engine] of engines) {
    engine.acts.push = (...acts: string[]) => {
      for (const one of acts) act(`${name} ${one}`)
      return Array.prototype.push.apply(engine.acts, acts)
    }
  }
  const second = await deploy('2')
  expect(second.state, told(second)).toBe('succeeded')
  const started = names.map((name) => order.indexOf(`${name} start shop-web-1.r2`))
  const stopped = names.map((name) => order.indexOf(`${name} stop shop-web-1`))
  expect(Math.min(...started, ...stopped)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...started)).toBeLessThan(Math.min(...stopped))
  expect([running(north), running(south)]).toEqual([whole('2'), whole('2')])
})

test('nothing is switched where one of the new is not healthy', async () => {
  south.health = (spec) => (spec.kind === 'container' && spec.image === 'web:3' ? 'unhealthy' : 'healthy')
  const failed = await deploy('3')
  expect([failed.state, failed.outcome?.stage], told(failed)).toEqual(['rolled-back', 'gates'])
  for (const engine of [north, south]) {
    expect(engine.acts.filter((act) => act === 'stop shop-web-1')).toEqual([])
    expect(running(engine)).toEqual(whole('2'))
    expect(
      engine
        .rows()
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(['shop-db-1', 'shop-web-1'])
  }
})

test('what has switched goes back where another gets worse afterwards', async () => {
  south.health = (spec) => (spec.kind === 'container' && spec.healthCheck ? 'healthy' : 'none')
  const failing = deploy('4', 8_000)
  await expect.poll(() => north.acts, { timeout: 60_000 }).toContain('stop shop-web-1')
  await expect.poll(() => south.acts, { timeout: 60_000 }).toContain('stop shop-web-1')
  south.change('shop-web-1.r4', { health: 'unhealthy', reason: 'sick' })
  const failed = await failing
  expect([failed.state, failed.outcome?.stage], told(failed)).toEqual(['rolled-back', 'watch'])
  for (const engine of [north, south]) {
    expect(running(engine)).toEqual(whole('2'))
    expect(
      engine
        .rows()
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(['shop-db-1', 'shop-web-1'])
  }
}, 120_000)
