import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Files, ObservedVolume } from '@wheelhouse/driver'
import { EngineClient, parseAddress } from '@wheelhouse/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench, never } from '../../../test/docker/engine-bench.ts'
import { suite, where } from '../../../test/needs.ts'
import { containerFiles } from '../files/container-files.ts'
import { tarOf } from '../files/tar-header.ts'
import { dropHolder, makeHolder, purposeLabel } from './holder.ts'

suite('docker volumes', ['docker'], () => {
  let bench: EngineBench
  let client: EngineClient
  const made: string[] = []
  beforeAll(() => {
    bench = new EngineBench()
    client = new EngineClient(parseAddress({ address: where('docker'), tls: null }))
  })
  afterAll(async () => {
    // What uses them goes first, and that connection with it.
    await bench.close()
    const last = new EngineBench()
    await Promise.all(made.map((name) => last.connection.volumes!.remove(name).catch(() => undefined)))
    await last.close()
    client.drop()
  })

  async function volume(word = 'volume'): Promise<string> {
    const name = bench.name(word)
    await bench.connection.volumes?.create({ name, driver: null, options: {}, labels: { made: 'here' } })
    made.push(name)
    return name
  }
  const filesOf = (name: string): Files => bench.connection.volumes!.files(name)
  const mounts = (name: string) => [
    { type: 'volume' as const, source: name, destination: '/v', readOnly: false, options: {} },
  ]

  /** Runs a script over the volume in a container of its own, and answers what it printed. */
  async function inside(name: string, script: string): Promise<string> {
    const id = await bench.connection.create(
      container(bench.name('c'), idle, { mounts: mounts(name) }),
      () => undefined,
      never,
    )
    try {
      const session = await bench.connection.exec(id, { argv: ['sh', '-c', script], tty: false })
      let said = ''
      for await (const { data } of session.output) said += Buffer.from(data).toString()
      expect(await session.exitCode()).toBe(0)
      return said
    } finally {
      await bench.connection.remove(id, { force: true, volumes: false })
    }
  }

  const tree = `set -e; cd /v; mkdir -p conf/deep 'a b'; echo hello > conf/app.ini; chmod 640 conf/app.ini
chown 1234:2345 conf/app.ini; chown 70:71 conf; ln -s conf/app.ini near; ln -s /v-none dangling; ln -s /etc out
ln -s ../../../../etc/passwd climb; ln -s /wheelhouse-volume/conf self; mkfifo pipe; head -c 5000 /dev/zero > big; echo x > 'a b/ü'`

  test('are made, listed with who uses them, and removed when nobody does', async () => {
    const name = await volume()
    await expect(
      bench.connection.volumes!.create({ name, driver: null, options: {}, labels: {} }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    const find = async (): Promise<ObservedVolume | undefined> =>
      (await bench.connection.volumes!.list()).find((one) => one.name === name)
    expect(await find()).toMatchObject({
      driver: 'local',
      scope: 'local',
      labels: { made: 'here' },
      anonymous: false,
      users: [],
    })
    const user = bench.name('user')
    const id = await bench.create(container(user, idle, { mounts: mounts(name) }))
    expect((await find())?.users).toEqual([{ nativeId: id, path: '/v' }])
    await expect(bench.connection.volumes!.remove(name)).rejects.toThrow(`in use by ${user}`)
    await bench.connection.remove(id, { force: true, volumes: false })
    await bench.connection.volumes!.remove(name)
    expect(await find()).toBeUndefined()
    await expect(bench.connection.volumes!.remove(name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('files are listed, read, written, and removed, with owner and mode, with nothing running', async () => {
    const name = await volume()
    await inside(name, tree)
    const files = filesOf(name)
    const { entries, truncated } = await files.list('/', 100, never)
    expect(truncated).toBe(false)
    expect(entries.map(({ name: own, kind, linkTarget }) => [own, kind, linkTarget])).toEqual([
      ['a b', 'folder', null],
      ['big', 'file', null],
      ['climb', 'link', '../../../../etc/passwd'],
      ['conf', 'folder', null],
      ['dangling', 'link', '/v-none'],
      ['near', 'link', 'conf/app.ini'],
      ['out', 'link', '/etc'],
      ['pipe', 'other', null],
      ['self', 'link', '/wheelhouse-volume/conf'],
    ])
    expect((await files.list('/conf', 100, never)).entries).toMatchObject([
      { path: '/conf/app.ini', sizeBytes: 6, mode: '0640', owner: expect.stringMatching(/^1234:2345$/) },
      { path: '/conf/deep', kind: 'folder' },
    ])
    const read = await files.read('/near', 100, never)
    expect([Buffer.from(read.data).toString(), read.mode]).toEqual(['hello\n', 0o640])
    await expect(files.read('/big', 4999, never)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    await expect(files.read('/pipe', 100, never)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(files.read('/conf', 100, never)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(files.list('/big', 100, never)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(files.read('/conf/none', 100, never)).rejects.toMatchObject({ code: 'NOT_FOUND' })

    await files.write('/conf/app.ini', Buffer.from('changed'), 0o600, never)
    await files.write('/conf/new ü', Buffer.from('new'), 0o644, never)
    await files.remove('/conf/deep', never)
    await files.remove('/a b', never)
    await files.remove('/out', never)
    await expect(files.remove('/conf/deep', never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(files.remove('/', never)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    const look = `cd /v; for f in conf/app.ini 'conf/new ü'; do stat -c '%n %a %u:%g' "$f"; cat "$f"; echo; done; ls; ls /etc/passwd`
    expect(await inside(name, look)).toBe(
      'conf/app.ini 600 1234:2345\nchanged\nconf/new ü 644 70:71\nnew\nbig\nclimb\nconf\ndangling\nnear\npipe\nself\n/etc/passwd\n',
    )
  })

  test.for([
    ['/../etc/passwd', 'VALIDATION_FAILED'],
    ['/conf/../../etc/passwd', 'VALIDATION_FAILED'],
    ['conf', 'VALIDATION_FAILED'],
    ['/conf\0/x', 'VALIDATION_FAILED'],
    ['/out/passwd', 'STATE_CONFLICT'],
    ['/out', 'STATE_CONFLICT'],
    ['/climb', 'STATE_CONFLICT'],
    ['/dangling', 'STATE_CONFLICT'],
    ['/dangling/x', 'STATE_CONFLICT'],
  ] as const)('the path %j leads nowhere', async ([path, code]) => {
    const name = made.find((one) => one.includes('hostile')) ?? (await volume('hostile'))
    const files = filesOf(name)
    if ((await files.list('/', 10, never)).entries.length === 0) await inside(name, tree)
    const before = await inside(name, 'cat /etc/passwd; find /v | sort')
    await expect(files.read(path, 10_000, never)).rejects.toMatchObject({ code })
    await expect(files.list(path, 10, never)).rejects.toMatchObject({ code })
    await expect(files.write(path, Buffer.from('hostile'), 0o644, never)).rejects.toMatchObject({ code })
    await expect(files.archive(path, never)).rejects.toMatchObject({ code })
    await expect(files.extract(path, Readable.from([]), never)).rejects.toMatchObject({ code })
    if (code === 'VALIDATION_FAILED' || path.slice(1).includes('/')) {
      await expect(files.remove(path, never)).rejects.toMatchObject({ code })
    }
    expect(await inside(name, 'cat /etc/passwd; find /v | sort')).toBe(before)
  })

  test('a link that stays inside is followed', async () => {
    const name = await volume()
    await inside(name, tree)
    expect((await filesOf(name).list('/self', 10, never)).entries.map(({ path }) => path)).toEqual([
      '/self/app.ini',
      '/self/deep',
    ])
  })

  test('folders go in and out as tars, and a hostile tar does not', async () => {
    const [from, to] = [await volume(), await volume()]
    await inside(from, tree)
    const tar = await buffer(await filesOf(from).archive('/conf', never))
    await filesOf(to).extract('/', Readable.from([tar]), never)
    expect(await inside(to, `cd /v; stat -c '%n %a %u:%g' conf/app.ini; cat conf/app.ini`)).toBe(
      'conf/app.ini 640 1234:2345\nhello\n',
    )
    const whole = await buffer(await filesOf(from).archive('/', never))
    const third = await volume()
    await filesOf(third).extract('/', Readable.from([whole]), never)
    expect(await inside(third, 'cd /v; find . | sort')).toBe(await inside(from, 'cd /v; find . | sort'))
    const head = { kind: 'file', sizeBytes: 0, mode: 0o644, uid: 0, gid: 0, user: '', group: '' } as const
    const evil = tarOf({ ...head, name: '../../evil', modifiedAt: 0, link: '' }, Buffer.from('x'))
    await expect(filesOf(to).extract('/', Readable.from([evil]), never)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    await expect(filesOf(to).extract('/conf/app.ini', Readable.from([tar]), never)).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
    expect(await inside(to, 'find /v | sort')).toBe('/v\n/v/conf\n/v/conf/app.ini\n/v/conf/deep\n')
  })

  test('the files of a container that never ran are reached too', async () => {
    const id = await makeHolder(client, await volume(), never)
    try {
      const files = containerFiles(client, id)
      const names = (await files.list('/', 100, never)).entries.map((entry) => entry.name)
      expect(names).toEqual(expect.arrayContaining(['bin', 'etc', 'wheelhouse-volume']))
      await files.write('/etc/made', Buffer.from('here'), 0o600, never)
      expect(Buffer.from((await files.read('/etc/made', 100, never)).data).toString()).toBe('here')
      await files.remove('/etc/made', never)
      await expect(files.read('/etc/made', 100, never)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(files.read('/etc/../etc/passwd', 100, never)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    } finally {
      await dropHolder(client, id)
    }
  })

  test('volumes that an image declares for itself go with the holder, the one it holds stays', async () => {
    const name = await volume()
    const tag = bench.name('image').toLowerCase()
    const base = await bench.create(container(bench.name('base'), idle))
    const query = { container: base, repo: tag, changes: 'VOLUME /declared' }
    await client.json({ method: 'POST', path: '/commit', query, body: {} })
    try {
      const user = await bench.create(container(bench.name('user'), idle, { image: tag, mounts: mounts(name) }))
      const id = await makeHolder(client, name, never)
      const { Mounts: held } = await client.json<{ Mounts: { Name: string; Destination: string }[] }>({
        path: `/containers/${id}/json`,
      })
      const declared = held.find((mount) => mount.Destination === '/declared')?.Name ?? ''
      expect(declared).toMatch(/^[0-9a-f]{64}$/)
      await dropHolder(client, id)
      await expect(client.json({ path: `/volumes/${declared}` })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await client.json({ path: `/volumes/${name}` })
      await bench.connection.remove(user, { force: true, volumes: true })
    } finally {
      await client.act({ method: 'DELETE', path: `/images/${tag}`, query: { force: true } })
    }
  })

  test('the mirror tells volumes as they come, who has them, and nothing of holders', async () => {
    const recorder = await bench.watch()
    const name = await volume()
    const seen = (): ObservedVolume | undefined => recorder.volumesSeen.find((one) => one.name === name)
    await recorder.until('the volume', seen)
    const id = await bench.create(container(bench.name('user'), idle, { mounts: mounts(name) }))
    await recorder.until('its user', () => seen()?.users.some((user) => user.nativeId === id && user.path === '/v'))
    await filesOf(name).list('/', 10, never)
    const holders = await client.json<readonly { Id: string }[]>({
      path: '/containers/json',
      query: { all: 1, filters: JSON.stringify({ label: [purposeLabel], volume: [name] }) },
    })
    expect(holders).toHaveLength(1)
    await bench.connection.remove(id, { force: true, volumes: false })
    await recorder.until('nobody', () => seen()?.users.length === 0)
    await bench.connection.volumes!.remove(name)
    await recorder.until('it is gone', () => seen() === undefined)
    expect([...recorder.services.values()].filter((row) => row.labels[purposeLabel] !== undefined)).toEqual([])
  })
})
