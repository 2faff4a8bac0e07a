import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
const told = ({ outcome, stages }: Deployment): string =>
  JSON.stringify([outcome, stages.map(({ name, state, message }) => [name, state, message])])

/** A service that is kept, and a worker beside it; the new worker breaks the kept one by what it writes. */
function kept(port: number): { directory: string; worker(version: string): void; broken: string } {
  const directory = mkdtempSync(join(tmpdir(), 'wh-watch-'))
  folders.push(directory)
  const broken = join(directory, 'broken')
  writeFileSync(
    join(directory, 'web.mjs'),
    `import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
createServer((request, response) => {
  response.statusCode = existsSync(${JSON.stringify(broken)}) && request.url !== '/health' ? 500 : 200
  response.end('web')
}).listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`,
  )
  writeFileSync(
    join(directory, 'worker.mjs'),
    `import { rmSync, writeFileSync } from 'node:fs'
const file = ${JSON.stringify(broken)}
if (process.argv[2] === 'two') writeFileSync(file, '')
else rmSync(file, { force: true })
setInterval(() => {}, 1000)
process.on('SIGTERM', () => process.exit(0))
`,
  )
  const worker = (version: string): void =>
    writeFileSync(
      join(directory, 'wheelhouse.yaml'),
      `
name: kept-${port}
services:
  web: { command: [node, web.mjs], expose: ${port}, health: [{ http: 'http://127.0.0.1:{port}/health' }] }
  worker: { command: [node, worker.mjs, ${version}] }
pipeline: { watch: { for: ${version === 'one' ? '1ms' : '60s'}, least_requests: 5 } }
`,
    )
  return { directory, worker, broken }
}

async function run(directory: string, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<Deployment> {
  const { id } = await house.admin.deployments.start({ directory })
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await meanwhile()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('requests to a service that the run keeps must not begin to fail', async () => {
  const port = await freePort()
  const { directory, worker, broken } = kept(port)
  worker('one')
  const first = await run(directory)
  expect(first.state, told(first)).toBe('succeeded')
  const ask = async (): Promise<void> => void (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))
  // What failed before the run does not count against it.
  writeFileSync(broken, '')
  for (let n = 0; n < 30; n++) await ask()
  rmSync(broken)
  worker('two')
  const second = await run(directory, ask)
  expect(second.state, told(second)).toBe('rolled-back')
  expect(second.outcome).toMatchObject({ stage: 'watch', check: { name: 'error rate' } })
  expect(second.outcome?.error?.message).toContain(`kept-${port}-web`)
  expect(second.stages.find(({ name }) => name === 'start')?.message).toBe('1 started, 1 as they are')
  // The old worker, which is back, mends it.
  await expect.poll(() => existsSync(broken), { timeout: 60_000 }).toBe(false)
}, 120_000)

test('a service that the run keeps must not end in the watch', async () => {
  const port = await freePort()
  const { directory, worker } = kept(port)
  worker('one')
  const first = await run(directory)
  expect(first.state, told(first)).toBe('succeeded')
  worker('two')
  const web = (await house.admin.services.list({ stack: first.stack })).items.find(({ name }) => name.endsWith('-web'))!
  let stopped = false
  const { id } = await house.admin.deployments.start({ directory })
  for (;;) {
    const now = await house.admin.deployments.get({ id })
    if (deploymentEnded(now.state)) {
      expect(now.outcome, told(now)).toMatchObject({ stage: 'watch' })
      expect(now.outcome?.error?.message).toContain(web.name)
      expect(['rolled-back', 'failed']).toContain(now.state)
      break
    }
    if (now.stage === 'watch' && !stopped) {
      stopped = true
      await house.admin.services.stop({ id: web.id })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}, 120_000)
