import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { CaddyProcess } from '../../../../proxies/caddy/testing.ts'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { ContainerHouse, dockerfile, told } from './testing/container-stack.ts'

const manifest = (name: string, port: number): string => `
name: ${name}
apps: { web: { path: web, builder: image } }
compose:
  file: compose.yaml
  services: { web: { app: web, port: 8080, expose: { port: ${port}, proxy: caddy } } }
pipeline: { strategy: blue-green, drain: 5s, watch: { for: 1s } }
verify: [{ http: 'http://127.0.0.1:${port}/' }]
`

suite('a deployment through Caddy', ['docker', 'caddy'], () => {
  let at: ContainerHouse
  let caddy: CaddyProcess
  beforeAll(async () => {
    caddy = new CaddyProcess(where('caddy'))
    await caddy.start()
    at = await ContainerHouse.open(where('docker'), { WHEELHOUSE_CADDY_ADMIN: caddy.address })
  })
  afterAll(async () => {
    await at?.close()
    await caddy?.close()
  })

  test('brings a release, replaces it, takes back what fails, and returns', { timeout: 120_000 }, async () => {
    const [name, port] = [at.name(), await freePort()]
    const page = async () => (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim()
    const directory = at.folder({
      'wheelhouse.yaml': manifest(name, port),
      'compose.yaml': 'services: { web: { build: web } }\n',
    })
    const bring = (version: string, before?: string) => {
      at.write(directory, { 'web/Dockerfile': dockerfile(version, before) })
      return at.deploy({ directory })
    }
    for (const version of ['one', 'two']) {
      const done = await bring(version)
      expect(done.state, told(done)).toBe('succeeded')
      expect(await page()).toBe(version)
    }
    const bad = await bring('three', 'rm -r /www')
    expect(bad.state, told(bad)).toBe('rolled-back')
    expect(await page()).toBe('two')
    const back = await at.rollback(name)
    expect(back.state, told(back)).toBe('succeeded')
    expect(await page()).toBe('one')
  })
})
