import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf } from '../proxy/conformance.ts'
import type { Route } from '../proxy/index.ts'
import { TraefikStandIn } from './testing.ts'
import { createTraefik, type Traefik } from './traefik.ts'
import { entryPointsOf, serviceName, traefikConfig } from './traefik-config.ts'

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
  const token = 'Bearer of-the-endpoint'
  const folder = mkdtempSync(join(tmpdir(), 'wh-traefik-'))
  const plane = (timeoutMs = 10_000, apiAddress = standIn.address) =>
    createTraefik({ stateFolder: folder, entryPoint: ({ port }) => `in-${port}`, apiAddress, timeoutMs })
  let proxy: Traefik
  // What the control plane's edge does with the document.
  const endpoint = createServer((request, response) => {
    const asked = request.headers.authorization === token ? proxy.document() : Promise.reject(new Error('not you'))
    asked.then(
      (document) => response.end(JSON.stringify(document)),
      () => response.writeHead(500).end(),
    )
  })
  const standIn = new TraefikStandIn({
    endpoint: () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`,
    headers: { authorization: token },
    pollMs: 50,
    entryPoints: { 'in-80': 0, 'in-1883': 0 },
  })

  beforeAll(async () => {
    await new Promise<void>((done) => void endpoint.listen(0, '127.0.0.1', done))
    proxy = createTraefik({ stateFolder: folder })
    await standIn.start()
    proxy = plane()
  })
  afterAll(() => {
    standIn.stop()
    endpoint.close()
    endpoint.closeAllConnections()
    rmSync(folder, { recursive: true })
  })

  test('set resolves once Traefik shows it; remove once it is gone', async () => {
    expect(await proxy.set(shop)).toEqual({ gapMs: 0 })
    expect(await proxy.set(broker)).toEqual({ gapMs: 0 })
    expect(await plane().list()).toEqual([shop, broker])
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

  test('an entry point that Traefik does not have is told before anything is published', async () => {
    expect(await proxy.entryPoint(shop.listen)).toMatchObject({ name: 'in-80' })
    const elsewhere = { ...shop, id: 'shop/live/else', listen: { host: '0.0.0.0', port: 81 } }
    expect(await codeOf(proxy.set(elsewhere))).toBe('NOT_FOUND')
    expect(await proxy.get(elsewhere.id)).toBeNull()
    const untold = createTraefik({ stateFolder: folder, entryPoint: entryPointsOf(['81=web', '443=websecure']) })
    expect(await untold.entryPoint(elsewhere.listen)).toEqual({ name: 'web', address: null })
    expect(await untold.entryPoint({ host: '::', port: 82 })).toEqual({ name: 'port-82', address: null })
  })

  test('a Traefik that does not take it over is TIMED_OUT, one that does not answer TARGET_UNREACHABLE', async () => {
    standIn.polls = false
    expect(await codeOf(plane(300).set(shop))).toBe('TIMED_OUT')
    standIn.polls = true
    expect(await codeOf(plane(300, 'http://127.0.0.1:1').set(shop))).toBe('TARGET_UNREACHABLE')
  })

  test('routes that cannot be read are no empty document', async () => {
    await proxy.set(shop)
    writeFileSync(join(folder, 'routes.json'), '{"routes": [')
    expect(await codeOf(proxy.document())).toBe('INTERNAL')
    expect(await codeOf(proxy.set(broker))).toBe('INTERNAL')
    await expect.poll(() => standIn.polled).toBe(500)
    const seen = await fetch(`${standIn.address}/api/http/services/${serviceName(shop.id)}@http`)
    expect(seen.status).toBe(200)
  })
})
