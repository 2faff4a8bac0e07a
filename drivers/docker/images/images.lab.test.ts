import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Failure } from '@wheelhouse/contract'
import type { Images, LayerProgress, RegistrySignIn } from '@wheelhouse/driver'
import { afterAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench, never, openEngine } from '../../../test/docker/engine-bench.ts'
import { buildSmallImage } from '../../../test/docker/small-image.ts'
import { type Need, suite, where } from '../../../test/needs.ts'

const quiet = (): void => undefined
const layerBytes = 3_000_000
const caught = (error: unknown): Failure => error as Failure

for (const engine of ['docker', 'n3'] as const satisfies readonly Need[]) {
  suite(`images of the engine ${engine}`, [engine, 'registryLogin'], () => {
    const bench = new EngineBench(where(engine))
    const connection = openEngine(where(engine))
    const images = connection.images as Images
    const { host, username, password } = new URL(where('registryLogin'))
    const signIn: RegistrySignIn = { address: host, username, password }
    const made: string[] = []
    const name = (word: string, before = ''): string => {
      const tag = `${before}${bench.name(word)}:1`
      made.push(tag)
      return tag
    }
    afterAll(async () => {
      await bench.close()
      for (const tag of made) await images.remove(tag, { force: true }).catch(quiet)
      await connection.close()
    })
    const held = async (tag: string) => (await images.list()).find(({ tags }) => tags.includes(tag))

    test('lists images with their size and labels, and shows settings and layers', async () => {
      const tag = name('listed')
      const id = await buildSmallImage(connection, tag, layerBytes)
      const image = await held(tag)
      expect(image).toMatchObject({ imageId: id, tags: [tag], digests: [], labels: { 'made.by': 'test' } })
      expect(image?.sizeBytes).toBeGreaterThan(layerBytes)
      const detail = await images.detail(id)
      expect(detail).toMatchObject({ platform: 'linux/amd64', ports: ['8080/tcp'], environment: { COLOUR: 'blue' } })
      expect(detail.layers[0]).toMatchObject({ id, sizeBytes: 0, tags: [tag] })
      expect(detail.layers[0]?.command).toContain('EXPOSE')
      expect(detail.layers.some(({ sizeBytes }) => sizeBytes >= layerBytes)).toBe(true)
    })

    test('pushes and pulls with a sign-in, layer by layer', async () => {
      const tag = name('pushed', `${host}/test/`)
      const id = await buildSmallImage(connection, tag, layerBytes)
      const pushed: LayerProgress[] = []
      const digest = await images.push(tag, signIn, (progress) => pushed.push(progress), never)
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(pushed.some(({ status, total }) => status === 'Pushing' && total !== null && total >= layerBytes)).toBe(
        true,
      )
      expect(await images.remoteDigest(tag, signIn, never)).toBe(digest)
      expect((await held(tag))?.digests).toEqual([`${tag.slice(0, -2)}@${digest}`])

      const gone = await images.remove(tag, { force: false })
      expect(gone.untagged).toContain(tag)
      expect(gone.removed).toContain(id)
      const pulled: LayerProgress[] = []
      expect(await images.pull(tag, signIn, (progress) => pulled.push(progress), never)).toBe(id)
      const layers = new Set(pulled.map(({ layer }) => layer))
      const ended = new Map(pulled.map(({ layer, status }) => [layer, status]))
      expect([...ended.values()].every((status) => status === 'Pull complete' || status === 'Already exists')).toBe(
        true,
      )
      expect(layers.size).toBeGreaterThan(1)
      expect(pulled.some(({ status, total }) => status === 'Downloading' && total !== null)).toBe(true)
      expect(await images.pull(`${tag.slice(0, -2)}@${digest}`, signIn, quiet, never)).toBe(id)
    })

    test('a registry that wants a sign-in refuses without, and no error holds a password', async () => {
      const tag = name('refused', `${host}/test/`)
      await buildSmallImage(connection, tag)
      const wrong = { ...signIn, password: 'a-wrong-password' }
      for (const given of [null, wrong]) {
        const errors = await Promise.all([
          images.push(tag, given, quiet, never).then(() => null, caught),
          images.pull(`${host}/test/none:1`, given, quiet, never).then(() => null, caught),
        ])
        for (const error of errors) {
          expect(error).toMatchObject({ code: 'TARGET_REFUSED' })
          expect(`${error?.stack} ${JSON.stringify(error)}`).not.toContain(wrong.password)
        }
      }
      const missing = await images.pull(`${host}/test/none:1`, signIn, quiet, never).catch(caught)
      expect(missing).toMatchObject({ code: 'TARGET_REFUSED' })
      expect((missing as Failure).message).toContain('was not pulled')
      expect(await images.remoteDigest(`${host}/test/none:1`, signIn, never)).toBeNull()
      await expect(images.remoteDigest(`${host}/test/none:1`, null, never)).rejects.toThrow()
    })

    test('an image that runs stays, one name of two goes', async () => {
      const [tag, other] = [name('used'), name('other')]
      const id = await buildSmallImage(connection, tag)
      await images.tag(id, other)
      const service = await bench.create(container(bench.name('user'), idle, { image: id }))
      const recorder = await bench.watch()
      await recorder.until('its image', () => recorder.services.get(service)?.imageId === id)
      expect(await images.remove(other, { force: false })).toEqual({ untagged: [other], removed: [] })
      await expect(images.remove(tag, { force: false })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      await expect(images.remove(id, { force: true })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      await expect(images.remove('wh-test/none:1', { force: false })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(images.tag('wh-test/none:1', other)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('saves and loads', async () => {
      const tags = [name('saved'), name('saved')]
      const ids = await Promise.all(tags.map((tag) => buildSmallImage(connection, tag)))
      const tar = await buffer(await images.save(tags, never))
      for (const tag of tags) await images.remove(tag, { force: true })
      expect(await held(tags[0] ?? '')).toBeUndefined()
      expect((await images.load(Readable.from([tar]), never)).toSorted()).toEqual(tags.toSorted())
      expect(await Promise.all(tags.map(async (tag) => (await held(tag))?.imageId))).toEqual(ids)
      await expect(images.save(['wh-test/none:1'], never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('a file that is no tar of images, a cut one and one that breaks are refused with a reason', async () => {
      const tag = name('cut')
      await buildSmallImage(connection, tag, layerBytes)
      const tar = await buffer(await images.save([tag], never))
      for (const bytes of [Buffer.from('no tar at all'), Buffer.alloc(1024), tar.subarray(0, tar.length / 2)]) {
        const error = await images.load(Readable.from([bytes]), never).catch(caught)
        expect(error).toMatchObject({ code: 'TARGET_REFUSED' })
      }
      const breaks = Readable.from(
        (function* () {
          yield tar.subarray(0, 1_000_000)
          throw new Error('the disk is gone')
        })(),
      )
      await expect(images.load(breaks, never)).rejects.toThrow('the disk is gone')
    })

    test('a download that is left lets go of the engine', async () => {
      const tag = name('left')
      await buildSmallImage(connection, tag, layerBytes)
      const left = new AbortController()
      const tar = await images.save([tag], left.signal)
      await tar[Symbol.asyncIterator]().next()
      const closed = new Promise((resolve) => tar.once('close', resolve))
      tar.on('error', quiet)
      left.abort(new Error('gone'))
      await closed
      expect(tar.destroyed).toBe(true)
    })

    test('the mirror hears of images that come, get names and go', async () => {
      const recorder = await bench.watch()
      const [tag, other] = [name('heard'), name('heard')]
      const id = await buildSmallImage(connection, tag)
      const row = () => recorder.heldImages.find(({ imageId }) => imageId === id)
      await recorder.until('the image', () => row()?.tags.includes(tag))
      await images.tag(id, other)
      await recorder.until('its second name', () => row()?.tags.length === 2)
      await images.remove(tag, { force: true })
      await images.remove(other, { force: true })
      await recorder.until('its end', () => row() === undefined)
    })
  })
}
