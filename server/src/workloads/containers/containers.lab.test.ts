import { buffer } from 'node:stream/consumers'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { container, idle } from '../../../../test/docker/container.ts'
import { EngineBench } from '../../../../test/docker/engine-bench.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { suite, where } from '../../../../test/needs.ts'
import { asideName } from './replace.ts'

const patience = { timeout: 60_000, interval: 100 }

suite('containers', ['docker'], () => {
  let house: TestHouse
  let admin: Client
  let bench: EngineBench
  let target: string
  beforeAll(async () => {
    bench = new EngineBench()
    house = await openTestHouse({ engine: where('docker') })
    admin = house.admin
    await vi.waitFor(async () => {
      const found = (await admin.targets.list()).items.find(({ kind }) => kind === 'docker')
      expect(found?.state).toBe('connected')
      target = found!.id
    }, patience)
  }, 120_000)
  afterAll(async () => {
    for (const { id } of (await admin.services.list({ q: bench.name('').split('-').slice(0, 2).join('-') })).items)
      await admin.services.remove({ id, volumes: true }).catch(() => undefined)
    await bench.close()
    await house.close()
  })

  async function ended(job: Job): Promise<Job> {
    return vi.waitFor(async () => {
      const now = await admin.jobs.get({ id: job.id })
      expect(now.finishedAt).not.toBeNull()
      return now
    }, patience)
  }
  const script = (text: string): string[] => ['sh', '-c', text]
  async function running(word: string, more: object = {}): Promise<{ id: string; name: string }> {
    const name = bench.name(word)
    const draft = { name, image: 'lab/busybox:1', command: script(idle), pull: 'never' as const, ...more }
    const job = await ended(await admin.containers.create({ target, draft }))
    expect(job.error).toBeNull()
    return { id: String(job.result?.serviceId), name }
  }
  const stateOf = async (id: string): Promise<string> => (await admin.services.get({ id })).state

  test('one that does its work and ends has not failed; one that ends badly, or was to stay, has', async () => {
    const { id } = await running('once', { command: script('echo done') })
    expect(await stateOf(id)).toBe('stopped')
    const badly = { name: bench.name('badly'), image: 'lab/busybox:1', command: script('echo torn; exit 3') }
    const stays = {
      ...badly,
      name: bench.name('stays'),
      command: script('true'),
      restart: { policy: 'on-failure' as const },
    }
    for (const draft of [badly, stays]) {
      const job = await ended(await admin.containers.create({ target, draft: { ...draft, pull: 'never' } }))
      expect(job.error?.errorCode, draft.name).toBe('TARGET_REFUSED')
    }
  })

  test('one is made of a form, shown as a form, and changed with nothing lost', async () => {
    const { id, name } = await running('web', {
      environment: { API_TOKEN: 'very-secret-9', MODE: 'one' },
      labels: { team: 'red' },
      ports: [{ host: '127.0.0.1', port: 80 }],
      mounts: [{ type: 'volume', source: bench.name('kept'), destination: '/kept' }],
      limits: { memoryBytes: 64 * 1024 * 1024 },
    })
    await admin.services.exec({ id, argv: script('echo kept > /kept/file') })
    const { draft, lost } = await admin.containers.draft({ id })
    expect(lost).toEqual([])
    expect(draft).toMatchObject({
      name,
      environment: { API_TOKEN: null, MODE: 'one' },
      labels: { team: 'red' },
      limits: { memoryBytes: 67_108_864 },
    })
    const changed = { ...draft, environment: { ...draft.environment, MODE: 'two' } }
    const plan = await admin.containers.replace.plan({ id, draft: changed })
    expect(plan.steps[0]?.reasons).toContain('environment.MODE: one → two')
    const job = await ended(await admin.containers.replace({ id, draft: changed }))
    expect(job.error).toBeNull()
    const fresh = String(job.result?.serviceId)
    expect(fresh).not.toBe(id)
    const told = await admin.services.exec({ id: fresh, argv: script('echo $MODE $API_TOKEN; cat /kept/file') })
    expect(told.stdout).toBe('two very-secret-9\nkept\n')
    await expect(admin.services.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    // Neither plan, job nor audit knows the secret.
    const audit = await admin.audit.list({ operation: 'containers.replace' })
    expect(JSON.stringify([plan, job, audit])).not.toContain('very-secret-9')
  })

  test('a change that does not come up brings the old one back, and says why', async () => {
    const { id, name } = await running('stays')
    const { draft } = await admin.containers.draft({ id })
    const job = await ended(
      await admin.containers.replace({ id, draft: { ...draft, command: script('echo no luck; exit 3') } }),
    )
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain(`The old ${name} is back. It said last: no luck`)
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), patience)
    const named = (await admin.services.list({ q: name })).items
    expect(named.map((row) => row.name)).toEqual([name])
  })

  test('an unhealthy one counts as not up', async () => {
    const { id } = await running('healthy')
    const { draft } = await admin.containers.draft({ id })
    const healthCheck = { test: ['CMD', 'false'], intervalMs: 200, timeoutMs: 1000, retries: 1 }
    const job = await ended(await admin.containers.replace({ id, draft: { ...draft, healthCheck } }))
    expect(job.error?.message).toContain('Its health check fails')
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), patience)
  })

  test('a change that was cut off is undone', async () => {
    const { id, name } = await running('cut')
    // As a killed control plane leaves it: the job failed, the old one aside and stopped.
    const { draft } = await admin.containers.draft({ id })
    const job = await ended(await admin.containers.replace({ id, draft: { ...draft, command: script('exit 1') } }))
    const nativeId = house.house.domains.targets.registry.mirror(target).nativeId(id)!
    const connection = house.house.domains.targets.registry.connected(target)
    await connection.stop(nativeId, { timeoutMs: 1000 })
    await connection.rename(nativeId, asideName(name, job.id))
    await vi.waitFor(async () => {
      expect(await admin.services.get({ id })).toMatchObject({ name, state: 'running' })
    }, patience)
  })

  test('limits change while it runs, up, down and away', async () => {
    const { id } = await running('limits')
    const memory = async (): Promise<unknown> =>
      ((await admin.services.inspect({ id })).native as { HostConfig: { Memory: number; NanoCpus: number } }).HostConfig
    await admin.containers.limit({ id, limits: { memoryBytes: 32 * 1024 * 1024, cpus: 0.5, pids: 50 } })
    expect(await memory()).toMatchObject({ Memory: 33_554_432, NanoCpus: 5e8, PidsLimit: 50 })
    await admin.containers.limit({ id, limits: { memoryBytes: 256 * 1024 * 1024 } })
    expect(await memory()).toMatchObject({ Memory: 268_435_456, NanoCpus: 5e8 })
    await admin.containers.limit({ id, limits: { memoryBytes: null, cpus: null, pids: null } })
    const { memoryBytes, cpus } = (await admin.targets.get({ id: target })).engine!
    expect(await memory()).toMatchObject({ Memory: memoryBytes, NanoCpus: cpus * 1e9 })
  })

  test('processes, changed files and an image of it as it is', async () => {
    const { id, name } = await running('look')
    const { titles, processes } = await admin.containers.top({ id })
    expect(titles).toContain('PID')
    expect(JSON.stringify(processes)).toContain('trap')
    await admin.services.exec({ id, argv: script('echo x > /root/mark') })
    expect((await admin.containers.changes({ id })).items).toContainEqual({ path: '/root/mark', change: 'added' })
    const tag = `lab/${name}:v1`
    const { imageId } = await admin.containers.commit({ id, tag, changes: ['LABEL made=here'] })
    expect(imageId).toMatch(/^sha256:/)
    // As it is, with nothing added.
    expect((await admin.containers.commit({ id, tag })).imageId).toMatch(/^sha256:/)
    await house.house.domains.targets.registry.connected(target).removeImage?.(tag)
  })

  test('files are listed, read, written and copied, and two who edit do not overwrite each other', async () => {
    const { id } = await running('files')
    const path = '/etc/motd'
    const first = await admin.containers.writeFile({ id, path, text: 'hello\n' })
    expect(await admin.containers.readFile({ id, path })).toMatchObject({ text: 'hello\n', digest: first.digest })
    await admin.containers.writeFile({ id, path, text: 'mine\n', digest: first.digest })
    await expect(
      admin.containers.writeFile({ id, path, text: 'theirs\n', digest: first.digest }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await admin.containers.files({ id, path: '/etc' })).entries.map((entry) => entry.name)).toContain('motd')
    const tar = await buffer((await admin.containers.copyOut({ id, path })) as never)
    await admin.services.exec({ id, argv: script('mkdir /copy') })
    await admin.containers.copyIn({ id, path: '/copy' }, new Uint8Array(tar))
    expect((await admin.services.exec({ id, argv: ['cat', '/copy/motd'] })).stdout).toBe('mine\n')
    await expect(admin.containers.readFile({ id, path: '/etc/../../x' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })

  test('the policy is asked on every way to a container, and binds who may not manage the target', async () => {
    const password = 'a-long-enough-one'
    await admin.users.create({ username: 'dora', password, role: 'developer' })
    const dora = (await house.signIn('dora', password)).client
    const draft = { name: bench.name('bad'), image: 'lab/busybox:1', privileged: true }
    const refused = { code: 'POLICY_REFUSED' }
    await expect(dora.containers.create({ target, draft })).rejects.toMatchObject(refused)
    const logDriver = { name: 'syslog', options: { 'syslog-address': 'udp://127.0.0.1:9' } }
    const sends = { ...draft, privileged: false, logDriver }
    await expect(dora.containers.create({ target, draft: sends })).rejects.toMatchObject(refused)
    const { id } = await running('mine')
    const own = (await dora.containers.draft({ id })).draft
    const bind = { type: 'bind' as const, source: '/etc', destination: '/host' }
    await expect(dora.containers.replace({ id, draft: { ...own, mounts: [bind] } })).rejects.toMatchObject(refused)
    await expect(dora.containers.replace({ id, draft: { ...own, logDriver } })).rejects.toMatchObject(refused)
    expect((await dora.containers.preview({ target, draft })).refusals[0]).toContain('runs privileged')
    const nativeId = await bench.create(container(bench.name('host'), idle, { pidMode: 'host' }))
    const reaching = `${target}:${nativeId.slice(0, 12)}`
    await vi.waitFor(() => admin.services.get({ id: reaching }), patience)
    await expect(dora.containers.files({ id: reaching, path: '/' })).rejects.toMatchObject(refused)
    await expect(dora.containers.copyIn({ id: reaching, path: '/' }, new Uint8Array(1024))).rejects.toMatchObject(
      refused,
    )
    expect((await admin.containers.create.plan({ target, draft })).warnings[0]).toContain('runs privileged')
  })

  test('whoever was granted one container changes it within what it has, and marks nothing as owned by others', async () => {
    const { id, name } = await running('granted')
    const password = 'a-long-enough-one'
    const grants = [{ on: 'service' as const, id, role: 'developer' as const }]
    await admin.users.create({ username: 'olga', password, role: 'viewer', reach: 'granted', grants })
    const olga = (await house.signIn('olga', password)).client
    const { draft } = await olga.containers.draft({ id })
    expect(
      (await olga.containers.replace.plan({ id, draft: { ...draft, command: ['sleep', '1'] } })).digest,
    ).toBeTruthy()
    const volume = { type: 'volume' as const, source: 'of-others', destination: '/x' }
    for (const more of [
      { mounts: [volume] },
      { networks: [{ name: 'of-others' }] },
      { networkMode: 'host' },
      { name: `${name}-else` },
    ])
      await expect(olga.containers.replace({ id, draft: { ...draft, ...more } })).rejects.toMatchObject({
        code: expect.stringMatching(/^(FORBIDDEN|POLICY_REFUSED)$/),
      })
    await expect(olga.containers.commit({ id, tag: 'lab/busybox:1' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const labels = { 'wheelhouse.purpose': 'volume-archive' }
    await expect(olga.containers.replace({ id, draft: { ...draft, labels } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    const other = { ...draft, name: `${name}-owned`, labels: { 'com.docker.compose.project': 'shop' } }
    await expect(admin.containers.create({ target, draft: other })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    // Whoever reaches the engine itself sees it all the same.
    const hidden = await bench.create(container(bench.name('hidden'), idle, { labels }))
    await vi.waitFor(() => admin.services.get({ id: `${target}:${hidden.slice(0, 12)}` }), patience)
  })

  test('a job that failed is run again by who asked for it, and by the policy of that time', async () => {
    const password = 'a-long-enough-one'
    const people = ['rita', 'rolf'].map(async (username) => {
      await admin.users.create({ username, password, role: 'developer' })
      return (await house.signIn(username, password)).client
    })
    const [rita, rolf] = (await Promise.all(people)) as [Client, Client]
    const name = bench.name('again')
    const draft = { name, image: 'lab/not-there:1', pull: 'never' as const }
    const failed = await ended(await rita.containers.create({ target, draft }))
    expect(failed.state).toBe('failed')
    await expect(rolf.jobs.retry({ id: failed.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { rules } = (await admin.policies.list()).items[0]!
    await admin.policies.set({ target, rules: { ...rules, images: ['elsewhere/*'] } })
    try {
      const again = await ended(await rita.jobs.retry({ id: failed.id }))
      expect(again).toMatchObject({ state: 'failed', error: { errorCode: 'POLICY_REFUSED' } })
    } finally {
      await admin.policies.clear({ target })
    }
  })

  test('prune removes stopped ones of the label, and nothing that runs', async () => {
    const label = bench.name('label')
    const { id: stays } = await running('runs', { labels: { [label]: '1' } })
    const { id: goes, name } = await running('ends', { labels: { [label]: '1' } })
    await admin.services.stop({ id: goes, timeoutMs: 1000 })
    const plan = await admin.containers.prune.plan({ target, label })
    expect(plan.steps.map((step) => step.name)).toEqual([name])
    const other = { target, label, digest: 'of another plan' }
    await expect(admin.containers.prune(other)).rejects.toMatchObject({ code: 'PLAN_CHANGED' })
    expect(await admin.containers.prune({ ...other, digest: plan.digest })).toMatchObject({ removed: [name] })
    expect(await stateOf(stays)).toBe('running')
    await expect(admin.services.get({ id: goes })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
