import { afterAll, beforeAll, test, vi } from 'vitest'
import { suite, where } from '../../../../../test/needs.ts'
import { ContainerHouse, healthcheck, serving, told } from '../testing/container-stack.ts'

const page = (version: string): string =>
  JSON.stringify(serving(`echo ${version} > /www/index.html; touch /www/healthy`).replaceAll('$', '$$$$'))
// What it read of the store as it started is what it says for the rest of its life.
const reading = 'wget -q -O /www/index.html http://store:8080/ && touch /www/healthy'
const compose = (name: string, version: string): string => `
name: ${name}
services:
  store:
    image: lab/web:1
    command: [sh, -c, ${page(version)}]${healthcheck}
  reader:
    image: lab/web:1
    command: [sh, -c, ${JSON.stringify(serving(reading).replaceAll('$', '$$$$'))}]
    depends_on: { store: { condition: service_healthy, restart: true } }${healthcheck}
  idle:
    image: lab/web:1
    command: [sh, -c, ${page('idle')}]
    depends_on: { store: { condition: service_healthy } }${healthcheck}
`

suite('a deployment whose dependency is made anew', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  for (const strategy of ['recreate', 'blue-green'] as const)
    test.concurrent(
      `${strategy}: restarts who asks for it, on the new one`,
      { timeout: 240_000 },
      async ({ expect }) => {
        const name = at.name()
        const target = at.house.house.domains.targets.registry.targets().find((one) => one.kind === 'docker')!.name
        const bring = (version: string) =>
          at.deploy({ source: compose(name, version), target, strategy, skip: ['watch'] })
        const says = async (): Promise<string> => {
          const { id } = at.service(name, 'reader-1')
          const argv = ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/']
          return (await at.house.admin.services.exec({ id, argv })).stdout.trim()
        }
        const first = await bring('one')
        expect(first.state, told(first)).toBe('succeeded')
        await vi.waitFor(async () => expect(await says()).toBe('one'), { timeout: 60_000, interval: 200 })
        const [reader, idle] = ['reader-1', 'idle-1'].map((one) => at.service(name, one))

        const second = await bring('two')
        expect(second.state, told(second)).toBe('succeeded')
        await vi.waitFor(async () => expect(await says()).toBe('two'), { timeout: 60_000, interval: 200 })
        expect(at.service(name, 'reader-1').id).toBe(reader!.id)
        expect(at.service(name, 'reader-1').startedAt).not.toBe(reader!.startedAt)
        expect(at.service(name, 'idle-1')).toMatchObject({ id: idle!.id, startedAt: idle!.startedAt })
      },
    )
})
