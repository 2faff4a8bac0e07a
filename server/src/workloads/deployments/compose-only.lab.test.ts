import { afterAll, beforeAll, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { ContainerHouse, healthcheck, serving, told } from './testing/container-stack.ts'

const command = (version: string): string =>
  `[sh, -c, ${JSON.stringify(serving(`echo ${version} > /www/index.html; touch /www/healthy`).replaceAll('$', '$$$$'))}]`

const compose = (name: string, version: string): string => `
name: ${name}
services:
  web:
    image: lab/web:1
    command: ${command(version)}
    depends_on: { store: { condition: service_healthy }, setup: { condition: service_completed_successfully } }${healthcheck}
  setup: { image: lab/busybox:1, command: [sh, -c, 'sleep 1'], restart: 'no' }
  store:
    image: lab/web:1
    command: ${command('store')}
    labels: { version: ${version} }
    volumes: [data:/data]${healthcheck.replace('start_period: 1s', 'start_period: 2s')}
volumes: { data: {} }
`

suite('a Compose file without a manifest', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  test.concurrent(
    'is deployed from its text alone, replaced and brought back',
    { timeout: 120_000 },
    async ({ expect }) => {
      const name = at.name()
      const target = at.house.house.domains.targets.registry.targets().find((one) => one.kind === 'docker')!.name
      const asked = (version: string) => ({
        source: compose(name, version),
        target,
        strategy: 'blue-green' as const,
        skip: ['watch'],
      })
      const first = await at.deploy(asked('one'))
      expect(first.state, told(first)).toBe('succeeded')
      expect(at.names(name)).toEqual(['setup-1', 'store-1', 'web-1'])
      // The new one waited for those it depends on.
      const [store, setup, web] = ['store-1', 'setup-1', 'web-1'].map((one) => at.service(name, one))
      expect(setup).toMatchObject({ state: 'stopped', exitCode: 0 })
      expect(Date.parse(web!.startedAt!)).toBeGreaterThan(Date.parse(store!.startedAt!) + 500)
      expect(Date.parse(web!.startedAt!)).toBeGreaterThan(Date.parse(setup!.startedAt!) + 900)

      const plan = await at.house.admin.deployments.start.plan(asked('two'))
      expect(plan.warnings.join()).toContain(
        `${name}-store-1 stops before the new one starts: it writes to the volume ${name}_data`,
      )
      const second = await at.deploy(asked('two'))
      expect(second.state, told(second)).toBe('succeeded')
      expect(at.service(name, 'web-1').id).not.toBe(web!.id)
      expect(at.service(name, 'store-1').id).not.toBe(store!.id)
      expect(at.names(name).filter((one) => one.startsWith('store'))).toEqual(['store-1'])

      const back = await at.rollback(name)
      expect([back.state, back.strategy], told(back)).toEqual(['succeeded', 'blue-green'])
      expect(at.service(name, 'store-1').labels.version).toBe('one')
    },
  )

  test.concurrent('is found in a folder; the check of an image counts', { timeout: 120_000 }, async ({ expect }) => {
    const name = at.name()
    const image = `wheelhouse/lab/${name}:1`
    const dockerfile =
      'FROM lab/web:1\nHEALTHCHECK --interval=1s --retries=2 --start-period=20s CMD test -f /www/late\nCMD ["sh","-c","trap \'exit 0\' TERM; sleep 3; touch /www/late; httpd -f -h /www & wait $!"]\n'
    const directory = at.folder({
      'compose.yaml': `name: ${name}\nservices:\n  web: { image: '${image}' }\n`,
      Dockerfile: dockerfile,
    })
    await at.build(directory, image)
    const begun = Date.now()
    const first = await at.deploy({ directory, skip: ['watch'] })
    expect(first.state, told(first)).toBe('succeeded')
    expect(at.service(name, 'web-1').health).toBe('healthy')
    expect(Date.now() - begun).toBeGreaterThan(3000)
  })
})
