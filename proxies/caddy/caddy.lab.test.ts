import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { codeOf } from '../proxy/conformance.ts'
import type { Proxy, Route } from '../proxy/index.ts'
import { who } from '../proxy/testing/ask.ts'
import { type Instance, startInstance } from '../proxy/testing/instance.ts'
import { freePort } from '../../test/fixtures/free-port.ts'
import { createCaddy } from './caddy.ts'
import { turns } from './server-config.ts'
import { CaddyProcess } from './testing.ts'

suite('Caddy beside what others configured in it', ['caddy'], () => {
  let caddy: CaddyProcess
  let proxy: Proxy
  let one: Instance
  const route = (port: number, more: Partial<Route> = {}): Route => {
    const listen = { host: '127.0.0.1', port }
    return { id: 'a/b/c', protocol: 'http', listen, hostnames: [], upstreams: [one.upstream], ...more }
  }
  beforeAll(async () => {
    caddy = new CaddyProcess(where('caddy'))
    await caddy.start()
    proxy = createCaddy({ address: caddy.address })
    one = await startInstance('one')
  })
  afterAll(async () => {
    await caddy.close()
    await one.kill()
  })
  const theirs = async (): Promise<unknown> => (await fetch(`${caddy.address}/config/apps/http/servers/theirs`)).json()

  test('a server of somebody else stays as it is, and its address is a CONFLICT', async () => {
    const [before, port] = [await theirs(), await freePort()]
    await proxy.set(route(port))
    expect(await codeOf(proxy.set(route(caddy.foreignPort, { id: 'a/b/d' })))).toBe('CONFLICT')
    await proxy.remove('a/b/c')
    expect(await theirs()).toEqual(before)
    expect(await who(caddy.foreignPort)).toBe('theirs')
    expect(await proxy.list()).toEqual([])
  })

  test('a Caddy without any configuration is taken into use', async () => {
    await fetch(`${caddy.address}/config/apps`, { method: 'DELETE' })
    const port = await freePort()
    await proxy.set(route(port))
    expect(await who(port)).toBe('one')
    await proxy.remove('a/b/c')
  })

  test('what it cannot do it says, and a Caddy that is gone is TARGET_UNREACHABLE', async () => {
    expect(await codeOf(proxy.set(route(await freePort(), { protocol: 'tcp' })))).toBe('CAPABILITY_MISSING')
    expect(await codeOf(proxy.stats('a/b/c'))).toBe('CAPABILITY_MISSING')
    expect(await codeOf(createCaddy({ address: 'http://127.0.0.1:1' }).list())).toBe('TARGET_UNREACHABLE')
  })

  test('weights become turns, spread evenly', () => {
    const named = (weights: number[]): string =>
      turns(weights.map((weight, at) => ({ id: 'abc'[at] ?? '', host: 'h', port: 1, weight })))
        .map(({ id }) => id)
        .join('')
    expect(named([2, 1])).toBe('aba')
    expect(named([90, 10])).toMatch(/^a{4,5}ba{4,5}$/)
    expect(named([50, 50, 0])).toBe('ab')
    expect(named([])).toBe('')
    expect(
      turns([
        { id: 'a', host: 'h', port: 1, weight: 9_999 },
        { id: 'b', host: 'h', port: 2, weight: 1 },
      ]),
    ).toHaveLength(201)
  })
})
