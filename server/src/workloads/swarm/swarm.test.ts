import type { Client } from '@wheelhouse/client'
import type { Job, SwarmServiceDraft } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { StandInEngines, standInNode, StandInSwarm } from '../../../../test/docker/stand-in-swarm.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'
import { swarmTargetId } from '../../inventory/targets/index.ts'

const patience = { timeout: 10_000, interval: 20 }
const password = 'correct-horse-battery-2'

describe('a Swarm', () => {
  const engines = new StandInEngines()
  const cluster = new StandInSwarm()
  const swarm = swarmTargetId(cluster.clusterId)
  let house: TestHouse
  let admin: Client
  let developer: Client
  beforeAll(async () => {
    engines.put('n1', { state: 'active', nodeId: 'node-n1', clusterId: cluster.clusterId, manager: true })
    engines.put('n2', { state: 'active', nodeId: 'node-n2' })
    engines.put('n9', {})
    house = await openTestHouse({ docker: engines.driver, swarmDriver: () => cluster.driver() })
    admin = house.admin
    for (const name of ['n1', 'n2', 'n9']) await admin.targets.register({ name, address: `tcp://${name}:2375` })
    await vi.waitFor(async () => expect((await admin.swarm.get({ swarm })).targetId).toBe(swarm), patience)
    await admin.users.create({ username: 'dev', password, role: 'developer' })
    developer = (await house.signIn('dev', password)).client
  })
  afterAll(() => house.close())

  const codeOf = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )
  const draft = (name: string, more: Partial<SwarmServiceDraft> = {}): SwarmServiceDraft => ({
    name,
    image: 'web:1',
    mode: { kind: 'replicated', replicas: 2 },
    ...more,
  })
  const create = async (name: string, more: Partial<SwarmServiceDraft> = {}): Promise<string> =>
    (await admin.swarmServices.create({ swarm, draft: draft(name, more) })).id
  const ended = (job: Pick<Job, 'id'>): Promise<Job> =>
    vi.waitFor(async () => {
      const now = await admin.jobs.get({ id: job.id })
      expect(now.finishedAt).not.toBeNull()
      return now
    }, patience)
  /** The newest job that follows a change of this service, when it is over. */
  const followed = async (name: string): Promise<Job> => {
    const { items } = await admin.jobs.list({ kind: 'swarm.rollout', limit: 1000 })
    return ended(items.find((job) => job.title.includes(name))!)
  }
  const imageOf = (id: string): string | undefined =>
    cluster.services.get(id.slice(swarm.length + 1))?.Spec.TaskTemplate.ContainerSpec?.Image
  const events = async (type: string, about: string): Promise<string[]> =>
    (await admin.timeline.list({ type, limit: 100 })).items.flatMap(({ message }) =>
      message.includes(about) ? [message] : [],
    )

  describe('the cluster', () => {
    test('says who agrees, what it has and what is advisable', async () => {
      expect((await admin.swarm.list()).items.map(({ targetId }) => targetId)).toEqual([swarm])
      expect(await admin.swarm.get({ swarm })).toMatchObject({
        clusterId: cluster.clusterId,
        managers: 1,
        workers: 2,
        reachableManagers: 1,
        quorum: true,
        tolerates: 0,
        via: 'n1',
        capacity: { cpus: 6, memoryBytes: 3 * 4 * 1024 ** 3, reservedCpus: 0 },
        advice: ['One manager tolerates no loss. Promote two more nodes to have three.'],
        stale: false,
      })
    })

    test('tokens and keys are told to those who manage it, and to no audit', async () => {
      expect(await admin.swarm.tokens({ swarm })).toMatchObject({
        worker: 'SWMTKN-worker-secret',
        address: '10.0.0.1:2377',
        command: 'docker swarm join --token SWMTKN-worker-secret 10.0.0.1:2377',
      })
      expect(await admin.swarm.unlockKey({ swarm })).toEqual({ key: 'SWMKEY-1-secret' })
      expect(await admin.swarm.update({ swarm, autolock: true, taskHistory: 3 })).toMatchObject({
        settings: { autolock: true, taskHistory: 3 },
        unlockKey: 'SWMKEY-1-secret',
      })
      await admin.swarm.rotateToken({ swarm, role: 'worker' })
      expect(cluster.asked).toContain('rotateToken worker')
      expect(await codeOf(developer.swarm.tokens({ swarm }))).toBe('FORBIDDEN')
      const audit = JSON.stringify((await admin.audit.list({ limit: 100 })).items)
      expect(audit).toContain('swarm.tokens')
      expect(audit).not.toMatch(/SWMTKN|SWMKEY/)
    })

    test('engines join and leave; what is impossible is said before anything is asked', async () => {
      expect(await codeOf(admin.swarm.init.plan({ target: 'n1' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(admin.swarm.join.plan({ swarm, target: 'n2', role: 'worker' }))).toBe('STATE_CONFLICT')
      const plan = await admin.swarm.join.plan({ swarm, target: 'n9', role: 'manager' })
      expect(plan.warnings).toEqual(['2 managers tolerate no more losses than 1.'])
      expect(await admin.swarm.join({ swarm, target: 'n9', role: 'worker' })).toEqual({ nodeId: 'node-n9' })
      expect((await admin.swarm.leave.plan({ target: 'n9' })).steps[0]).toMatchObject({ verb: 'remove', kind: 'node' })
      await admin.swarm.leave({ target: 'n9' })
      expect(await codeOf(admin.swarm.leave({ target: 'n9' }))).toBe('STATE_CONFLICT')
      // The last manager takes the Swarm with it.
      expect(await codeOf(admin.swarm.leave({ target: 'n1' }))).toBe('STATE_CONFLICT')
      const last = await admin.swarm.leave.plan({ target: 'n1', force: true })
      expect(last.warnings.join()).toContain('the Swarm ends')
      expect(await codeOf(admin.swarm.unlock({ target: 'n9', key: 'SWMKEY-x' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(developer.swarm.leave({ target: 'n2' }))).toBe('FORBIDDEN')
    })
  })

  describe('nodes', () => {
    test('are listed with what they have, and found by name or id', async () => {
      const { items, total } = await admin.nodes.list({ swarm })
      expect(total).toBe(3)
      expect(items[0]).toMatchObject({
        id: `${swarm}:node-n1`,
        hostname: 'n1',
        targetId: 'n1',
        role: 'manager',
        leader: true,
        reachability: 'reachable',
        state: 'ready',
        cpus: 2,
      })
      expect(items.at(-1)).toMatchObject({ hostname: 'n3', targetId: null, reachability: null, usedCpus: null })
      expect(await admin.nodes.get({ swarm, node: 'n2' })).toEqual(await admin.nodes.get({ swarm, node: 'node-n2' }))
      expect(await codeOf(admin.nodes.get({ swarm, node: 'none' }))).toBe('NOT_FOUND')
    })

    test('a plan of draining one says which tasks move and whether they fit; then it is drained', async () => {
      const id = await create('moving', { constraints: ['node.hostname == n3'] })
      const tasks = cluster.tasks.map((task) =>
        task.ServiceID === id.slice(swarm.length + 1) ? { ...task, NodeID: 'node-n3' } : task,
      )
      cluster.tasks = tasks
      cluster.tell('task')
      const plan = await admin.nodes.update.plan({ swarm, node: 'n3', availability: 'drain' })
      expect(plan.steps[0]?.reasons).toEqual(
        expect.arrayContaining(['availability: active → drain', '2 tasks of moving move']),
      )
      expect(plan.warnings.join()).toContain('2 tasks of moving would find no other node')
      expect(
        await admin.nodes.update({ swarm, node: 'n3', availability: 'drain', labels: { zone: 'a' } }),
      ).toMatchObject({
        availability: 'drain',
        labels: { zone: 'a' },
      })
      await vi.waitFor(async () => expect(await events('node.changed', 'n3 is drained')).toHaveLength(1), patience)
      expect(
        await admin.nodes.update({ swarm, node: 'n3', availability: 'active', labels: { zone: null } }),
      ).toMatchObject({
        labels: {},
      })
      await admin.swarmServices.remove({ id })
    })

    test('the only manager stays one; a node that is up is not removed unasked', async () => {
      expect(await codeOf(admin.nodes.update({ swarm, node: 'n1', role: 'worker' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(admin.nodes.remove({ swarm, node: 'n3' }))).toBe('STATE_CONFLICT')
      expect(await codeOf(developer.nodes.update({ swarm, node: 'n3', availability: 'drain' }))).toBe('FORBIDDEN')
    })

    test('what happens to them is told', async () => {
      cluster.nodes.push(standInNode('n5'))
      cluster.tell('node')
      cluster.nodes[3] = standInNode('n5', { Status: { State: 'down', Message: 'heartbeat failure' } })
      cluster.tell('node')
      expect((await admin.nodes.list({ swarm })).items[0]).toMatchObject({
        hostname: 'n5',
        reason: 'heartbeat failure',
      })
      await admin.nodes.remove({ swarm, node: 'n5' })
      await vi.waitFor(async () => {
        expect(await events('node.joined', 'n5')).toHaveLength(1)
        expect(await events('node.state', 'n5 is down: heartbeat failure.')).toHaveLength(1)
        expect(await events('node.left', 'n5')).toHaveLength(1)
      }, patience)
    })
  })

  describe('services', () => {
    test('are made of a form, shown as one, changed, and brought back', async () => {
      const environment = { API_TOKEN: 'very-secret-7', MODE: 'one' }
      const id = await create('shop', { environment, networks: [{ name: 'front' }] })
      expect((await followed('shop')).state).toBe('succeeded')
      expect(await admin.services.get({ id })).toMatchObject({ kind: 'swarm-service', name: 'shop', state: 'running' })
      expect(await codeOf(admin.swarmServices.create({ swarm, draft: draft('shop') }))).toBe('CONFLICT')
      const form = await admin.swarmServices.draft({ id })
      expect(form).toMatchObject({ lost: [], draft: { environment: { API_TOKEN: null, MODE: 'one' } } })
      const changed = { ...form.draft, image: 'web:2', environment: { ...form.draft.environment, MODE: 'two' } }
      const plan = await admin.swarmServices.update.plan({ id, draft: changed })
      expect(plan.steps[0]).toMatchObject({
        verb: 'replace',
        reasons: ['image: web:1 → web:2', 'environment.MODE: one → two'],
      })
      await admin.swarmServices.update({ id, draft: changed })
      expect((await followed('shop')).result).toMatchObject({ state: 'converged' })
      expect(cluster.services.get(id.slice(swarm.length + 1))?.Spec.TaskTemplate.ContainerSpec?.Env).toEqual([
        'API_TOKEN=very-secret-7',
        'MODE=two',
      ])
      expect(await admin.swarmServices.rollout({ id })).toMatchObject({
        state: 'completed',
        desired: 2,
        updated: 2,
        image: 'web:2',
        previousImage: 'web:1',
        deadline: null,
      })
      const back = await admin.swarmServices.rollback.plan({ id })
      expect(back.steps[0]?.reasons).toContain('image: web:2 → web:1')
      expect(await admin.swarmServices.rollback({ id })).toMatchObject({ state: 'rollback-completed', image: 'web:1' })
      expect((await followed('shop')).state).toBe('succeeded')
      const told = await Promise.all([
        admin.audit.list({ limit: 200 }),
        admin.jobs.list({ limit: 200 }),
        admin.timeline.list({ limit: 200 }),
      ])
      expect(JSON.stringify([told, plan, back])).not.toContain('very-secret')
    })

    test('keep their name and kind', async () => {
      const id = await create('fixed')
      expect(await codeOf(admin.swarmServices.update({ id, draft: draft('other') }))).toBe('VALIDATION_FAILED')
      const global = draft('fixed', { mode: { kind: 'global' } })
      expect(await codeOf(admin.swarmServices.update({ id, draft: global }))).toBe('VALIDATION_FAILED')
    })

    test('an update that does not get on is undone when our deadline passes', async () => {
      const id = await create('slow')
      await followed('slow')
      await admin.swarmServices.update({ id, draft: draft('slow', { image: 'stuck:1' }), deadlineMs: 2000 })
      const under = await admin.swarmServices.rollout({ id })
      expect(under).toMatchObject({ state: 'updating', updated: 0, failing: 1 })
      expect(under.deadline).not.toBeNull()
      expect(under.tasks[0]).toMatchObject({
        state: 'pending',
        reason: 'No suitable node (insufficient resources on 3 nodes).',
      })
      const job = await followed('slow')
      expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
      expect(job.error?.message).toContain('slow is as it was before')
      expect(imageOf(id)).toBe('web:1')
      await vi.waitFor(async () => {
        expect(await events('rollout.stalled', 'slow')).toHaveLength(1)
        expect(await events('rollout.rolled-back', 'slow')).toHaveLength(1)
      }, patience)
    })

    test('one that fails is rolled back by the engine, and the reason is told', async () => {
      const id = await create('bad')
      await followed('bad')
      await admin.swarmServices.update({ id, draft: draft('bad', { image: 'broken:1' }) })
      expect(await followed('bad')).toMatchObject({ state: 'failed', error: { errorCode: 'TARGET_REFUSED' } })
      expect(await admin.swarmServices.rollout({ id })).toMatchObject({
        state: 'rollback-completed',
        reason: 'It ended with exit code 3.',
        image: 'web:1',
      })
    })

    test('held by hand an update has no deadline, and after it went on it can still go back', async () => {
      const id = await create('held')
      await followed('held')
      await admin.swarmServices.update({ id, draft: draft('held', { image: 'stuck:1' }), deadlineMs: 60_000 })
      const paused = await admin.swarmServices.pause({ id })
      expect(paused).toMatchObject({ state: 'paused', deadline: null })
      expect(paused.message).toContain('held by hand')
      expect((await followed('held')).state).toBe('cancelled')
      await admin.swarmServices.resume({ id })
      // The engine remembers the spec that was held as the one before.
      expect(cluster.services.get(id.slice(swarm.length + 1))?.PreviousSpec?.TaskTemplate.ContainerSpec?.Image).toBe(
        'stuck:1',
      )
      await admin.swarmServices.rollback({ id })
      expect(imageOf(id)).toBe('web:1')
    })

    test('are scaled where they fit, and replaced though nothing has changed', async () => {
      const id = await create('scaled', {
        reservations: { memoryBytes: 3 * 1024 ** 3 },
        mode: { kind: 'replicated', replicas: 1 },
      })
      const plan = await admin.swarmServices.scale.plan({ id, replicas: 4 })
      expect(plan.warnings[0]).toContain('Only 2 of 3 new tasks would find a node')
      expect(await admin.swarmServices.scale({ id, replicas: 2 })).toMatchObject({ desired: 2, running: 2 })
      expect(await admin.swarmServices.placement({ id })).toMatchObject({ fits: 1 })
      await admin.swarmServices.force({ id })
      expect(cluster.asked).toContain('force scaled')
      const global = await create('everywhere', { mode: { kind: 'global' } })
      expect(await codeOf(admin.swarmServices.scale({ id: global, replicas: 2 }))).toBe('STATE_CONFLICT')
      await admin.swarmServices.remove({ id })
      expect(await codeOf(admin.services.get({ id }))).toBe('NOT_FOUND')
    })

    test('a preview tells what it means, where it would run and what speaks against it', async () => {
      const wanted = draft('preview', {
        networks: [{ name: 'nowhere' }],
        constraints: ['node.labels.disk == ssd'],
        mounts: [{ type: 'bind', source: '/etc', destination: '/etc' }],
        environment: { KEPT: null },
      })
      const seen = await developer.swarmServices.preview({ swarm, draft: wanted })
      expect(seen.compose).toContain('preview:')
      expect(seen.command).toMatch(/^docker service create/)
      expect(seen.problems.join()).toContain('no network "nowhere"')
      expect(seen.problems.join()).toContain('node.labels.disk is not set, and must be ssd')
      expect(seen.refusals).toEqual(['preview mounts /etc of the host.'])
      expect(seen.placement.fits).toBe(0)
    })
  })

  describe('the policy', () => {
    const reaching = { mounts: [{ type: 'bind' as const, source: '/etc', destination: '/etc' }] }

    test('binds those who make and change services on every path', async () => {
      const over = draft('reach', reaching)
      expect(await codeOf(developer.swarmServices.create({ swarm, draft: over }))).toBe('POLICY_REFUSED')
      expect(await codeOf(developer.swarmServices.create.plan({ swarm, draft: over }))).toBe('POLICY_REFUSED')
      const tame = await create('tame')
      await followed('tame')
      const wider = draft('tame', reaching)
      expect(await codeOf(developer.swarmServices.update({ id: tame, draft: wider }))).toBe('POLICY_REFUSED')
      // An administrator is told, and may.
      expect((await admin.swarmServices.update.plan({ id: tame, draft: wider })).warnings).toContain(
        'tame mounts /etc of the host.',
      )
      await admin.swarmServices.update({ id: tame, draft: wider })
      await followed('tame')
      expect(await codeOf(developer.swarmServices.scale({ id: tame, replicas: 3 }))).toBe('POLICY_REFUSED')
      expect(await codeOf(developer.swarmServices.force({ id: tame }))).toBe('POLICY_REFUSED')
      expect(await codeOf(developer.swarmServices.scale({ id: tame, replicas: 1 }))).toBe('ok')
      await admin.swarmServices.update({ id: tame, draft: draft('tame', { image: 'web:3' }) })
      await followed('tame')
      // The spec before reaches beyond itself.
      expect(await codeOf(developer.swarmServices.rollback({ id: tame }))).toBe('POLICY_REFUSED')
      expect(imageOf(tame)).toBe('web:3')
    })

    test('binds administrators where it says so', async () => {
      const { rules } = (await admin.policies.list()).items[0]!
      await admin.policies.set({ target: swarm, rules: { ...rules, enforceOnAdministrators: true } })
      expect(await codeOf(admin.swarmServices.create({ swarm, draft: draft('reach', reaching) }))).toBe(
        'POLICY_REFUSED',
      )
      await admin.policies.clear({ target: swarm })
    })
  })

  describe('secrets and configs', () => {
    const user = (id: string, kind: 'Secrets' | 'Configs') =>
      cluster.services.get(id.slice(swarm.length + 1))?.Spec.TaskTemplate.ContainerSpec?.[kind]?.[0]

    test('a rotation makes a version, moves the users over, and can be reverted', async () => {
      const made = await admin.swarmSecrets.create({ swarm, name: 'db', value: 'very-secret-one' })
      expect(made).toMatchObject({ name: 'db', family: 'db', version: 1, newest: true, sizeBytes: null, usedBy: [] })
      expect(await codeOf(admin.swarmSecrets.create({ swarm, name: 'db', value: 'x' }))).toBe('CONFLICT')
      const id = await create('user', { secrets: [{ name: 'db', file: 'password' }] })
      await followed('user')
      const plan = await admin.swarmSecrets.rotate.plan({ swarm, name: 'db', value: 'very-secret-two' })
      expect(plan.steps.map(({ verb, name }) => [verb, name])).toEqual([
        ['create', 'db-v2'],
        ['replace', 'user'],
      ])
      const job = await ended(await admin.swarmSecrets.rotate({ swarm, name: 'db', value: 'very-secret-two' }))
      expect(job).toMatchObject({ state: 'succeeded', result: { name: 'db-v2', version: 2, moved: ['user'] } })
      expect(user(id, 'Secrets')).toMatchObject({ SecretName: 'db-v2', File: { Name: 'password' } })
      expect([...cluster.values.values()]).toContain('very-secret-two')
      const { items } = await admin.swarmSecrets.list({ swarm, q: 'db' })
      expect(items).toMatchObject([{ name: 'db-v2', family: 'db', newest: true, usedBy: [{ name: 'user' }] }])
      expect((await admin.swarmSecrets.list({ swarm, versions: true, q: 'db' })).total).toBe(2)
      expect(await codeOf(admin.swarmSecrets.remove({ swarm, name: 'db-v2' }))).toBe('STATE_CONFLICT')
      const back = await ended(await admin.swarmSecrets.revert({ swarm, name: 'db' }))
      expect(back).toMatchObject({ state: 'succeeded', result: { version: 1, moved: ['user'] } })
      expect(user(id, 'Secrets')).toMatchObject({ SecretName: 'db', File: { Name: 'password' } })
      await admin.swarmSecrets.remove({ swarm, name: 'db-v2' })
      const told = await Promise.all([
        admin.audit.list({ limit: 200 }),
        admin.jobs.list({ limit: 200 }),
        admin.timeline.list({ limit: 200 }),
      ])
      expect(JSON.stringify([told, plan, items])).not.toContain('very-secret')
    })

    test('when one user does not come up all go back, and the new version is gone', async () => {
      await admin.swarmConfigs.create({ swarm, name: 'page', value: 'one' })
      const configs = [{ name: 'page' }]
      const first = await create('a-first', { configs })
      const second = await create('b-second', { configs })
      await followed('b-second')
      // From now on no task of the second starts.
      const native = second.slice(swarm.length + 1)
      const service = cluster.services.get(native)!
      const { TaskTemplate: template } = service.Spec
      const Spec = {
        ...service.Spec,
        TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: 'stuck:1' } },
      }
      cluster.services.set(native, { ...service, Spec })
      cluster.tell('service')
      const rotate = { swarm, name: 'page', value: 'two', deadlineMs: 300 }
      const job = await ended(await admin.swarmConfigs.rotate(rotate))
      expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
      expect(job.error?.message).toMatch(/^b-second did not take page-v2: .* All are back where they were\.$/)
      expect(user(first, 'Configs')).toMatchObject({ ConfigName: 'page' })
      expect(user(second, 'Configs')).toMatchObject({ ConfigName: 'page' })
      expect([...cluster.configs.values()].map(({ Spec: { Name } }) => Name)).toEqual(['page'])
    })

    test('configs are read as text or as bytes; values are measured', async () => {
      const bytes = Buffer.from([0, 255, 1]).toString('base64')
      const made = await admin.swarmConfigs.create({ swarm, name: 'blob', value: bytes, encoding: 'base64' })
      expect(made.sizeBytes).toBe(3)
      expect(await admin.swarmConfigs.read({ swarm, name: 'page' })).toMatchObject({ value: 'one', encoding: 'utf8' })
      const wrong = admin.swarmConfigs.create({ swarm, name: 'wrong', value: '%%%', encoding: 'base64' })
      expect(await codeOf(wrong)).toBe('VALIDATION_FAILED')
      const large = admin.swarmConfigs.create({ swarm, name: 'large', value: 'x'.repeat(500_001) })
      expect(await codeOf(large)).toBe('VALIDATION_FAILED')
      expect(await codeOf(developer.swarmConfigs.read({ swarm, name: 'page' }))).toBe('FORBIDDEN')
      expect((await developer.swarmConfigs.list({ swarm })).items.map(({ name }) => name)).toContain('blob')
    })
  })

  test('tasks are listed, those that need somebody first, to those who may see the Swarm', async () => {
    const id = await create('waits', { image: 'stuck:1' })
    const { items } = await admin.tasks.list({ swarm })
    expect(items[0]?.state).toBe('pending')
    const waits = items.find(({ serviceName }) => serviceName === 'waits')
    expect(waits).toMatchObject({ state: 'pending', nodeId: null, current: true })
    expect((await admin.tasks.list({ swarm, service: id })).total).toBe(1)
    const running = await admin.tasks.list({ swarm, state: 'running', node: 'n1' })
    expect(new Set(running.items.map(({ nodeName }) => nodeName))).toEqual(new Set(['n1']))
    expect(await codeOf(admin.tasks.list({ state: 'walking' }))).toBe('VALIDATION_FAILED')
    await admin.users.create({
      username: 'elsewhere',
      password,
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'target', id: 'local', role: 'viewer' }],
    })
    const { client } = await house.signIn('elsewhere', password)
    for (const list of [client.tasks.list({}), client.nodes.list({}), client.swarmSecrets.list({})])
      expect((await list).total).toBe(0)
    expect(await codeOf(client.swarm.get({ swarm }))).toBe('NOT_FOUND')
    expect(await codeOf(client.swarmServices.rollout({ id }))).toBe('NOT_FOUND')
    // Nobody waits for it any more.
    await admin.swarmServices.remove({ id })
  })
})
