import { join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as nodes from '../../../../../test/docker/swarm-of-nodes.ts'
import { type ControlPlane, until, Yard } from '../../../../../test/faults/control-plane.ts'
import { suite, where } from '../../../../../test/needs.ts'

const patienceMs = 150_000
const long = { timeout: 400_000 }

interface Native {
  readonly Spec: {
    readonly Labels: Readonly<Record<string, string>>
    readonly TaskTemplate: { readonly ContainerSpec: { readonly Env?: readonly string[] } }
  }
}

/** One after the other: each begins with what the one before has left. */
suite('an apply on a Swarm whose control plane is killed', ['swarm', 'n1', 'n2', 'n3', 'nodesRegistry'], () => {
  const yard = new Yard()
  const folder = yard.folder()
  const stack = `wh-cut-${process.pid}`
  let plane: ControlPlane
  let admin: Client
  let swarm: string

  const up = async (): Promise<void> => void ({ plane, admin } = await yard.admin(join(folder, 'data')))
  beforeAll(async () => {
    await nodes.formSwarm()
    await up()
    for (const node of nodes.nodeNames) await admin.targets.register({ name: node, address: where(node) })
    swarm = await until(async () => {
      const { items } = await admin.targets.list({ kind: 'swarm' })
      return items.find(({ state }) => state === 'connected')?.id ?? null
    }, patienceMs)
  }, 240_000)
  afterAll(async () => {
    await nodes.leaveSwarm()
    await yard.sweep()
  }, 180_000)

  const idle = 'trap "exit 0" TERM; while :; do sleep 1 & wait $$!; done'
  /** Each of web's tasks is watched for a while before the next is replaced: there is time to be killed in. */
  const source = (mode: string, worker = idle): string => `
services:
  web:
    image: ${where('nodesRegistry')}/lab/web:1
    command: [sh, -c, '${idle}']
    environment: { MODE: ${mode} }
    secrets: [token]
    networks: [inside]
    deploy: { replicas: 2, endpoint_mode: dnsrr, update_config: { delay: 3s, monitor: 1s, order: stop-first } }
  worker:
    image: ${where('nodesRegistry')}/lab/web:1
    command: [sh, -c, '${worker}']
    environment: { MODE: ${mode} }
    depends_on: [web]
    networks: [inside]
    deploy: { replicas: 2, endpoint_mode: dnsrr, restart_policy: { delay: 200ms }, update_config: { monitor: 3s, order: stop-first } }
networks: { inside: {} }
secrets: { token: { file: ./token.txt } }
`
  const begin = async (mode: string, worker?: string): Promise<string> => {
    const files = { 'token.txt': `token of ${mode}` }
    const text = { source: source(mode, worker), target: swarm, name: stack, directory: folder, files }
    return (await admin.stacks.apply(text)).id
  }
  const ended = (id: string): Promise<Job> =>
    until(async () => {
      const job = await admin.jobs.get({ id })
      return job.finishedAt === null ? null : job
    }, patienceMs)
  /** Once the step runs, the control plane is killed and started again. */
  const killedAt = async (id: string, step: string): Promise<void> => {
    await until(async () => {
      const job = await admin.jobs.get({ id })
      if (job.finishedAt !== null) throw new Error(`it ended before: ${job.error?.message ?? job.state}`)
      const found = job.steps.find(({ name }) => name === step)
      // With a word of its tasks it was sent.
      return found?.state === 'running' && /task|Putting/.test(found.message) ? true : null
    }, patienceMs)
    await plane.stop('SIGKILL')
    await up()
    expect((await ended(id)).error?.errorCode).toBe('INTERRUPTED')
  }
  const goneOn = async (count: number): Promise<Job> => {
    const id = await until(async () => {
      const { items } = await admin.jobs.list({ kind: 'stacks.go-on', limit: 100 })
      return items.length === count ? items[0]!.id : null
    }, patienceMs)
    return ended(id)
  }
  const native = async (service: string): Promise<Native['Spec']> =>
    (await nodes.ask<Native>('n1', 'GET', `/services/${stack}_${service}`)).Spec
  const modes = async (): Promise<(string | undefined)[]> =>
    (await Promise.all(['web', 'worker'].map(native))).map(
      ({ TaskTemplate: { ContainerSpec } }) => ContainerSpec.Env?.[0],
    )
  const secrets = async (): Promise<number> => {
    const all = await nodes.ask<{ Spec: { Name: string } }[]>('n1', 'GET', '/secrets')
    return all.filter(({ Spec }) => Spec.Name.startsWith(`${stack}_token`)).length
  }
  /** What each task that is to run says it runs with, once all of them do. */
  const allRun = (mode: string): Promise<true> =>
    until(async () => {
      const filters = encodeURIComponent(
        JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`], 'desired-state': ['running'] }),
      )
      const tasks = await nodes.ask<{ Status: { State: string }; Spec: Native['Spec']['TaskTemplate'] }[]>(
        'n1',
        'GET',
        `/tasks?filters=${filters}`,
      )
      const fine = tasks.filter(
        ({ Status, Spec }) => Status.State === 'running' && Spec.ContainerSpec.Env?.[0] === `MODE=${mode}`,
      )
      return tasks.length === 4 && fine.length === 4 ? true : null
    }, patienceMs)
  const states = async (): Promise<string[]> => {
    const { items } = await admin.stacks.revisions({ id: `${swarm}:${stack}` })
    return items.map(({ state }) => state)
  }

  test(
    'in the middle of an update: it is gone on with after the start, and ends as it was asked for',
    long,
    async () => {
      expect((await ended(await begin('one'))).error).toBeNull()
      await killedAt(await begin('two'), 'web')
      const job = await goneOn(1)
      expect(job.error).toBeNull()
      expect(await modes()).toEqual(['MODE=two', 'MODE=two'])
      await allRun('two')
      expect(await states()).toEqual(['applied', 'applied'])
    },
  )

  test('in the middle of one that cannot succeed: the whole stack is back as it was before it', long, async () => {
    const [web, worker] = [await native('web'), await native('worker')]
    const kept = await secrets()
    await killedAt(await begin('three', 'sleep 0.3; exit 7'), 'web')
    const job = await goneOn(2)
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain('exit code 7')
    expect(job.error?.message).toContain(`All of ${stack} is back to what it was.`)
    expect([await native('web'), await native('worker')]).toEqual([web, worker])
    expect(await secrets()).toBe(kept)
    await allRun('two')
    expect(await states()).toEqual(['failed', 'applied', 'applied'])
  })

  test('while it goes back: it goes on going back, and still says why', long, async () => {
    const [web, worker] = [await native('web'), await native('worker')]
    await killedAt(await begin('four', 'sleep 0.3; exit 7'), 'web back')
    const job = await goneOn(3)
    expect(job.title).toMatch(/^Put back/)
    expect(job.error?.message).toContain('exit code 7')
    expect([await native('web'), await native('worker')]).toEqual([web, worker])
    await allRun('two')
    // Nothing is left to be gone on with.
    await plane.stop()
    await up()
    expect((await admin.jobs.list({ kind: 'stacks.go-on', limit: 100 })).items).toHaveLength(3)
  })
})
