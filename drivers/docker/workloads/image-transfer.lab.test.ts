import { PassThrough, Readable, Transform } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, ImageRequest } from '@wheelhouse/driver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineBench, never, openEngine } from '../../../test/docker/engine-bench.ts'
import { smallTar } from '../../../test/docker/small-tar.ts'
import { suite, where } from '../../../test/needs.ts'

const megabyte = 1_000_000

suite('images from engine to engine', ['n1', 'n3'], () => {
  const bench = new EngineBench(where('n1'))
  const north = bench.connection as Required<Connection>
  const south = openEngine(where('n3')) as Required<Connection>
  const tags: string[] = []
  let image: string

  async function build(word: string, lines: readonly string[]): Promise<string> {
    const tag = `wh-test/${bench.name(word)}:1`
    tags.push(tag)
    const rest = { target: null, args: {}, labels: {}, pull: false, noCache: true, network: 'none', cacheFrom: [] }
    const request: ImageRequest = { tag, dockerfile: 'Dockerfile', ...rest }
    await north.build(request, smallTar({ Dockerfile: lines.join('\n') }), () => undefined, never)
    return tag
  }
  const size = 40 * megabyte
  beforeAll(async () => {
    image = await build('image', [
      'FROM lab/busybox:1',
      `RUN head -c ${size} /dev/urandom > /ballast`,
      'ENV GREETING="hello you" OTHER=',
      'LABEL a.b="c d"',
      'EXPOSE 8080',
      'HEALTHCHECK --interval=3s CMD ["true"]',
      'USER nobody',
    ])
  })
  afterAll(async () => {
    for (const engine of [north, south]) for (const tag of tags) await engine.removeImage(tag).catch(() => undefined)
    await Promise.all([bench.close(), south.close()])
  })

  test('it is the same there, by name and by content', async () => {
    expect(await south.findImage(image)).toBeNull()
    const said: string[] = []
    await south.importImage(await north.exportImage(image, never), (text) => said.push(text), never)
    const [here, there] = [await north.findImage(image), await south.findImage(image)]
    expect(here?.content).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(there?.content).toBe(here?.content)
    expect(there?.sizeBytes).toBeGreaterThanOrEqual(size)
    expect(said.join()).toContain(image)
    // Told by layers and tenths, not by each 32 kB of them.
    expect(said.length).toBeLessThan(60)

    await north.removeImage(image)
    await north.importImage(await south.exportImage(image, never), () => undefined, never)
    expect(await north.findImage(image)).toEqual(here)
  })

  test('another way to run the same layers is another content', async () => {
    const base = await build('base', ['FROM lab/busybox:1'])
    const changes = ['ENV A=1', 'HEALTHCHECK CMD ["true"]', 'USER nobody', 'CMD ["true"]', 'LABEL x=y', 'WORKDIR /tmp']
    const contents = new Set([(await north.findImage(base))!.content])
    for (const change of changes) {
      const made = await north.findImage(await build('other', ['FROM lab/busybox:1', change]))
      contents.add(made!.content)
    }
    expect(contents.size).toBe(changes.length + 1)
    expect(await north.findImage('wh-test/never-built:1')).toBeNull()
    await expect(north.exportImage('wh-test/never-built:1', never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('an engine that is read slowly waits: little of it is held here', async () => {
    const tar = await north.exportImage(image, never)
    tar.once('readable', () => undefined)
    await delay(1_000)
    expect(tar.readableLength).toBeLessThan(megabyte)
    let passed = 0
    let most = 0
    const slow = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        passed += chunk.length
        most = Math.max(most, tar.readableLength)
        setImmediate(done, null, chunk)
      },
    })
    await south.importImage(tar.pipe(slow), () => undefined, never)
    expect(passed).toBeGreaterThan(size)
    expect(most).toBeLessThan(megabyte)
  })

  test('what is cut off leaves no image', async () => {
    await south.removeImage(image)
    const cut = new PassThrough()
    const tar = await north.exportImage(image, never)
    let seen = 0
    tar.on('data', (chunk: Buffer) => {
      seen += chunk.length
      if (seen > 10 * megabyte) cut.destroy(new Error('the cable was cut'))
      else cut.write(chunk)
    })
    await expect(south.importImage(cut, () => undefined, never)).rejects.toThrow(/cable was cut/)
    tar.destroy()
    expect(await south.findImage(image)).toBeNull()

    const stop = new AbortController()
    const whole = await north.exportImage(image, stop.signal)
    whole.once('data', () => stop.abort(new Error('asked to stop')))
    await expect(south.importImage(whole, () => undefined, stop.signal)).rejects.toThrow('asked to stop')
    expect(await south.findImage(image)).toBeNull()
  })

  test('what is no image is refused with the words of the engine', async () => {
    const refused = south.importImage(Readable.from([Buffer.alloc(2048, 'x')]), () => undefined, never)
    await expect(refused).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
    const empty = south.importImage(smallTar({ 'a.txt': 'a' }), () => undefined, never)
    await expect(empty).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
  })
})
