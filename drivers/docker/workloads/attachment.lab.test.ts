import type { Connection } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench } from '../../../test/docker/engine-bench.ts'
import { suite } from '../../../test/needs.ts'

suite('docker networks of a running container', ['docker'], () => {
  const bench = new EngineBench()
  const connection = bench.connection as Required<Connection>
  const networks = [bench.name('net'), bench.name('net')] as const
  const web = 'trap "exit 0" TERM; httpd -p 8080 -h /www; while :; do sleep 1 & wait $!; done'
  beforeAll(async () => {
    const rest = { driver: null, internal: false, attachable: true, ipv6: false, options: {}, labels: {} }
    for (const name of networks) {
      await connection.ensureResource({ kind: 'network', name, stack: 'test', subnets: [], ...rest })
    }
  })
  afterAll(async () => {
    await bench.close()
    const broom = new EngineBench()
    for (const name of networks) await broom.connection.removeResource('network', name)
    await broom.close()
  })

  interface Settings {
    readonly Networks: Record<string, { readonly Aliases: string[] | null; readonly IPAddress: string }>
  }
  const networksOf = async (id: string) => ((await connection.inspect(id)).native.NetworkSettings as Settings).Networks

  test('is joined under its names once, however often it is asked', async () => {
    const [first, second] = networks
    const own = [{ name: first, aliases: ['one'], ipv4: null }]
    const id = await bench.create(container(bench.name('joins'), idle, { networkMode: null, networks: own }))
    const wanted = { name: second, aliases: ['web', 'shop'], ipv4: null }
    await connection.attach(id, wanted)
    const before = await networksOf(id)
    await connection.attach(id, wanted)
    await connection.attach(id, { ...wanted, aliases: ['shop'] })
    expect(await networksOf(id)).toEqual(before)
    expect(before[second]?.Aliases).toEqual(expect.arrayContaining(['web', 'shop']))
    expect(Object.keys(before).sort()).toEqual([...networks].sort())

    await connection.detach(id, second)
    await connection.detach(id, second)
    await connection.detach(id, 'no-such-network-here')
    expect(Object.keys(await networksOf(id))).toEqual([first])
  })

  test('a further name is added to those it has, and others find it under all', async () => {
    const [first] = networks
    const own = [{ name: first, aliases: ['green'], ipv4: null }]
    const id = await bench.create(container(bench.name('green'), web, { networkMode: null, networks: own }))
    const asker = await bench.create(container(bench.name('asks'), idle, { networkMode: null, networks: own }))
    await connection.attach(id, { name: first, aliases: ['live'], ipv4: null })
    expect((await networksOf(id))[first]?.Aliases).toEqual(expect.arrayContaining(['green', 'live']))
    await connection.detach(asker, first)
    await connection.attach(asker, { name: first, aliases: [], ipv4: null })
    for (const name of ['green', 'live']) {
      const script = `for n in 1 2 3 4 5 6 7 8 9; do wget -qO- http://${name}:8080/ && exit 0; sleep 1; done; exit 1`
      const session = await connection.exec(asker, { argv: ['sh', '-c', script], tty: false })
      const chunks: string[] = []
      for await (const { stream, data } of session.output)
        if (stream === 'stdout') chunks.push(Buffer.from(data).toString())
      expect(chunks.join('')).toBe('hello\n')
      expect(await session.exitCode()).toBe(0)
    }
  })

  test('what is not there is told', async () => {
    const network = { name: networks[0], aliases: [], ipv4: null }
    await expect(connection.attach('no-such-container', network)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(connection.detach('no-such-container', networks[0])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const id = await bench.create(container(bench.name('lonely'), idle))
    await expect(connection.attach(id, { ...network, name: 'no-such-network-here' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('a published port is reached, one that is not is null', async () => {
    const ports = [{ host: '127.0.0.1', hostPort: null, port: 8080, protocol: 'tcp' }] as const
    const id = await bench.create(container(bench.name('reached'), web, { networkMode: 'bridge', ports }))
    const place = await connection.reach(id, 8080)
    expect(place?.host).toBe('127.0.0.1')
    const ask = async (tries: number): Promise<string> => {
      try {
        return await (await fetch(`http://${place?.host}:${place?.port}/`)).text()
      } catch (error) {
        if (tries === 0) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
        return ask(tries - 1)
      }
    }
    expect(await ask(50)).toBe('hello\n')
    expect(await connection.reach(id, 9090)).toBeNull()
    await connection.stop(id, { timeoutMs: 1000 })
    expect(await connection.reach(id, 8080)).toBeNull()
    await expect(connection.reach('no-such-container', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
