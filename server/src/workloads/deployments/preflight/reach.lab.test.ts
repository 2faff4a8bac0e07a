import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite } from '../../../../../test/needs.ts'
import { freePort } from '../../../../../test/fixtures/free-port.ts'
import { Asking, ContainerHouse, healthcheck, serving, told } from '../testing/container-stack.ts'

const addressOf = (node: string): string => process.env[`WHEELHOUSE_TEST_${node.toUpperCase()}_ADDRESS`]!

const manifest = (name: string, port: number, bind: Record<string, string>): string => `
name: ${name}
target: [n1, n3]
compose:
  file: compose.yaml
  services: { web: { port: 8080, expose: ${port} } }
  bind: ${JSON.stringify(bind)}
pipeline: { strategy: rolling, drain: 1s, gate_timeout: 60s, watch: { for: 0s } }
`
/** Its page says the version and which container answers. */
const compose = (version: string): string =>
  `services:\n  web:\n    image: 'lab/web:1'\n    command: ${JSON.stringify([
    'sh',
    '-c',
    serving(`echo ${version} $(hostname) > /www/index.html; touch /www/healthy`).replaceAll('$', () => '$$'),
  ])}${healthcheck}\n`

suite('exposed services on engines of other machines', ['n1', 'n3'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(null)
    await at.register('n1')
    await at.register('n3')
  })
  afterAll(() => at?.close())

  async function stack(bind: Record<string, string>) {
    const [name, port] = [at.name(), await freePort()]
    const files = { 'wheelhouse.yaml': manifest(name, port, bind), 'compose.yaml': compose('one') }
    return { name, port, directory: at.folder(files) }
  }
  const ways = async (directory: string) => {
    const { checks } = await at.house.admin.deployments.check({ directory })
    return checks
      .filter(({ id }) => id.startsWith('way:'))
      .map(({ id, ok, message, fix }) => ({ id, ok, message, fix }))
  }
  const hosts = (stackName: string) =>
    at
      .services(stackName)
      .flatMap(({ targetName, ports }) => ports.map((port) => `${targetName} ${port.host}`))
      .toSorted()

  test('one port leads to the instances on all of them, and no request fails when they are replaced', async () => {
    const both = { n1: addressOf('n1'), n3: addressOf('n3') }
    const { name, port, directory } = await stack(both)
    const first = await at.deploy({ directory })
    expect(first.state, told(first)).toBe('succeeded')
    expect(hosts(name)).toEqual([`n1 ${both.n1}`, `n3 ${both.n3}`])
    const asking = new Asking(port)
    await expect.poll(() => asking.seen.size, { timeout: 60_000 }).toBe(2)
    at.write(directory, { 'compose.yaml': compose('two') })
    const second = await at.deploy({ directory })
    expect(second.state, told(second)).toBe('succeeded')
    await expect.poll(() => [...asking.seen].filter((page) => page.startsWith('two')).length).toBe(2)
    const { asked, failures, seen } = await asking.stop()
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(100)
    expect(seen.size).toBe(4)
  }, 120_000)

  test('an engine of another machine without an address to bind is refused before anything is done', async () => {
    const { name, directory } = await stack({ n1: addressOf('n1') })
    const [n1, n3] = await ways(directory)
    expect(n1).toMatchObject({ id: 'way:n1', ok: true })
    expect(n3).toMatchObject({ id: 'way:n3', ok: false })
    expect(n3?.message).toContain('web would listen on its own loopback, where no proxy of this machine reaches')
    expect(n3?.fix).toContain(`compose: { bind: { n3: ${addressOf('n3')} } }`)
    const done = await at.deploy({ directory })
    expect([done.state, done.outcome?.stage], told(done)).toEqual(['failed', 'preflight'])
    expect(done.outcome?.error?.message).toContain('n3 is another machine')
    expect(at.names(name)).toEqual([])
  })

  test('so is its loopback, and an address that no way leads to', async () => {
    const { directory } = await stack({ n1: '127.0.0.1', n3: '255.255.255.255' })
    const [n1, n3] = await ways(directory)
    expect(n1).toMatchObject({ ok: false, message: expect.stringContaining('its own loopback') as string })
    expect(n3).toMatchObject({ ok: false, message: expect.stringContaining('no way leads to') as string })
  })

  test('an address that the engine does not have ends the run with its words; nothing of it stays', async () => {
    const { name, directory } = await stack({ n1: '0.0.0.0', n3: addressOf('n1') })
    const done = await at.deploy({ directory })
    expect([done.state, done.outcome?.stage], told(done)).toEqual(['rolled-back', 'start'])
    expect(done.outcome?.error?.message).toMatch(/cannot assign requested address/i)
    expect(at.names(name)).toEqual([])
  }, 120_000)
})
