import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Failure } from '@wheelhouse/contract'
import type { Connection, ImageRequest } from '@wheelhouse/driver'
import { afterAll, expect, test } from 'vitest'
import { container } from '../../../test/docker/container.ts'
import { EngineBench, never } from '../../../test/docker/engine-bench.ts'
import { smallTar } from '../../../test/docker/small-tar.ts'
import { suite, where } from '../../../test/needs.ts'
import { EngineClient, parseAddress } from '@wheelhouse/engine'

suite('docker build', ['docker'], () => {
  const bench = new EngineBench()
  const connection = bench.connection as Required<Connection>
  const engine = new EngineClient(parseAddress({ address: where('docker'), tls: null }))
  const tags: string[] = []
  afterAll(async () => {
    await bench.close()
    const broom = new EngineBench()
    for (const tag of tags) await (broom.connection as Required<Connection>).removeImage(tag)
    await broom.close()
    engine.drop()
  })

  function request(more: Partial<ImageRequest> = {}): ImageRequest {
    const tag = `wh-test/${bench.name('image')}:1`
    tags.push(tag)
    const rest = { pull: false, noCache: true, network: 'none', cacheFrom: [] }
    return { tag, dockerfile: 'Dockerfile', target: null, args: {}, labels: {}, ...rest, ...more }
  }
  const image = (tag: string) =>
    engine.json<{ Id: string; Config: { Labels: Record<string, string> } }>({
      path: `/images/${tag.replace('/', '%2F')}/json`,
    })
  const containersOf = (mark: string) =>
    engine
      .json<readonly { Command: string }[]>({ path: '/containers/json', query: { all: true } })
      .then((all) => all.filter(({ Command }) => Command.includes(mark)))

  test('builds from a context with args, labels and a stage, and tells what it prints', async () => {
    const dockerfile = [
      'FROM lab/busybox:1 AS first',
      'ARG GREETING',
      'COPY file /file',
      String.raw`RUN echo "said $GREETING" && printf 'no end' && cat /file`,
      'FROM first AS second',
      'RUN exit 1',
    ].join('\n')
    const asked = request({
      dockerfile: 'sub/Build',
      target: 'first',
      args: { GREETING: 'hello "you"' },
      labels: { 'a.b': 'c=d' },
    })
    const said: string[] = []
    const context = smallTar({ 'sub/Build': dockerfile, file: 'in the file\n' })
    const built = await connection.build(asked, context, (text) => said.push(text), never)
    expect(said).toContain('said hello "you"')
    expect(said).toContain('no endin the file')
    expect(said.some((line) => line.includes('\n'))).toBe(false)
    expect(built.id).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(built.sizeBytes).toBeGreaterThan(1_000_000)
    expect(await image(asked.tag)).toMatchObject({ Id: built.id, Config: { Labels: { 'a.b': 'c=d' } } })
    expect(context.destroyed).toBe(true)
  })

  test('a step that fails says so with its last lines, and leaves no container', async () => {
    const mark = bench.name('fails')
    const dockerfile = `FROM lab/busybox:1\nRUN echo ${mark}; echo the disk is wet >&2; exit 7`
    const asked = request()
    const failure = (await connection
      .build(asked, smallTar({ Dockerfile: dockerfile }), () => undefined, never)
      .catch((error: unknown) => error)) as Failure
    expect(failure).toMatchObject({ code: 'TARGET_REFUSED' })
    expect(failure.message).toMatch(/returned a non-zero code: 7\. Its last lines:\n[^]*the disk is wet/)
    expect(failure.details.output).toContain('the disk is wet')
    await expect(image(asked.tag)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await containersOf(mark)).toEqual([])
  })

  test.for([
    ['a base that is not there', { Dockerfile: 'FROM lab/no-such-image:9' }, /was not built|refused/],
    ['no Dockerfile', { other: '' }, /Dockerfile/],
    ['a line that is no instruction', { Dockerfile: 'FROM lab/busybox:1\nNONSENSE x' }, /NONSENSE/i],
  ] as const)('%s is told in the words of the engine', async ([, files, words]) => {
    const failing = connection.build(request(), smallTar(files), () => undefined, never)
    await expect(failing).rejects.toThrow(words)
  })

  test('a context that cannot be read is what went wrong, not the engine', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(512)
        await delay(1)
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
      })(),
    )
    const failing = connection.build(request(), broken, () => undefined, never)
    await expect(failing).rejects.toThrow('could not be read: EACCES: permission denied')
  })

  test('ends when told to, with its container', async () => {
    const mark = bench.name('aborted')
    const dockerfile = `FROM lab/busybox:1\nRUN echo ${mark} begun; sleep 300`
    const abort = new AbortController()
    const asked = request()
    const building = connection.build(
      asked,
      smallTar({ Dockerfile: dockerfile }),
      (text) => {
        if (text === `${mark} begun`) abort.abort(new Error('changed my mind'))
      },
      abort.signal,
    )
    await expect(building).rejects.toThrow('changed my mind')
    for (let tries = 0; tries < 600 && (await containersOf(mark)).length > 0; tries += 1) await delay(100)
    expect(await containersOf(mark)).toEqual([])
    await expect(image(asked.tag)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const late = connection.build(asked, smallTar({}), () => undefined, AbortSignal.abort(new Error('too late')))
    await expect(late).rejects.toThrow('too late')
  })

  test('an image takes further names, and is there until the last of them is gone', async () => {
    const [asked, other] = [request(), request()]
    const dockerfile = 'FROM lab/busybox:1\nRUN echo named'
    const built = await connection.build(asked, smallTar({ Dockerfile: dockerfile }), () => undefined, never)
    await connection.tagImage(built.id, other.tag)
    await connection.removeImage(asked.tag)
    expect(await image(other.tag)).toMatchObject({ Id: built.id })
    await expect(connection.tagImage(asked.tag, other.tag)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('an image is removed once nothing uses it, and may be gone already', async () => {
    const asked = request()
    await connection.build(asked, smallTar({ Dockerfile: 'FROM lab/busybox:1\nRUN true' }), () => undefined, never)
    const id = await bench.create(container(bench.name('user'), 'sleep 300', { image: asked.tag }))
    await expect(connection.removeImage(asked.tag)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await connection.remove(id, { force: true, volumes: true })
    await connection.removeImage(asked.tag)
    await expect(image(asked.tag)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await connection.removeImage(asked.tag)
  })
})
