import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { ContainerHouse, dockerfile, told } from './testing/container-stack.ts'

const manifest = (name: string, port: number, test = ''): string => `
name: ${name}
apps:
  web: { path: web, builder: image }${test}
compose:
  file: compose.yaml
  services: { web: { app: web, port: 8080, expose: ${port} } }
pipeline: { strategy: rolling, gate_timeout: 60s, watch: { for: 0s } }
retention: { releases: 2 }
`

suite('images of releases', ['docker'], () => {
  let at: ContainerHouse
  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
  })
  afterAll(() => at?.close())

  const page = async (port: number) => (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim()
  const isThere = (image: string) =>
    at.connection.prepare!(
      { kind: 'container', image, pull: 'never' } as never,
      () => undefined,
      AbortSignal.timeout(60_000),
    ).then(
      () => true,
      () => false,
    )

  test('one for each content, kept with its release, returned to without a build', { timeout: 180_000 }, async () => {
    const [name, port] = [at.name(), await freePort()]
    const directory = at.folder({
      'wheelhouse.yaml': manifest(name, port),
      'compose.yaml': 'services: { web: { build: web } }\n',
      'web/Dockerfile': dockerfile('one'),
    })
    const images: string[] = []
    const bring = async (version: string) => {
      at.write(directory, { 'web/Dockerfile': dockerfile(version) })
      const done = await at.deploy({ directory })
      expect(done.state, told(done)).toBe('succeeded')
      const release = await at.house.admin.releases.get({ id: done.release!.id })
      expect(release.artefacts[0]).toMatchObject({ app: 'web', kind: 'image' })
      const image = release.services[0]!.image!
      expect(image).toBe(`wheelhouse/${name}/web:${release.artefacts[0]!.digest.slice(7, 23)}`)
      images.push(image)
      return at.service(name, 'web-1')
    }
    const one = await bring('one')
    // Nothing changed: the same image, and the same container goes on.
    expect(await bring('one')).toMatchObject({ id: one.id, startedAt: one.startedAt })
    expect(images[1]).toBe(images[0])
    await bring('two')
    expect(images[2]).not.toBe(images[0])

    at.write(directory, { 'web/Dockerfile': 'FROM lab/is-not-there:1' })
    const back = await at.rollback(name)
    expect(back.state, told(back)).toBe('succeeded')
    expect(back.stages.find((stage) => stage.name === 'build')?.state).toBe('skipped')
    expect(await page(port)).toBe('one')

    await bring('three')
    await bring('four')
    // Two good releases are kept: three and four.
    expect(await Promise.all(images.map(isThere))).toEqual([false, false, false, true, true])
    expect(await Promise.all(['lab/web:1', 'lab/busybox:1'].map(isThere))).toEqual([true, true])
  })

  test('a run that came to no release leaves none', { timeout: 120_000 }, async () => {
    const [name, port] = [at.name(), await freePort()]
    const directory = at.folder({
      'wheelhouse.yaml': manifest(name, port).replace(
        'pipeline: {',
        'pipeline: { commands: [{ name: refuse, after: build, run: ["false"] }],',
      ),
      'compose.yaml': 'services: { web: { build: web } }\n',
      'web/Dockerfile': dockerfile('unwanted'),
    })
    const done = await at.deploy({ directory })
    expect([done.state, done.outcome?.stage], told(done)).toEqual(['rolled-back', 'refuse'])
    const { stages } = done
    expect(stages.find((stage) => stage.name === 'build')?.undo?.message).toBe('The image of web was removed.')
    expect(at.names(name)).toEqual([])
  })
})
