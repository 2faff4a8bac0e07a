import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf } from '../proxy/conformance.ts'
import type { Proxy, Route } from '../proxy/index.ts'
import { TraefikStandIn } from './testing.ts'
import { createTraefik } from './traefik.ts'
import { serviceName, traefikConfig } from './traefik-config.ts'

const shop: Route = {
  id: 'shop/live/web',
  protocol: 'http',
  listen: { host: '0.0.0.0', port: 80 },
  hostnames: ['shop.example.com', '*.shop.example.com'],
  upstreams: [
    { id: 'web-1', host: '10.0.0.1', port: 8080, weight: 90 },
    { id: 'web-2', host: '::1', port: 8080, weight: 10 },
    { id: 'web-3', host: '10.0.0.3', port: 8080, weight: 0 },
  ],
}
const broker: Route = {
  id: 'shop/live/broker',
  protocol: 'tcp',
  listen: { host: '0.0.0.0', port: 1883 },
  hostnames: [],
  upstreams: [{ id: 'broker-1', host: '10.0.0.4', port: 1883, weight: 1 }],
}

describe('the document', () => {
  test('has a router for names and one for wildcards, and weighted services of one server each', () => {
    const { http, tcp } = traefikConfig([shop])
    const name = serviceName(shop.id)
    const [one, two] = [serviceName(shop.id, 'web-1'), serviceName(shop.id, 'web-2')]
    expect(tcp).toBeUndefined()
    expect(http?.routers).toEqual({
      [name]: { entryPoints: ['port-80'], service: name, rule: 'Host(`shop.example.com`)', priority: 1_000 },
      [`${name}-any`]: {
        entryPoints: ['port-80'],
        service: name,
        rule: String.raw`HostRegexp(` + '`' + String.raw`^[^.]+\.shop\.example\.com$` + '`)',
        priority: 100,
      },
    })
    expect(http?.services).toEqual({
      [name]: {
        weighted: {
          services: [
            { name: one, weight: 90 },
            { name: two, weight: 10 },
          ],
        },
      },
      [one]: { loadBalancer: { servers: [{ url: 'http://10.0.0.1:8080' }], passHostHeader: true } },
      [two]: { loadBalancer: { servers: [{ url: 'http://[::1]:8080' }], passHostHeader: true } },
    })
  })

  test('names the entry point as it is told, and takes what no name takes last', () => {
    const { http, tcp } = traefikConfig([{ ...shop, hostnames: [] }, broker], ({ port }) =>
      port === 80 ? 'web' : 'mqtt',
    )
    expect(Object.values(http?.routers ?? {})).toMatchObject([
      { entryPoints: ['web'], rule: 'PathPrefix(`/`)', priority: 1 },
    ])
    expect(Object.values(tcp?.routers ?? {})).toMatchObject([{ entryPoints: ['mqtt'], rule: 'HostSNI(`*`)' }])
    expect(tcp?.services[serviceName(broker.id, 'broker-1')]).toEqual({
      loadBalancer: { servers: [{ address: '10.0.0.4:1883' }] },
    })
  })

  test('leaves out a part without routes, and never gives two routes one name', () => {
    expect(traefikConfig([])).toEqual({})
    expect(serviceName('a/b-c')).not.toBe(serviceName('a-b/c'))
    expect(serviceName('a', 'b')).not.toBe(serviceName('a--b'))
  })
})

describe('with a stand-in for Traefik', () => {
  const standIn = new TraefikStandIn()
  let proxy: Proxy
  const plane = (apiAddress: string, timeoutMs = 10_000): Proxy =>
    createTraefik({
      published: async () => standIn.routes,
      publish: async (config, routes) => {
        standIn.config = config
        standIn.routes = routes
      },
      apiAddress,
      timeoutMs,
    })

  beforeAll(async () => {
    await standIn.start(50)
    proxy = plane(standIn.address)
  })
  afterAll(() => standIn.stop())

  test('set resolves once Traefik shows it; remove once it is gone', async () => {
    expect(await proxy.set(shop)).toEqual({ gapMs: 0 })
    expect(await proxy.set(broker)).toEqual({ gapMs: 0 })
    expect(await plane(standIn.address).list()).toEqual([shop, broker])
    const swapped = { ...shop, upstreams: [{ id: 'web-9', host: '10.0.0.9', port: 80, weight: 1 }] }
    await proxy.set(swapped)
    const seen = await fetch(`${standIn.address}/api/http/services/${serviceName(shop.id)}@http`)
    expect(await seen.json()).toMatchObject({ weighted: { services: [{ name: serviceName(shop.id, 'web-9') }] } })
    await proxy.remove(shop.id)
    await proxy.remove(shop.id)
    expect(await proxy.get(shop.id)).toBeNull()
    expect(await proxy.get(broker.id)).toEqual(broker)
  })

  test('what it cannot do it says', async () => {
    const signal = new AbortController().signal
    expect(await codeOf(proxy.drain('a', 'b', 1, signal))).toBe('CAPABILITY_MISSING')
    expect(await codeOf(proxy.stats('a'))).toBe('CAPABILITY_MISSING')
    expect(await codeOf(proxy.set({ ...shop, id: 'shop/live/other', hostnames: ['a`||b'] }))).toBe('VALIDATION_FAILED')
    expect(await codeOf(proxy.set({ ...broker, id: 'shop/live/second' }))).toBe('CONFLICT')
  })

  test('a Traefik that does not take it over is TIMED_OUT, one that does not answer TARGET_UNREACHABLE', async () => {
    standIn.polls = false
    expect(await codeOf(plane(standIn.address, 300).set(shop))).toBe('TIMED_OUT')
    standIn.polls = true
    expect(await codeOf(plane('http://127.0.0.1:1', 300).set(shop))).toBe('TARGET_UNREACHABLE')
  })
})
