import type { ObservedEndpoint } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench } from '../../../test/docker/engine-bench.ts'
import { suite } from '../../../test/needs.ts'

suite('docker networks', ['docker'], () => {
  let bench: EngineBench
  const made: string[] = []
  beforeAll(() => {
    bench = new EngineBench()
  })
  afterAll(async () => {
    await bench.close()
    const other = new EngineBench()
    await Promise.all(made.map((name) => other.connection.networks!.remove(name).catch(() => undefined)))
    await other.close()
  })

  async function network(): Promise<{ name: string; id: string; subnet: string }> {
    const name = bench.name('net')
    const subnet = `10.231.${made.length + 40 + (Math.floor(Math.random() * 200) % 200)}.0/24`
    const id = await bench.connection.networks!.create({
      name,
      driver: 'bridge',
      internal: true,
      attachable: false,
      ipv6: false,
      subnets: [{ subnet, gateway: null, range: null }],
      options: {},
      labels: { made: 'here' },
    })
    made.push(name)
    return { name, id, subnet }
  }

  test('are made and listed, and a name is taken once', async () => {
    const { name, id, subnet } = await network()
    const listed = (await bench.connection.networks!.list()).find((one) => one.networkId === id)
    expect(listed).toMatchObject({
      name,
      driver: 'bridge',
      scope: 'local',
      internal: true,
      ipv6: false,
      subnets: [{ subnet }],
      labels: { made: 'here' },
    })
    const again = { name, driver: 'bridge', internal: false, attachable: false, ipv6: false, subnets: [], options: {} }
    await expect(bench.connection.networks!.create({ ...again, labels: {} })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await bench.connection.networks!.remove(name)
    await expect(bench.connection.networks!.remove(name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('containers join with address and aliases, are told by the mirror, and leave', async () => {
    const recorder = await bench.watch()
    const { name, id, subnet } = await network()
    const { name: first } = await network()
    const user = bench.name('user')
    const nativeId = await bench.create(
      container(user, idle, { networkMode: null, networks: [{ name: first, aliases: [], ipv4: null }] }),
    )
    const ipv4 = subnet.replace('0/24', '77')
    const seen = (): ObservedEndpoint | undefined =>
      recorder.endpointsSeen.find((one) => one.nativeId === nativeId && one.networkId === id)
    await bench.connection.networks!.connect(name, nativeId, { aliases: ['db', 'store'], ipv4 })
    const endpoint = await recorder.until('the end in the mirror', seen)
    expect(endpoint).toMatchObject({ ipv4, aliases: expect.arrayContaining(['db', 'store']) })
    expect(endpoint.mac).toMatch(/^[0-9a-f:]{17}$/)
    expect(await bench.connection.networks!.endpoints()).toContainEqual(endpoint)
    await expect(bench.connection.networks!.connect(name, nativeId, { aliases: [], ipv4: null })).rejects.toMatchObject(
      { code: 'CONFLICT' },
    )
    await expect(bench.connection.networks!.remove(name)).rejects.toThrow(`${user} is attached`)
    await bench.connection.networks!.disconnect(name, nativeId, { force: false })
    await recorder.until('it has left', () => seen() === undefined)
    await expect(bench.connection.networks!.disconnect(name, nativeId, { force: false })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await bench.connection.networks!.connect(id, nativeId, { aliases: [], ipv4: null })
    await recorder.until('it is back', seen)
    await bench.connection.stop(nativeId, { timeoutMs: 1000 })
    await recorder.until('who stopped is no end', () => seen() === undefined)
    await bench.connection.networks!.disconnect(name, nativeId, { force: true })
    await bench.connection.networks!.remove(name)
    await recorder.until('it is gone', () => !recorder.networksSeen.some((one) => one.networkId === id))
  })
})
