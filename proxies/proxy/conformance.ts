import { Agent } from 'node:http'
import { Failure } from '@wheelhouse/contract/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Proxy, Route, Upstream } from './proxy.ts'
import { ask, echo, upgradeTo, who } from './testing/ask.ts'
import { type Instance, startInstance } from './testing/instance.ts'
import { freePort } from '../../test/fixtures/free-port.ts'
import { SteadyClients } from './testing/steady-clients.ts'

/** A real proxy, running, with no route. */
export interface ProxySubject {
  readonly proxy: Proxy
  /** A control plane that knows nothing of what the first one did. */
  anotherControlPlane(): Proxy
  /** kill -9 of the proxy's program, and a start as its supervisor does it. */
  restart(): Promise<void>
  /** Whether a change may reset connections of clients; then the clients of the suite ask again. */
  readonly closesConnections: boolean
  /** Whether a request with a body goes to another upstream when the first refused the connection. */
  readonly resendsBodies: boolean
  close(): Promise<void>
}

const never = new AbortController().signal

export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'no failure'
  } catch (error) {
    return error instanceof Failure ? error.code : `not a Failure: ${String(error)}`
  }
}

/** What every proxy that takes requests has to do. */
export function conformance(name: string, open: () => Promise<ProxySubject>): void {
  describe(`${name} is a proxy`, () => {
    let subject: ProxySubject
    let proxy: Proxy
    const instances: Instance[] = []
    const started = async (id: string, weight = 1): Promise<Instance> => {
      const instance = await startInstance(id, weight)
      instances.push(instance)
      return instance
    }
    const route = (id: string, port: number, upstreams: readonly Upstream[], hostnames: string[] = []): Route => {
      return { id: `shop/test/${id}`, protocol: 'http', listen: { host: '127.0.0.1', port }, hostnames, upstreams }
    }

    beforeAll(async () => {
      subject = await open()
      proxy = subject.proxy
    })
    afterAll(async () => {
      await subject.close()
      await Promise.all(instances.map((instance) => instance.kill()))
    })

    test('a route is kept as it was set, replaced, and removed', async () => {
      const [port, one, two] = [await freePort(), await started('one'), await started('two')]
      const wanted = route('kept', port, [one.upstream])
      expect(await proxy.get(wanted.id)).toBeNull()
      expect((await proxy.set(wanted)).gapMs).toBe(0)
      expect(await proxy.get(wanted.id)).toEqual(wanted)
      expect(await proxy.list()).toContainEqual(wanted)
      expect(await who(port)).toBe('one')
      expect((await proxy.set({ ...wanted, upstreams: [two.upstream] })).gapMs).toBe(0)
      expect(await who(port)).toBe('two')
      await proxy.remove(wanted.id)
      await proxy.remove(wanted.id)
      expect(await proxy.get(wanted.id)).toBeNull()
      await expect(who(port)).rejects.toThrow(/ECONNREFUSED/)
    })

    test('50 swaps under steady clients fail no request', async () => {
      const port = await freePort()
      let serving = await started('v0')
      await proxy.set(route('steady', port, [serving.upstream]))
      const { closesConnections } = subject
      const clients = new SteadyClients(port, { again: closesConnections, upgrades: !closesConnections })
      const gaps: number[] = []
      for (let version = 1; version <= 50; version++) {
        const next = await started(`v${version}`)
        gaps.push((await proxy.set(route('steady', port, [next.upstream]))).gapMs)
        expect(await proxy.drain('shop/test/steady', serving.name, 10_000, never)).toBe(0)
        await serving.kill()
        serving = next
      }
      const { asked, failures } = await clients.stop()
      await proxy.remove('shop/test/steady')
      expect(failures).toEqual([])
      expect(gaps).toEqual(gaps.map(() => 0))
      expect(asked).toBeGreaterThan(1_000)
      expect(serving.taken).toBeGreaterThan(0)
    }, 120_000)

    test('weights share 2,000 requests', async () => {
      const port = await freePort()
      const all = [await started('heavy', 70), await started('light', 30), await started('none', 0)]
      await proxy.set(
        route(
          'weights',
          port,
          all.map(({ upstream }) => upstream),
        ),
      )
      const agent = new Agent({ keepAlive: true, maxSockets: 8 })
      const requests = Array.from({ length: 2_000 }, () => ask({ port, agent }))
      expect((await Promise.all(requests)).every(({ status }) => status === 200)).toBe(true)
      agent.destroy()
      const [heavy = 0, light = 0, none = 0] = all.map(({ taken }) => taken)
      expect(heavy + light).toBe(2_000)
      expect(Math.abs(heavy - 1_400)).toBeLessThanOrEqual(20)
      expect(none).toBe(0)
      await proxy.remove('shop/test/weights')
    })

    test('a drain waits for what is under way, and tells what is left when the time is over', async () => {
      const [port, old, next] = [await freePort(), await started('old'), await started('next')]
      await proxy.set(route('drain', port, [old.upstream]))
      const slow = ask({ port, path: '/slow?ms=1500' })
      await until(() => old.taken === 1)
      await proxy.set(route('drain', port, [next.upstream]))
      expect(await who(port)).toBe('next')
      expect(await proxy.drain('shop/test/drain', 'old', 50, never)).toBe(1)
      expect(await proxy.drain('shop/test/drain', 'old', 10_000, never)).toBe(0)
      expect((await slow).body.toString()).toMatch(/old$/)
      expect(await proxy.drain('shop/test/drain', 'never-was', 10, never)).toBe(0)
      await proxy.remove('shop/test/drain')
    })

    test('an upgraded connection carries bytes both ways', async () => {
      const [port, one] = [await freePort(), await started('socket')]
      await proxy.set(route('socket', port, [one.upstream]))
      const { socket, instance } = await upgradeTo(port)
      expect(instance).toBe('socket')
      for (const line of ['first\n', 'second\n', `${'long'.repeat(50_000)}\n`]) await echo(socket, line)
      socket.destroy()
      await proxy.remove('shop/test/socket')
    })

    test('an upstream that refuses is passed over while another answers', async () => {
      const [port, alive, dead] = [await freePort(), await started('alive'), await started('dead')]
      await proxy.set(route('refusing', port, [dead.upstream, alive.upstream]))
      await dead.kill()
      const body = Buffer.from('not lost')
      for (let round = 0; round < 10; round++) {
        expect(await who(port)).toBe('alive')
        if (!subject.resendsBodies) continue
        const answer = await ask({ port, path: '/echo', method: 'POST', body })
        expect([answer.status, answer.body.toString()]).toEqual([200, 'not lost'])
      }
      await alive.kill()
      expect((await ask({ port })).status).toBeGreaterThanOrEqual(502)
      await proxy.remove('shop/test/refusing')
    })

    test('routes on one address are told apart by host name', async () => {
      const port = await freePort()
      const [shop, any, rest] = [await started('shop'), await started('any'), await started('rest')]
      await proxy.set(route('rest', port, [rest.upstream]))
      await proxy.set(route('any', port, [any.upstream], ['*.example.com']))
      await proxy.set(route('shop', port, [shop.upstream], ['shop.example.com', 'example.com']))
      const at = (host: string): Promise<string> => who(port, { host })
      expect(await at('shop.example.com')).toBe('shop')
      expect(await at(`SHOP.example.com:${port}`)).toBe('shop')
      expect(await at('example.com')).toBe('shop')
      expect(await at('other.example.com')).toBe('any')
      expect(await at('elsewhere.test')).toBe('rest')
      await proxy.remove('shop/test/rest')
      expect((await ask({ port, headers: { host: 'elsewhere.test' } })).body.toString()).not.toContain('shop')
      expect(await at('shop.example.com')).toBe('shop')
      expect(await codeOf(proxy.set(route('thief', port, [rest.upstream], ['example.com'])))).toBe('CONFLICT')
      expect(await proxy.get('shop/test/thief')).toBeNull()
      for (const id of ['any', 'shop']) await proxy.remove(`shop/test/${id}`)
    })

    test('a route can move to another port', async () => {
      const [from, to, one] = [await freePort(), await freePort(), await started('moved')]
      await proxy.set(route('move', from, [one.upstream]))
      await proxy.set(route('move', to, [one.upstream]))
      expect(await who(to)).toBe('moved')
      await expect(who(from)).rejects.toThrow(/ECONNREFUSED/)
      expect((await proxy.list()).filter(({ id }) => id === 'shop/test/move')).toHaveLength(1)
      await proxy.remove('shop/test/move')
    })

    test('what clients say about where they come from is not believed', async () => {
      const [port, one] = [await freePort(), await started('headers')]
      await proxy.set(route('headers', port, [one.upstream]))
      const sent = { 'x-forwarded-for': '1.2.3.4', host: 'shop.example.com', 'x-own': 'kept' }
      const raw = JSON.parse((await ask({ port, path: '/headers', headers: sent })).body.toString()) as string[]
      const values = (name: string): string[] => raw.filter((_, at) => at % 2 && raw[at - 1]?.toLowerCase() === name)
      expect(values('x-forwarded-for')).toEqual(['127.0.0.1'])
      expect(values('x-forwarded-proto')).toEqual(['http'])
      expect(values('x-forwarded-host')).toEqual(['shop.example.com'])
      expect(values('host')).toEqual(['shop.example.com'])
      expect(values('x-own')).toEqual(['kept'])
      await proxy.remove('shop/test/headers')
    })

    test('routes outlive the control plane and the proxy', async () => {
      const [port, one, two] = [await freePort(), await started('before'), await started('after')]
      await proxy.set(route('lasting', port, [one.upstream]))
      const other = subject.anotherControlPlane()
      expect(await other.get('shop/test/lasting')).toEqual(route('lasting', port, [one.upstream]))
      await subject.restart()
      expect(await who(port)).toBe('before')
      await other.set(route('lasting', port, [two.upstream]))
      expect(await who(port)).toBe('after')
      expect(await proxy.get('shop/test/lasting')).toEqual(route('lasting', port, [two.upstream]))
      await other.remove('shop/test/lasting')
    })

    test('a port that another process has is a CONFLICT that says whose it is', async () => {
      const [holder, one] = [await started('holder'), await started('late')]
      const { port } = holder.upstream
      const refused = proxy.set(route('taken', port, [one.upstream]))
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(refused).rejects.toThrow(new RegExp(`${process.pid}`))
      expect(await proxy.get('shop/test/taken')).toBeNull()
      expect(await who(port)).toBe('holder')
    })

    test('a route that makes no sense changes nothing', async () => {
      const port = await freePort()
      const good = route('wrong', port, [{ id: 'a', host: '127.0.0.1', port: 1, weight: 1 }])
      const wrong: unknown[] = [
        { ...good, upstreams: [{ id: 'a', host: 'a b', port: 1, weight: 1 }] },
        { ...good, upstreams: [...good.upstreams, ...good.upstreams] },
        { ...good, upstreams: [{ id: 'a', host: '127.0.0.1', port: 70_000, weight: 1 }] },
        { ...good, upstreams: [{ id: 'a', host: '127.0.0.1', port: 1, weight: -1 }] },
        { ...good, hostnames: ['a`b'] },
        { ...good, hostnames: ['*'] },
        { ...good, listen: { host: '127.0.0.1', port: 0 } },
        { ...good, protocol: 'udp' },
        { ...good, id: '' },
      ]
      for (const one of wrong) expect(await codeOf(proxy.set(one as Route))).toBe('VALIDATION_FAILED')
      expect(await proxy.get(good.id)).toBeNull()
    })
  })
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to be within 60 s')
    await new Promise((done) => setTimeout(done, 10))
  }
}
