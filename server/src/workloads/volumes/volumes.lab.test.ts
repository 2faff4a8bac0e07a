import { buffer } from 'node:stream/consumers'
import type { Client } from '@wheelhouse/client'
import type { Volume } from '@wheelhouse/contract'
import { create } from 'tar'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { smallTar } from '../../../../test/docker/small-image.ts'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'

suite('volumes', ['docker'], () => {
  let house: TestHouse
  let admin: Client
  let bench: EngineBench
  let target: string
  const made: string[] = []
  beforeAll(async () => {
    bench = new EngineBench()
    house = await openTestHouse({ engine: where('docker') })
    admin = house.admin
    await vi.waitFor(
      async () => {
        const found = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')
        expect(found?.state).toBe('connected')
      },
      { timeout: 60_000 },
    )
    target = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')!.id
  }, 120_000)
  afterAll(async () => {
    await bench.close()
    for (const name of made) await admin.volumes.remove({ target, name }).catch(() => undefined)
    await house.close()
  })

  async function volume(word = 'data'): Promise<string> {
    const name = bench.name(word)
    made.push(name)
    await admin.volumes.create({ target, name })
    return name
  }
  const codeOf = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  const text = (stream: Promise<ReadableStream<Uint8Array>>): Promise<Buffer> =>
    stream.then((body) => buffer(body as never))
  const mounts = (name: string) => [
    { type: 'volume' as const, source: name, destination: '/v', readOnly: false, options: {} },
  ]

  async function person(username: string, more: object): Promise<Client> {
    const password = 'correct-horse-battery-2'
    await admin.users.create({ username, password, role: 'viewer', ...more } as never)
    return (await house.signIn(username, password)).client
  }

  test('are listed with who uses them, and secrets in their options are masked', async () => {
    const name = bench.name('secret')
    made.push(name)
    const options = { type: 'cifs', device: '//nas/share', o: 'username=web,password=hunter22,vers=3.0' }
    const row = await admin.volumes.create({ target, name, options, labels: { 'com.docker.compose.project': 'shop' } })
    expect(row).toMatchObject({ options: { o: 'username=web,password=[secret],vers=3.0' }, stack: 'shop', usedBy: [] })
    expect(await codeOf(admin.volumes.create({ target, name }))).toBe('CONFLICT')
    const { items } = await admin.audit.list({ operation: 'volumes.create', limit: 10 })
    expect(JSON.stringify(items)).not.toContain('hunter22')

    const data = await volume()
    const nativeId = await bench.create(container(bench.name('user'), idle, { mounts: mounts(data) }))
    const find = async (use?: 'used' | 'unused'): Promise<Volume | undefined> =>
      (await admin.volumes.list({ q: data, ...(use ? { use } : {}) })).items[0]
    await expect.poll(async () => (await find('used'))?.usedBy, { timeout: 60_000 }).toMatchObject([{ path: '/v' }])
    expect(await find('unused')).toBeUndefined()
    expect((await admin.volumes.list({ stack: 'shop', q: name })).total).toBe(1)
    const plan = await admin.volumes.remove.plan({ target, name: data })
    expect(plan.warnings.join()).toContain('the engine will refuse')
    expect(await codeOf(admin.volumes.remove({ target, name: data }))).toBe('STATE_CONFLICT')
    expect(await codeOf(admin.volumes.restore({ target, name: data }, new Blob(['x'])))).toBe('STATE_CONFLICT')
    await bench.connection.remove(nativeId, { force: true, volumes: false })
    await admin.volumes.remove({ target, name: data })
    expect(await find()).toBeUndefined()
    expect(await codeOf(admin.volumes.get({ target, name: data }))).toBe('NOT_FOUND')
  })

  test('files are written by those who have seen them, and told without their text', async () => {
    const name = await volume()
    const at = { target, name, path: '/app.ini' }
    const first = await admin.volumes.writeFile({ ...at, text: 'key = hunter22\n', mode: '0600' })
    expect(await admin.volumes.readFile(at)).toEqual(first)
    expect(first).toMatchObject({ path: '/app.ini', mode: '0600', sizeBytes: 15 })
    expect(await codeOf(admin.volumes.writeFile({ ...at, text: 'blind' }))).toBe('CONFLICT')
    const second = await admin.volumes.writeFile({ ...at, text: 'two', digest: first.digest })
    expect(second.mode).toBe('0600')
    expect(await codeOf(admin.volumes.writeFile({ ...at, text: 'late', digest: first.digest }))).toBe('CONFLICT')
    const race = ['a', 'b', 'c'].map((text) => codeOf(admin.volumes.writeFile({ ...at, text, digest: second.digest })))
    expect((await Promise.all(race)).sort()).toEqual(['CONFLICT', 'CONFLICT', 'ok'])
    const listing = await admin.volumes.files({ target, name, path: '/./' })
    expect(listing).toMatchObject({ path: '/', truncated: false, entries: [{ path: '/app.ini', kind: 'file' }] })
    for (const path of ['/../etc/passwd', '/a/../../x', '/..'])
      expect(await codeOf(admin.volumes.readFile({ target, name, path }))).toBe('VALIDATION_FAILED')
    const bytes = await packed({ 'blob.bin': Buffer.from([0xff, 0xfe, 0]) })
    await admin.volumes.restore({ target, name, path: '/' }, new Blob([bytes]))
    expect(await codeOf(admin.volumes.readFile({ target, name, path: '/blob.bin' }))).toBe('STATE_CONFLICT')
    const plan = await admin.volumes.removeFile.plan({ target, name, path: '/blob.bin' })
    expect(plan.steps).toMatchObject([{ kind: 'file', name: '/blob.bin' }])
    await admin.volumes.removeFile({ target, name, path: '/blob.bin' })
    expect((await admin.volumes.files({ target, name, path: '/' })).entries).toHaveLength(1)
    const { items } = await admin.audit.list({ operation: 'volumes.writeFile', limit: 20 })
    expect(items.length).toBeGreaterThan(3)
    expect(JSON.stringify(items)).not.toContain('hunter22')
  })

  async function packed(files: Readonly<Record<string, Buffer>>): Promise<Uint8Array<ArrayBuffer>> {
    const folder = mkdtempSync(join(tmpdir(), 'wh-volumes-'))
    try {
      for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data)
      const tar = create({ cwd: folder, portable: true }, Object.keys(files))
      return new Uint8Array(await buffer(Readable.from(tar, { objectMode: false })))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test('a volume is saved and comes back, also over what was there', async () => {
    const [from, to] = [await volume(), await volume()]
    await admin.volumes.restore({ target, name: from }, new Blob([await packed({ a: Buffer.from('older') })]))
    const saved = new Uint8Array(await text(admin.volumes.save({ target, name: from })))
    await admin.volumes.writeFile({ target, name: to, path: '/other', text: 'stays or goes' })
    const names = async (name: string): Promise<string[]> =>
      (await admin.volumes.files({ target, name, path: '/' })).entries.map((entry) => entry.name)
    await admin.volumes.restore({ target, name: to }, new Blob([saved]))
    expect(await names(to)).toEqual(['a', 'other'])
    const cut = new Blob([saved.slice(0, 700)])
    expect(await codeOf(admin.volumes.restore({ target, name: to, empty: true }, cut))).toBe('VALIDATION_FAILED')
    expect(await names(to)).toEqual(['a', 'other'])
    await admin.volumes.restore({ target, name: to, empty: true }, new Blob([saved]))
    expect(await names(to)).toEqual(['a'])
    expect((await admin.volumes.readFile({ target, name: to, path: '/a' })).text).toBe('older')
  })

  test('what was emptied for a tar that then cannot be unpacked is as it was', async () => {
    const name = await volume()
    await admin.volumes.writeFile({ target, name, path: '/conf', text: 'precious', mode: '640' })
    const hostile = await buffer(smallTar({ new: 'x', '../evil': 'y' }))
    const put = (path?: string) =>
      admin.volumes.restore({ target, name, empty: true, path }, new Blob([new Uint8Array(hostile)]))
    await expect(put()).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringContaining('What was there before is back.'),
    })
    const deep = await buffer(smallTar({ 'deep/file': 'kept' }))
    await admin.volumes.restore({ target, name, path: '/' }, new Blob([new Uint8Array(deep)]))
    await expect(put('/deep')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    const names = async (path: string): Promise<string[]> =>
      (await admin.volumes.files({ target, name, path })).entries.map((entry) => entry.name)
    expect([await names('/'), await names('/deep')]).toEqual([['conf', 'deep'], ['file']])
    expect(await admin.volumes.readFile({ target, name, path: '/conf' })).toMatchObject({
      text: 'precious',
      mode: '0640',
    })
  })

  test('are cloned by a job, owners and modes with them', async () => {
    const from = await volume()
    await admin.volumes.writeFile({ target, name: from, path: '/a', text: 'older', mode: '640' })
    const to = bench.name('copy')
    made.push(to)
    const { id } = await admin.volumes.clone({ target, name: from, to })
    await expect.poll(async () => (await admin.jobs.get({ id })).state, { timeout: 60_000 }).toBe('succeeded')
    const job = await admin.jobs.get({ id })
    expect(job.steps.map(({ name, state }) => [name, state])).toEqual([
      ['Create', 'done'],
      ['Copy', 'done'],
    ])
    expect(await admin.volumes.readFile({ target, name: to, path: '/a' })).toMatchObject({
      text: 'older',
      mode: '0640',
    })
    expect(await codeOf(admin.volumes.clone({ target, name: from, to }))).toBe('CONFLICT')
    const elsewhere = { target, name: from, to: 'x', toTarget: 'local' }
    expect(await codeOf(admin.volumes.clone(elsewhere))).toBe('CAPABILITY_MISSING')
    expect(await codeOf(admin.volumes.clone({ target, name: 'none', to: 'x' }))).toBe('NOT_FOUND')
  })

  test('a plan of pruning names what goes and what stays, and touches nothing', async () => {
    const name = await volume('unused')
    await admin.volumes.writeFile({ target, name, path: '/a', text: 'x'.repeat(5000) })
    const careful = await admin.volumes.prune.plan({ target })
    expect(careful.steps.map((step) => step.name)).not.toContain(name)
    expect(careful.kept).toContain(name)
    const all = await admin.volumes.prune.plan({ target, all: true })
    const step = all.steps.find((one) => one.name === name)
    expect(step).toMatchObject({ verb: 'remove', kind: 'volume', reasons: [expect.stringMatching(/kB$/)] })
    expect((await admin.volumes.get({ target, name })).sizeBytes).toBeGreaterThan(4999)
  })

  test('who may what', async () => {
    const name = await volume()
    await admin.volumes.writeFile({ target, name, path: '/a', text: 'x' })
    const viewer = await person('v-viewer', {})
    const developer = await person('v-developer', { role: 'developer' })
    const elsewhere = await person('v-elsewhere', {
      reach: 'granted',
      grants: [{ on: 'target', id: 'local', role: 'developer' }],
    })
    expect((await viewer.volumes.get({ target, name })).name).toBe(name)
    const refused = [
      viewer.volumes.files({ target, name, path: '/' }),
      viewer.volumes.readFile({ target, name, path: '/a' }),
      viewer.volumes.writeFile({ target, name, path: '/b', text: '' }),
      viewer.volumes.save({ target, name }),
      viewer.volumes.restore({ target, name }, new Blob(['x'])),
      viewer.volumes.remove({ target, name }),
      viewer.volumes.create({ target, name: bench.name('viewer') }),
      viewer.volumes.prune({ target }),
      viewer.volumes.clone({ target, name, to: 'x' }),
    ]
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['FORBIDDEN']))
    expect(await codeOf(admin.volumes.prune({ target, digest: 'of another plan' }))).toBe('PLAN_CHANGED')
    expect((await elsewhere.volumes.list({ q: name })).items).toEqual([])
    expect(await codeOf(elsewhere.volumes.get({ target, name }))).toBe('NOT_FOUND')
    expect(await codeOf(elsewhere.volumes.files({ target, name, path: '/' }))).toBe('NOT_FOUND')
    const { secret } = await developer.tokens.create({ name: 'lister', scopes: ['volumes.read'] })
    const lister = house.client(secret)
    expect((await lister.volumes.get({ target, name })).name).toBe(name)
    expect(await codeOf(lister.volumes.readFile({ target, name, path: '/a' }))).toBe('FORBIDDEN')

    const bind = { type: 'none', o: 'bind', device: '/etc' }
    const named = bench.name('bind')
    expect(await codeOf(developer.volumes.create({ target, name: named, options: bind }))).toBe('POLICY_REFUSED')
    expect(await codeOf(developer.volumes.create({ target, name: named, driver: 'sshfs' }))).toBe('POLICY_REFUSED')
    made.push(named)
    await admin.volumes.create({ target, name: named, options: bind })
  })

  test('names, however strange, are names', async () => {
    for (const name of ['../etc', 'a/b', '..', 'none?all=1', '%2e%2e%2fcontainers'])
      expect(await codeOf(admin.volumes.readFile({ target, name, path: '/a' })), name).toMatch(
        /^(NOT|ROUTE_NOT)_FOUND$/,
      )
  })
})
