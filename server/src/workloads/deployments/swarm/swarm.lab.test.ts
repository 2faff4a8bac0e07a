import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as nodes from '../../../../../test/docker/swarm-of-nodes.ts'
import { type ControlPlane, until, Yard } from '../../../../../test/faults/control-plane.ts'
import { suite, where } from '../../../../../test/needs.ts'
import { dockerfile, told } from '../testing/container-stack.ts'

const patienceMs = 120_000
const port = 18_477

/** One after the other: each begins with what the one before has left. */
suite('deployments on a Swarm of the three nodes', ['swarm', 'n1', 'n2', 'n3', 'nodesRegistry'], () => {
  const yard = new Yard()
  const folder = yard.folder()
  const project = join(folder, 'project')
  const name = `wh-saga-${process.pid}`
  let plane: ControlPlane
  let admin: Client
  let swarm: string

  const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(join(folder, 'data')))
  beforeAll(async () => {
    await nodes.formSwarm()
    await up()
    for (const node of nodes.nodeNames) await admin.targets.register({ name: node, address: where(node) })
    swarm = await until(async () => {
      const { items } = await admin.targets.list({})
      const found = items.find(({ kind }) => kind === 'swarm')
      return found && items.every(({ state }) => state === 'connected') ? found.id : null
    }, patienceMs)
  }, 240_000)
  afterAll(async () => {
    await nodes.leaveSwarm()
    await yard.sweep()
  }, 180_000)

  /** What the page of web says, the image of the worker and what that does. */
  interface Version {
    readonly page: string
    readonly image?: string
    readonly worker?: string
  }
  const idle = 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done'

  function write({ page: says, image = 'lab/web:1', worker = idle }: Version): void {
    mkdirSync(join(project, 'web'), { recursive: true })
    writeFileSync(join(project, 'web/Dockerfile'), dockerfile(says))
    const registry = where('nodesRegistry')
    writeFileSync(
      join(project, 'wheelhouse.yaml'),
      `name: ${name}
target: ${swarm}
apps: { web: { path: web, builder: image } }
compose: { file: compose.yaml, services: { web: { app: web } }, registry: ${registry}/${name} }
pipeline: { strategy: rolling, gate_timeout: 20s, watch: { for: 2s } }
verify: [{ http: 'http://${nodes.addressOf('n1')}:${port}/', contains: ${says}, interval: 500ms }]
`,
    )
    writeFileSync(
      join(project, 'compose.yaml'),
      `services:
  web:
    build: web
    ports: [{ target: 8080, published: ${port}, mode: host }]
    deploy:
      endpoint_mode: dnsrr
      placement: { constraints: [node.role == manager] }
      update_config: { monitor: 1s }
  worker:
    image: ${registry}/${image}
    command: [sh, -c, '${worker}']
    deploy:
      replicas: 2
      endpoint_mode: dnsrr
      update_config: { monitor: 1s, order: stop-first }
`,
    )
  }

  const ended = (id: string): Promise<Deployment> =>
    until(async () => {
      const run = await admin.deployments.get({ id })
      return deploymentEnded(run.state) ? run : null
    }, patienceMs)
  const begin = async (): Promise<string> => (await admin.deployments.start({ directory: project, force: true })).id
  const deploy = async (): Promise<Deployment> => ended(await begin())
  const page = async (): Promise<string> =>
    (await (await fetch(`http://${nodes.addressOf('n1')}:${port}/`)).text()).trim()
  const service = async (which: string) => {
    const { items } = await admin.services.list({ target: swarm, stack: name })
    const found = items.find((one) => one.name === `${name}_${which}`)
    if (found) return found
    const all = await nodes.ask<{ Spec: { Name: string } }[]>('n1', 'GET', '/services')
    throw new Error(
      `${which} is not among ${items.map((one) => one.name).join()}, of ${all.map(({ Spec }) => Spec.Name).join()}`,
    )
  }
  const tasks = async (which: string): Promise<string[]> => {
    const { items } = await admin.tasks.list({ swarm, service: (await service(which)).id })
    return items.filter(({ state }) => state === 'running').map(({ id }) => id)
  }

  test('the first release: built on a node, pushed, and run by its digest', { timeout: 240_000 }, async () => {
    write({ page: 'one' })
    const run = await deploy()
    expect(run.state, told(run)).toBe('succeeded')
    expect(await page()).toBe('one')
    const release = await admin.releases.get({ id: run.release!.id })
    for (const { image } of release.services) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/)
    const started = run.stages.find((stage) => stage.name === 'start')!
    expect(started.tasks.find((task) => task.name.endsWith('worker'))?.message).toContain('2 of 2 tasks updated')
    expect(await service('worker')).toMatchObject({ kind: 'swarm-service', state: 'running' })
  })

  test('the second takes over task by task, and what did not change goes on', { timeout: 240_000 }, async () => {
    const worker = await tasks('worker')
    write({ page: 'two' })
    const run = await deploy()
    expect(run.state, told(run)).toBe('succeeded')
    expect(await page()).toBe('two')
    expect((await tasks('worker')).toSorted()).toEqual(worker.toSorted())
  })

  test(
    'a release whose task cannot start goes back, with its reason, and the old serves',
    { timeout: 300_000 },
    async () => {
      const before = { web: await service('web'), worker: await service('worker') }
      write({ page: 'three', image: 'lab/none:1' })
      const run = await deploy()
      expect(run.state, told(run)).toBe('rolled-back')
      expect(run.outcome?.stage).toBe('start')
      expect(run.outcome?.check?.output, told(run)).toMatch(/no such image|not found|manifest unknown/i)
      expect(run.outcome?.notUndone, told(run)).toEqual([])
      expect(await page()).toBe('two')
      const after = { web: await service('web'), worker: await service('worker') }
      expect(after.web.image).toBe(before.web.image)
      expect(after.worker.image).toBe(before.worker.image)
      expect(await tasks('worker')).toHaveLength(2)
    },
  )

  test('a task that ends at once is told with its exit code and its last lines', { timeout: 300_000 }, async () => {
    write({ page: 'four', worker: 'echo its last words; exit 3' })
    const run = await deploy()
    expect(run.state, told(run)).toBe('rolled-back')
    expect(run.outcome?.check?.output, told(run)).toContain('exit code 3')
    expect(JSON.stringify(run.outcome?.logs)).toContain('its last words')
    expect(await page()).toBe('two')
    expect(await tasks('worker')).toHaveLength(2)
  })

  test('a release that is kept is brought back by its digest', { timeout: 240_000 }, async () => {
    const started = await admin.deployments.rollback({ stack: name })
    const run = await ended(started.id)
    expect(run.state, told(run)).toBe('succeeded')
    expect(await page()).toBe('one')
  })

  test('the control plane is killed inside an update: the run goes on', { timeout: 300_000 }, async () => {
    write({ page: 'five', worker: `echo anew; ${idle}` })
    const id = await begin()
    await until(async () => {
      const run = await admin.deployments.get({ id })
      const worker = run.stages
        .find((stage) => stage.name === 'start')
        ?.tasks.find((task) => task.name.endsWith('worker'))
      return worker?.state === 'running' || deploymentEnded(run.state) ? true : null
    }, patienceMs)
    await plane.stop('SIGKILL')
    await up()
    const run = await ended(id)
    expect(run.state, told(run)).toBe('succeeded')
    expect(run.outcome?.notUndone).toEqual([])
    expect(await page()).toBe('five')
    expect(await tasks('worker')).toHaveLength(2)
    expect((await service('worker')).labels['wheelhouse.release']).toBe(String(run.release!.number))
  })
})
