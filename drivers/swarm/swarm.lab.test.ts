import type { Native, ServiceProgress, SwarmService } from '@wheelhouse/driver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SwarmBench } from '../../test/docker/swarm-bench.ts'
import * as nodes from '../../test/docker/swarm-of-nodes.ts'
import { suite, where } from '../../test/needs.ts'

const never = new AbortController().signal
const settleMs = 90_000

suite('Swarm', ['swarm', 'n1', 'n2', 'n3'], () => {
  let bench: SwarmBench
  beforeAll(async () => {
    await nodes.formSwarm(['n1', 'n2', 'n3'])
    bench = await SwarmBench.open()
  }, 120_000)
  afterAll(async () => {
    await bench.close()
    await nodes.leaveSwarm()
  }, 120_000)

  const settle = (id: string, deadlineMs = settleMs) => bench.cluster.settle(id, { deadlineMs }, never)

  describe('services', { timeout: 180_000 }, () => {
    test('a new one converges, is a row that runs, and its image is bound to a digest', async () => {
      const { id, warnings } = await bench.create('web', { replicas: 3 })
      const seen: ServiceProgress[] = []
      const settled = await bench.cluster.settle(
        id,
        { deadlineMs: settleMs, progress: (progress) => seen.push(progress) },
        never,
      )
      expect(warnings).toEqual([])
      expect(settled).toMatchObject({ state: 'converged', reason: null })
      expect(seen.at(-1)).toMatchObject({ desired: 3, updated: 3, running: 3, outdated: 0, failing: 0 })
      expect(settled.service).toMatchObject({
        Spec: { TaskTemplate: { ContainerSpec: { Image: expect.stringMatching(/lab\/web:1@sha256:[0-9a-f]{64}$/) } } },
      })
      const row = await bench.recorder.state(id, 'running')
      expect(row).toMatchObject({
        kind: 'swarm-service',
        nativeState: '3/3',
        image: `${where('nodesRegistry')}/lab/web:1`,
      })
      expect(row.startedAt).not.toBeNull()
    })

    test('scaling, stopping and starting end when the tasks have followed', async () => {
      const { id } = await bench.create('scaled', { replicas: 1 })
      await settle(id)
      await bench.cluster.scale(id, 2)
      expect(await settle(id)).toMatchObject({
        state: 'converged',
        message: expect.stringContaining('2 of 2 tasks run'),
      })
      await bench.connection.stop(id, {})
      expect(await bench.running(id)).toEqual([])
      await bench.recorder.state(id, 'stopped')
      await expect(bench.connection.stop(id, {})).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      await bench.connection.start(id)
      expect(await bench.running(id)).toHaveLength(2)
      await bench.recorder.state(id, 'running')
    })

    test('an update replaces every task, and rollback brings the spec before back', async () => {
      const { id } = await bench.create('rolled', { replicas: 2, environment: ['VERSION=1'] })
      await settle(id)
      await bench.update(id, (spec) => bench.withEnvironment(spec, ['VERSION=2']))
      expect(await settle(id)).toMatchObject({ state: 'converged' })
      expect(await bench.environments(id)).toEqual([['VERSION=2'], ['VERSION=2']])
      await bench.cluster.rollback(id)
      expect(await settle(id)).toMatchObject({ state: 'rolled-back', reason: null })
      expect(await bench.environments(id)).toEqual([['VERSION=1'], ['VERSION=1']])
    })

    test('an update that fails goes back by itself, and says why', async () => {
      const { id } = await bench.create('failing', { replicas: 2, environment: ['VERSION=1'] })
      await settle(id)
      await bench.update(id, (spec) => bench.withCommand(spec, ['sh', '-c', 'sleep 0.5; exit 3']))
      const settled = await settle(id)
      expect(settled).toMatchObject({ state: 'rolled-back', reason: 'it ended with exit code 3' })
      expect(settled.message).toContain('went back to what it was before; it ended with exit code 3')
      expect(await bench.environments(id)).toEqual([['VERSION=1'], ['VERSION=1']])
      await expect(bench.cluster.rollback(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      const row = await bench.recorder.state(id, 'running')
      expect(row.reason).toContain('exit code 3')
    })

    test('an update that fails stays where it is when it is told to, and goes on when resumed', async () => {
      const { id } = await bench.create('held', { replicas: 4, environment: ['VERSION=1'], onFailure: 'pause' })
      await settle(id)
      await bench.update(id, (spec) => bench.withCommand(spec, ['sh', '-c', 'sleep 0.5; exit 4']))
      expect(await settle(id)).toMatchObject({ state: 'paused', reason: 'it ended with exit code 4' })
      expect(await bench.recorder.state(id, 'degraded')).toMatchObject({ reason: expect.stringContaining('paused') })
      await bench.cluster.resumeUpdate(id)
      expect(await settle(id)).toMatchObject({ state: 'paused' })
      // The engine's own memory of the spec before is used up by resuming; a task of it is left.
      await bench.cluster.rollback(id)
      expect(await settle(id)).toMatchObject({ state: 'converged' })
      expect(await bench.environments(id)).toEqual(Array(4).fill(['VERSION=1']))
    })

    test('an update is held where it is, goes on, and can go back after', async () => {
      const { id } = await bench.create('paused', { replicas: 4, environment: ['VERSION=1'] })
      await settle(id)
      await bench.update(id, (spec) => bench.withEnvironment(spec, ['VERSION=2']))
      await bench.until(id, 'it is under way', ({ update, updated }) => update === 'updating' && updated >= 1)
      await bench.cluster.pauseUpdate(id)
      await expect(bench.cluster.pauseUpdate(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      const stalled = await settle(id, 15_000)
      expect(stalled.state).toBe('stalled')
      expect(await bench.environments(id)).toContainEqual(['VERSION=1'])
      await bench.cluster.resumeUpdate(id)
      expect(await settle(id)).toMatchObject({ state: 'converged' })
      expect(await bench.environments(id)).toEqual(Array(4).fill(['VERSION=2']))
      expect((await bench.cluster.service(id)).Spec).toMatchObject({ UpdateConfig: { Parallelism: 1 } })
      await bench.cluster.rollback(id)
      await settle(id)
      expect(await bench.environments(id)).toEqual(Array(4).fill(['VERSION=1']))
    })

    test('forcing replaces tasks of the same spec', async () => {
      const { id } = await bench.create('forced', { replicas: 1 })
      await settle(id)
      const [before] = await bench.running(id)
      await bench.connection.restart(id, {})
      const [after] = await bench.running(id)
      expect(after?.ID).not.toBe(before?.ID)
    })

    test('a task that fits nowhere says why, and our deadline ends the wait', async () => {
      const { id } = await bench.create('nowhere', { replicas: 1, constraints: ['node.labels.disk == ssd'] })
      const settled = await settle(id, 4_000)
      expect(settled.state).toBe('stalled')
      expect(settled.reason).toMatch(/no suitable node/)
      expect(await bench.recorder.state(id, 'failed')).toMatchObject({
        reason: expect.stringContaining('no suitable node'),
      })
    })

    test('an image that no registry has is told of, and the task says so', async () => {
      const image = `${where('nodesRegistry')}/lab/nothing:1`
      const { id, warnings } = await bench.create('imageless', { replicas: 1, image })
      expect(warnings.join()).toContain('is not bound to a digest')
      const settled = await settle(id, 10_000)
      expect(settled).toMatchObject({ state: 'stalled', reason: expect.stringMatching(/No such image/i) })
    })

    test('a change bound to an old version is refused', async () => {
      const { id } = await bench.create('raced', { replicas: 1 })
      const service = (await bench.cluster.service(id)) as unknown as SwarmService
      await bench.cluster.scale(id, 0)
      const late = bench.cluster.updateService(id, service.Version.Index, service.Spec as unknown as Native, {
        signIn: null,
        from: 'spec',
      })
      await expect(late).rejects.toMatchObject({ code: 'CONFLICT' })
    })

    test('one that is removed goes from view, and is gone for those who wait', async () => {
      const { id } = await bench.create('removed', { replicas: 1 })
      await bench.recorder.until('its row', () => bench.recorder.services.get(id))
      const waiting = settle(id)
      await bench.connection.remove(id, { force: false, volumes: false })
      expect(await waiting).toMatchObject({ state: 'gone' })
      await bench.recorder.until('its row is gone', () => !bench.recorder.services.has(id))
      await expect(bench.cluster.service(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })

  test('a secret and a config are made, used by a service, and kept while they are', async () => {
    const data = new TextEncoder().encode('pässword\n')
    const secretName = bench.name('secret')
    const secret = await bench.cluster.createObject('secret', { name: secretName, labels: { family: 'x' }, data })
    const config = await bench.cluster.createObject('config', { name: bench.name('config'), labels: {}, data })
    expect(new TextDecoder().decode(await bench.cluster.readConfig(config))).toBe('pässword\n')
    const again = bench.cluster.createObject('secret', { name: secretName, labels: {}, data })
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' })
    const command = ['sh', '-c', 'cat /run/secrets/told; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']
    const { id } = await bench.create('secretive', {
      replicas: 1,
      command,
      secrets: [{ SecretID: secret, SecretName: secretName, File: { Name: 'told', UID: '0', GID: '0', Mode: 0o400 } }],
    })
    await settle(id)
    const lines = await bench.log({ service: id })
    expect(lines.map((line) => line.text)).toEqual(['pässword'])
    await expect(bench.cluster.removeObject('secret', secret)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await bench.cluster.removeService(id)
    await nodes.until('its secret is free', () => bench.cluster.removeObject('secret', secret).then(() => true))
    await bench.cluster.removeObject('config', config)
    await bench.clusterView.until('both are gone', ({ secrets, configs }) => secrets.length + configs.length === 0)
  })

  test('the log of a service is that of all its tasks, by whom each line is, and goes on with new tasks', async () => {
    const command = [
      'sh',
      '-c',
      'echo "hello of $NAME"; echo oops >&2; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done',
    ]
    const { id } = await bench.create('logged', { replicas: 3, command, environment: ['NAME={{.Task.Slot}}'] })
    await settle(id)
    const lines = await bench.log({ service: id })
    const told = lines.filter((line) => line.stream === 'stdout').map((line) => line.text)
    expect(told.sort()).toEqual(['hello of 1', 'hello of 2', 'hello of 3'])
    expect(lines.filter((line) => line.stream === 'stderr')).toHaveLength(3)
    expect(new Set(lines.map((line) => line.task)).size).toBe(3)
    expect(new Set(lines.map((line) => line.node)).size).toBe(3)
    const [first] = lines
    const ofTask = await bench.log({ task: first?.task ?? '' })
    expect(ofTask).toHaveLength(2)

    const abort = new AbortController()
    const followed = bench.connection.logs(id, { ...bench.wholeLog, tail: 10, follow: true }, abort.signal)
    const fresh = (async () => {
      for await (const line of followed) if (line.text === 'hello of 4') return line
      return null
    })()
    await bench.cluster.scale(id, 4)
    expect(await fresh).toMatchObject({ stream: 'stdout' })
    abort.abort()
  })

  test('nodes are drained, labelled, demoted and promoted, and their tasks move', async () => {
    const { id } = await bench.create('moving', { replicas: 3 })
    await settle(id)
    const n3 = (await nodes.statesOf('n1')).find((node) => node.hostname === 'n3')?.id ?? ''
    await bench.cluster.updateNode(n3, { availability: 'drain', labels: { disk: 'ssd', gone: null } })
    await nodes.until('its tasks are elsewhere', async () => {
      const tasks = await bench.running(id)
      return tasks.length === 3 && tasks.every((task) => task.NodeID !== n3)
    })
    await bench.clusterView.until('the node is seen as drained', ({ nodes: rows }) =>
      JSON.stringify(rows.find((row) => row.ID === n3)?.Spec).includes('"Availability":"drain"'),
    )
    await bench.cluster.updateNode(n3, { availability: 'active', labels: { disk: null }, role: 'worker' })
    await nodes.until('it is a worker', async () => (await bench.cluster.facts()).managers.length === 2)
    await expect(bench.cluster.removeNode(n3, false)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await bench.cluster.updateNode(n3, { role: 'manager' })
    await nodes.until('it is a manager', async () => (await bench.cluster.facts()).managers.length === 3)
  })

  test('settings, tokens and the key of the lock change', async () => {
    const before = await bench.cluster.tokens()
    await bench.cluster.rotateToken('worker')
    const after = await bench.cluster.tokens()
    expect(after.worker).not.toBe(before.worker)
    expect(after.manager).toBe(before.manager)
    await expect(bench.cluster.unlockKey(false)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await bench.cluster.updateSettings({ taskHistory: 3, autolock: true })
    expect((await bench.cluster.facts()).settings).toMatchObject({ taskHistory: 3, autolock: true, heartbeatMs: 5000 })
    const key = await bench.cluster.unlockKey(false)
    expect(key).toMatch(/^SWMKEY-/)
    expect(await bench.cluster.unlockKey(true)).not.toBe(key)
    await bench.cluster.updateSettings({ autolock: false })
    await bench.clusterView.until('the mirror knows', ({ cluster }) => cluster.settings.taskHistory === 3)
  })

  test('an overlay network is made and removed, and kept while a service is in it', async () => {
    const name = bench.name('overlay')
    const id = await bench.cluster.createNetwork({ Name: name, Attachable: true })
    await bench.clusterView.until('it is seen', ({ networks }) => networks.some((network) => network.Id === id))
    const { id: service } = await bench.create('netted', { replicas: 1, networks: [id] })
    await settle(service)
    await expect(bench.cluster.removeNetwork(id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await bench.cluster.removeService(service)
    await nodes.until('nobody is in it', () => bench.cluster.removeNetwork(id).then(() => true))
  })

  describe('faults', () => {
    test('the tasks of a node that is cut off move, and the row says so until they have', async () => {
      const { id } = await bench.create('cut', { replicas: 3 })
      await settle(id)
      const n3 = (await nodes.statesOf('n1')).find((node) => node.hostname === 'n3')?.id
      await nodes.cutNode('n3')
      try {
        await bench.clusterView.until(
          'the node is down',
          ({ nodes: rows }) => JSON.stringify(rows.find((row) => row.ID === n3)?.Status).includes('"State":"down"'),
          60_000,
        )
        await nodes.until('its tasks run elsewhere', async () => {
          const tasks = await bench.running(id)
          return tasks.filter((task) => task.NodeID !== n3).length === 3
        })
      } finally {
        await nodes.joinNode('n3')
      }
      await nodes.whole('n1')
      expect(await settle(id)).toMatchObject({ state: 'converged' })
      await bench.recorder.state(id, 'running')
    }, 180_000)

    test('a manager that is lost is replaced by another, in the middle of an update, and the mirror goes on', async () => {
      const { id } = await bench.create('survivor', {
        replicas: 3,
        environment: ['VERSION=1'],
        onFailure: 'continue', // tasks that went with the node would otherwise take the update back
      })
      await settle(id)
      const via = await bench.clusterView.until('a manager is asked', () => bench.clusterView.via)
      await bench.update(id, (spec) => bench.withEnvironment(spec, ['VERSION=2']))
      const settling = settle(id, 150_000)
      await nodes.stopEngine(via as nodes.NodeName, 'kill')
      try {
        await bench.clusterView.until('another is asked', () => bench.clusterView.via !== via, 60_000)
        await bench.clusterView.until(
          'the lost node is down',
          ({ nodes: rows }) => rows.some((row) => JSON.stringify(row.Status).includes('"State":"down"')),
          90_000,
        )
      } finally {
        await nodes.startEngine(via as nodes.NodeName)
      }
      expect(await settling).toMatchObject({ state: 'converged' })
      expect(await bench.environments(id)).toEqual(Array(3).fill(['VERSION=2']))
      await nodes.whole(via as nodes.NodeName)
    }, 240_000)

    test('without a quorum nothing changes and the reason is told; with it all goes on', async () => {
      const { id } = await bench.create('quorum', { replicas: 1 })
      await settle(id)
      await Promise.all([nodes.stopEngine('n2', 'kill'), nodes.stopEngine('n3', 'kill')])
      try {
        await bench.recorder.until(
          'it is lost',
          () => /quorum|No manager/.exec(bench.recorder.lostReason ?? ''),
          90_000,
        )
        await expect(bench.cluster.scale(id, 2)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
      } finally {
        await Promise.all([nodes.startEngine('n2'), nodes.startEngine('n3')])
      }
      await nodes.until('it can be scaled', () => bench.cluster.scale(id, 2).then(() => true))
      expect(await settle(id)).toMatchObject({ state: 'converged' })
      await bench.recorder.until('the row says so', () => bench.recorder.services.get(id)?.nativeState === '2/2')
    }, 240_000)
  })
})
