import type { Connection } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite } from '../../../../../test/needs.ts'
import { ContainerHouse, dockerfile, told } from '../testing/container-stack.ts'

const manifest = (name: string, more = ''): string => `
name: ${name}
target: [n1, n3]
apps:
  web: { path: web, builder: image }
compose: { file: compose.yaml, services: { web: { app: web } } }
${more}
pipeline: { strategy: rolling, watch: { for: 0s } }
retention: { releases: 2 }
`
const files = (name: string, version: string): Record<string, string> => ({
  'wheelhouse.yaml': manifest(name),
  'compose.yaml': 'services: { web: { build: web, pull_policy: always } }\n',
  'web/Dockerfile': dockerfile(version),
})

suite('an image that was built on one of several engines', ['n1', 'n3'], () => {
  let at: ContainerHouse
  let n1: Connection
  let n3: Connection
  beforeAll(async () => {
    at = await ContainerHouse.open(null)
    n1 = await at.register('n1')
    n3 = await at.register('n3')
  })
  afterAll(() => at?.close())

  const idsOf = (image: string) =>
    Promise.all([n1, n3].map(async (engine) => (await engine.findImage!(image))?.content ?? null))
  const running = (stack: string) =>
    at
      .services(stack)
      .filter((service) => service.state === 'running')
      .map((service) => `${service.targetName} ${service.name.slice(stack.length + 1)} ${service.image}`)
      .toSorted()

  async function deploy(directory: string, more: { environment?: string; skipBuild?: boolean } = {}) {
    const done = await at.deploy({ directory, ...more })
    expect(done.state, told(done)).toBe('succeeded')
    const release = await at.house.admin.releases.get({ id: done.release!.id })
    return { done, image: release.services[0]!.image! }
  }

  test(
    'it runs on all of them, comes back when it is lost, and goes with its release',
    { timeout: 240_000 },
    async () => {
      const name = at.name()
      const directory = at.folder(files(name, 'one'))
      const one = await deploy(directory)
      expect(running(name)).toEqual([`n1 web-1 ${one.image}`, `n3 web-1 ${one.image}`])
      const [here, there] = await idsOf(one.image)
      expect(here).not.toBeNull()
      expect(there).toBe(here)
      const said = await at.house.admin.deployments.log({ id: one.done.id })
      expect(said.items.map(({ text }) => text).join('\n')).toMatch(/goes from n1 to n3/)

      // Taken over as it is: the same name, so that nothing is replaced.
      const same = await deploy(directory, { skipBuild: true })
      expect(same.image).toBe(one.image)

      at.write(directory, files(name, 'two'))
      const two = await deploy(directory)
      await n3.removeImage!(one.image)
      // Somebody gave its name to another.
      await n3.tagImage!('lab/busybox:1', one.image)
      const back = await at.rollback(name)
      expect(back.state, told(back)).toBe('succeeded')
      expect(running(name)).toEqual([`n1 web-1 ${one.image}`, `n3 web-1 ${one.image}`])
      expect((await idsOf(one.image))[1]).toBe(here)

      const later: string[] = []
      for (const version of ['three', 'four']) {
        at.write(directory, files(name, version))
        later.push((await deploy(directory)).image)
      }
      for (const gone of [one.image, two.image]) expect(await idsOf(gone)).toEqual([null, null])
      for (const kept of later) expect(await idsOf(kept)).not.toContain(null)
      expect(await n3.findImage!('lab/busybox:1')).not.toBeNull()
    },
  )

  test('a promotion takes it to the engines of the next environment', { timeout: 120_000 }, async () => {
    const name = at.name()
    const environments = 'environments: { staging: { target: n1 }, production: {} }'
    const directory = at.folder({ ...files(name, 'one'), 'wheelhouse.yaml': manifest(name, environments) })
    const staged = await deploy(directory, { environment: 'staging' })
    expect((await idsOf(staged.image))[1]).toBeNull()
    const started = await at.house.admin.deployments.promote({ stack: name, from: 'staging', to: 'production' })
    const done = await at.ended(started.id)
    expect(done.state, told(done)).toBe('succeeded')
    expect((await idsOf(staged.image))[1]).not.toBeNull()
  })

  test('where no engine can give it the run says so, and what served goes on', { timeout: 120_000 }, async () => {
    const name = at.name()
    const directory = at.folder(files(name, 'one'))
    const { image } = await deploy(directory)
    at.write(directory, files(name, 'two'))
    const two = await deploy(directory)
    for (const engine of [n1, n3]) await engine.removeImage!(image)
    const back = await at.rollback(name)
    expect(back.outcome?.error?.message, told(back)).toContain(
      `has no ${image}, and no engine that is heard can give it`,
    )
    expect(running(name)).toEqual([`n1 web-1 ${two.image}`, `n3 web-1 ${two.image}`])
  })
})
