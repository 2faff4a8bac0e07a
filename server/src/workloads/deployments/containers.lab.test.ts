import { afterAll, beforeAll, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { Asking, ContainerHouse, dockerfile, healthcheck, told } from './testing/container-stack.ts'

const manifest = (name: string, port: number, strategy: string, watch = '1s'): string => `
name: ${name}
apps:
  web: { path: web, builder: image }
compose:
  file: compose.yaml
  services:
    web: { app: web, port: 8080, expose: ${port} }
pipeline:
  strategy: ${strategy}
  gate_timeout: 60s
  drain: 5s
  watch: { for: ${watch} }
  canary: { steps: [50], pause: 1s }
verify: [{ http: 'http://127.0.0.1:${port}/' }]
`
const compose = (replicas = 1): string => `
services:
  web:
    build: web
    deploy: { replicas: ${replicas} }
    depends_on: [redis]${healthcheck}
  redis:
    image: lab/busybox:1
    volumes: [data:/data]
volumes: { data: {} }
`
const page = async (port: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}/`)).text().then((text) => text.trim())

suite('a deployment of containers', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  for (const strategy of ['recreate', 'rolling', 'blue-green', 'canary']) {
    test.concurrent(
      `${strategy}: brings a release, replaces it, takes back what fails, and returns`,
      { timeout: 480_000 },
      async ({ expect }) => {
        const [name, port] = [at.name(), await freePort()]
        const directory = at.folder({
          'wheelhouse.yaml': manifest(name, port, strategy),
          'compose.yaml': compose(),
          'web/Dockerfile': dockerfile('one'),
        })
        const bring = (version: string, before?: string) => {
          at.write(directory, { 'web/Dockerfile': dockerfile(version, before) })
          return at.deploy({ directory })
        }
        const first = await at.deploy({ directory })
        expect(first.state, told(first)).toBe('succeeded')
        expect(await page(port)).toBe('one')
        const redis = at.service(name, 'redis-1')

        const asking = new Asking(port)
        const second = await bring('two')
        expect(second.state, told(second)).toBe('succeeded')
        expect(await page(port)).toBe('two')
        if (strategy !== 'recreate') expect((await asking.stop()).failures).toEqual([])
        await asking.stop()

        const steady = new Asking(port)
        const crashing = await bring('three', 'exit 3')
        expect([crashing.state, crashing.outcome?.stage], told(crashing)).toEqual([
          'rolled-back',
          strategy === 'rolling' ? 'start' : 'gates',
        ])
        const sick = await bring('four', 'rm /www/healthy')
        expect([sick.state, sick.outcome?.stage], told(sick)).toEqual([
          'rolled-back',
          strategy === 'rolling' ? 'start' : 'gates',
        ])
        // It is watched until it falls ill, however late that is.
        const watched = manifest(name, port, strategy, '120s')
        at.write(directory, { 'web/Dockerfile': dockerfile('five'), 'wheelhouse.yaml': watched })
        const begun = await at.house.admin.deployments.start({ directory })
        await at.reached(begun.id, 'watch')
        await at.run(name, 'web-1.r5', ['rm', '/www/healthy'])
        const late = await at.ended(begun.id)
        expect([late.state, late.outcome?.stage], told(late)).toEqual(['rolled-back', 'watch'])
        await steady.stop()
        if (strategy !== 'recreate') expect(steady.failures).toEqual([])
        expect(await page(port)).toBe('two')

        const instance = strategy === 'blue-green' || strategy === 'canary' ? at.service(name, 'web-1.r1').id : null
        const back = await at.rollback(name)
        expect(back.state, told(back)).toBe('succeeded')
        expect(await page(port)).toBe('one')
        if (instance !== null) expect(at.service(name, 'web-1').id).toBe(instance)
        expect(at.service(name, 'redis-1')).toMatchObject({ id: redis.id, startedAt: redis.startedAt })
      },
    )
  }
})
