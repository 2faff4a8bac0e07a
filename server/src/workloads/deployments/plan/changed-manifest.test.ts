import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'

let house: TestHouse
const folders: string[] = []
beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(async () => {
  await house?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}, 120_000)

function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wh-changed-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

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
const names = async (stack: string): Promise<string[]> =>
  (await house.admin.services.list({ stack, sort: 'name' })).items
    .filter(({ state }) => state === 'running')
    .map(({ name }) => name)

const answering = (port: string): string =>
  `import { createServer } from 'node:http'
if (process.argv[3] === 'broken') process.exit(3)
createServer((request, response) => response.end(process.argv[2])).listen(${port}, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`
const read = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

test('the plan tells what a manifest of another name leaves running, and removing that frees its port', async () => {
  const port = await freePort()
  const manifest = (name: string): string => `
name: ${name}
services:
  web: { command: [node, main.mjs, ${name}], expose: ${port}, health: [{ http: 'http://127.0.0.1:{port}/' }] }
pipeline: { watch: { for: 1ms } }
`
  const directory = project({
    'wheelhouse.yaml': manifest('oldname'),
    'main.mjs': answering('Number(process.env.PORT)'),
  })
  const first = await ended(house.admin.deployments.start({ directory }))
  expect(first.state, told(first)).toBe('succeeded')
  expect((await house.admin.deployments.start.plan({ directory })).warnings.join()).not.toContain('stays as it is')

  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('newname'))
  const { warnings } = await house.admin.deployments.start.plan({ directory })
  const target = first.targets[0]!.name
  expect(warnings).toContain(
    `The stack oldname on ${target}, which this manifest brought before, stays as it is: oldname-web runs. Remove it with wh remove oldname --target ${target}.`,
  )
  await house.admin.stacks.remove({ id: `${first.targets[0]!.id}:oldname` })
  await expect.poll(() => names('oldname')).toEqual([])
  await expect.poll(() => read(port).catch(() => 'closed')).toBe('closed')
  expect((await house.admin.deployments.start.plan({ directory })).warnings.join()).not.toContain('stays as it is')
  const second = await ended(house.admin.deployments.start({ directory }))
  expect(second.state, told(second)).toBe('succeeded')
  expect(await read(port)).toBe('newname')
}, 120_000)

test('a service of another name that keeps its port stops first, and comes back when its successor fails', async () => {
  const port = await freePort()
  const manifest = (service: string, more = ''): string => `
name: renamed
services:
  ${service}: { command: [node, main.mjs, ${service}${more}], ports: [${port}], health: [{ http: 'http://127.0.0.1:${port}/' }] }
pipeline: { watch: { for: 1ms } }
`
  const directory = project({ 'wheelhouse.yaml': manifest('site'), 'main.mjs': answering(String(port)) })
  const run = (): Promise<Deployment> => ended(house.admin.deployments.start({ directory }))
  const first = await run()
  expect(first.state, told(first)).toBe('succeeded')
  expect(await read(port)).toBe('site')

  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('web', ', broken'))
  const failed = await run()
  expect(failed.state, told(failed)).toBe('rolled-back')
  await expect.poll(() => read(port).catch(() => 'closed'), { timeout: 60_000 }).toBe('site')

  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('web'))
  const plan = await house.admin.deployments.start.plan({ directory })
  expect(plan.steps.find(({ name }) => name === 'renamed-site')).toMatchObject({
    verb: 'remove',
    reasons: ['it is not in the manifest any more', `it stops first: it holds port ${port}, which renamed-web needs`],
  })
  const second = await run()
  expect(second.state, told(second)).toBe('succeeded')
  expect(await read(port)).toBe('web')
  expect(await names('renamed')).toEqual(['renamed-web'])
}, 240_000)

test('the route of a service makes way for that of its successor, and comes back when it fails', async () => {
  const port = await freePort()
  const manifest = (service: string, verify: string): string => `
name: rerouted
services:
  ${service}: { command: [node, main.mjs, ${service}], expose: ${port}, health: [{ http: 'http://127.0.0.1:{port}/' }] }
pipeline: { strategy: blue-green, watch: { for: 1ms } }
verify: [{ http: 'http://127.0.0.1:${port}/', expect_status: ${verify} }]
`
  const directory = project({
    'wheelhouse.yaml': manifest('site', '200'),
    'main.mjs': answering('Number(process.env.PORT)'),
  })
  const run = (): Promise<Deployment> => ended(house.admin.deployments.start({ directory }))
  const first = await run()
  expect(first.state, told(first)).toBe('succeeded')

  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('web', '404'))
  const failed = await run()
  expect(failed.state, told(failed)).toBe('rolled-back')
  expect(failed.outcome?.stage).toBe('verify')
  expect(await read(port)).toBe('site')

  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest('web', '200'))
  const second = await run()
  expect(second.state, told(second)).toBe('succeeded')
  expect(await read(port)).toBe('web')
  await expect.poll(() => names('rerouted')).toEqual(['rerouted-web'])

  const other = project({
    'wheelhouse.yaml': manifest('web', '200').replace('rerouted', 'stranger'),
    'main.mjs': answering('Number(process.env.PORT)'),
  })
  const { checks } = await house.admin.deployments.check({ directory: other })
  expect(checks.find(({ id }) => id === `port:${port}`)).toMatchObject({
    ok: false,
    message: expect.stringContaining(`${port} is taken by the route rerouted/production/web@`),
    fix: 'Take another port or host name, or remove the stack that has it: wh remove rerouted.',
  })
}, 240_000)
