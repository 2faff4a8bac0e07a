import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TraefikStandIn } from '../../../../proxies/traefik/testing.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { Asking, told } from './testing/container-stack.ts'

const token = 'of-the-endpoint-of-traefik'
let house: TestHouse
let standIn: TraefikStandIn
let directory: string
let port: number

const manifest = (at: number): string => `
name: through-traefik
apps: { web: { path: web, builder: static } }
services:
  web:
    app: web
    command: [node, main.mjs]
    expose: { port: ${at}, proxy: traefik }
    health: [{ http: 'http://127.0.0.1:{port}/healthy', interval: 500ms }]
pipeline: { strategy: blue-green, drain: 1s, watch: { for: 1s }, timeouts: { verify: 5s } }
verify: [{ http: 'http://127.0.0.1:${at}/'}]
`

const program = (version: string, status: number): string => `
import { createServer } from 'node:http'
createServer((request, response) => {
  response.statusCode = request.url === '/healthy' ? 200 : ${status}
  response.end('${version}')
}).listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

beforeAll(async () => {
  port = await freePort()
  standIn = new TraefikStandIn({
    endpoint: () => `${house.url}/proxies/traefik`,
    headers: { authorization: `Bearer ${token}` },
    pollMs: 200,
    entryPoints: { web: port },
  })
  // Its API is up before the control plane is; polls find nobody until then.
  await standIn.start()
  house = await openTestHouse({
    env: {
      WHEELHOUSE_TRAEFIK_TOKEN: token,
      WHEELHOUSE_TRAEFIK_API: standIn.address,
      WHEELHOUSE_TRAEFIK_ENTRY_POINTS: `${port}=web`,
      WHEELHOUSE_TRAEFIK_POLL_MS: '200',
    },
  })
  directory = mkdtempSync(join(tmpdir(), 'wh-traefik-deploy-'))
  mkdirSync(join(directory, 'web'))
})
afterAll(async () => {
  await house?.close()
  standIn?.stop()
  rmSync(directory, { recursive: true, force: true })
})

async function ended(started: { id: string }): Promise<Deployment> {
  for (;;) {
    const deployment = await house.admin.deployments.get({ id: started.id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function bring(version: string, status = 200): Promise<Deployment> {
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest(port))
  writeFileSync(join(directory, 'web/main.mjs'), program(version, status))
  return ended(await house.admin.deployments.start({ directory }))
}

const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

test('the endpoint is for those who have its token, and opens nothing else', async () => {
  const ask = async (path: string, authorization?: string) =>
    (await fetch(`${house.url}${path}`, { headers: authorization === undefined ? {} : { authorization } })).status
  expect(await ask('/proxies/traefik')).toBe(401)
  expect(await ask('/proxies/traefik', `Bearer ${token}x`)).toBe(401)
  expect(await ask('/proxies/traefik', `Basic ${token}`)).toBe(401)
  expect(await ask(`/proxies/traefik?token=${token}`)).toBe(401)
  expect(await ask('/proxies/traefik', `Bearer ${token}`)).toBe(200)
  expect(await ask('/api/v1/services', `Bearer ${token}`)).toBe(401)
  const closed = await openTestHouse()
  try {
    const answer = await fetch(`${closed.url}/proxies/traefik`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(404)
  } finally {
    await closed.close()
  }
})

test('blue-green: a release is brought, replaced, taken back and returned to', { timeout: 120_000 }, async () => {
  const first = await bring('one')
  expect(first.state, told(first)).toBe('succeeded')
  expect(await page()).toBe('one')

  const asking = new Asking(port)
  const second = await bring('two')
  expect(second.state, told(second)).toBe('succeeded')
  expect(await page()).toBe('two')

  // It passes its gates and fails when it is asked from outside, so requests have gone to it and are led back.
  const third = await bring('three', 404)
  expect([third.state, third.outcome?.stage], told(third)).toEqual(['rolled-back', 'verify'])
  expect(await page()).toBe('two')

  const { id: from } = await house.admin.deployments.rollback({ stack: 'through-traefik' })
  const back = await ended({ id: from })
  expect(back.state, told(back)).toBe('succeeded')
  expect(await page()).toBe('one')

  const { failures, seen } = await asking.stop()
  expect(failures.filter((failure) => failure !== '404 three')).toEqual([])
  expect([...seen].toSorted()).toEqual(['one', 'two'])
})

test('preflight names an entry point that Traefik does not have', async () => {
  const other = port === 65_535 ? 1_024 : port + 1
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest(other))
  const { checks } = await house.admin.deployments.check({ directory })
  const found = checks.find((check) => check.id === `port:${other}`)
  expect(found).toMatchObject({ ok: false, severity: 'error' })
  expect(found?.message).toContain(`no entry point "port-${other}"`)
  writeFileSync(join(directory, 'wheelhouse.yaml'), manifest(port))
  const well = await house.admin.deployments.check({ directory })
  expect(well.checks.find((check) => check.id === `port:${port}`)).toMatchObject({
    ok: true,
    message: `entry point web at :${port}`,
  })
})
