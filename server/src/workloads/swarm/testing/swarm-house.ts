import type { Client } from '@wheelhouse/client'
import type { Job, SwarmServiceDraft } from '@wheelhouse/contract'
import type { ObservedService, SwarmTask } from '@wheelhouse/driver'
import { expect, vi } from 'vitest'
import { StandInEngines } from '../../../../../test/docker/stand-in-engines.ts'
import { StandInSwarm } from '../../../../../test/docker/stand-in-swarm.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { swarmTargetId } from '../../../inventory/targets/index.ts'

export const patience = { timeout: 60_000, interval: 20 }
export const password = 'correct-horse-battery-2'

export const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

export const draft = (name: string, more: Partial<SwarmServiceDraft> = {}): SwarmServiceDraft => ({
  name,
  image: 'web:1',
  mode: { kind: 'replicated', replicas: 2 },
  ...more,
})

function containerRow(service: string, { ID, ServiceID, Slot, Status }: SwarmTask): ObservedService | null {
  const container = Status.ContainerStatus?.ContainerID
  if (container === undefined) return null
  return {
    nativeId: container,
    name: `${service}.${Slot}.${ID}`,
    kind: 'container',
    stack: null,
    stackService: null,
    state: 'running',
    nativeState: 'running',
    reason: null,
    health: 'none',
    image: 'web:1',
    command: null,
    ports: [],
    labels: { 'com.docker.swarm.service.id': ServiceID, 'com.docker.swarm.task.id': ID },
    restarts: 0,
    exitCode: null,
    pid: 1,
    tty: false,
    checks: [],
    createdAt: Status.Timestamp,
    startedAt: Status.Timestamp,
    changedAt: Status.Timestamp,
  }
}

/** A house whose only Swarm is one in memory: n1 manages it, n2 is registered too, n3 is not, and n9 is in none. */
export class SwarmHouse {
  readonly house: TestHouse
  readonly engines: StandInEngines
  readonly cluster: StandInSwarm
  readonly swarm: string
  readonly admin: Client
  readonly developer: Client

  private constructor(house: TestHouse, engines: StandInEngines, cluster: StandInSwarm, developer: Client) {
    this.house = house
    this.engines = engines
    this.cluster = cluster
    this.admin = house.admin
    this.developer = developer
    this.swarm = swarmTargetId(cluster.clusterId)
  }

  static async open(): Promise<SwarmHouse> {
    const engines = new StandInEngines()
    const cluster = new StandInSwarm()
    const { clusterId } = cluster
    engines.put('n1', { state: 'active', nodeId: 'node-n1', clusterId, manager: true })
    engines.put('n2', { state: 'active', nodeId: 'node-n2' })
    engines.put('n9', {})
    const house = await openTestHouse({ docker: engines.driver, swarmDriver: () => cluster.driver() })
    const { admin } = house
    for (const name of ['n1', 'n2', 'n9']) await admin.targets.register({ name, address: `tcp://${name}:2375` })
    await admin.users.create({ username: 'dev', password, role: 'developer' })
    const { client } = await house.signIn('dev', password)
    const own = new SwarmHouse(house, engines, cluster, client)
    await vi.waitFor(
      async () => expect((await admin.nodes.get({ swarm: own.swarm, node: 'n2' })).targetId).toBe('n2'),
      patience,
    )
    return own
  }

  async create(name: string, more: Partial<SwarmServiceDraft> = {}): Promise<string> {
    return (await this.admin.swarmServices.create({ swarm: this.swarm, draft: draft(name, more) })).id
  }

  /** Somebody who was granted one service and nothing else. */
  async granted(username: string, id: string): Promise<Client> {
    const grants = [{ on: 'service' as const, id, role: 'developer' as const }]
    await this.admin.users.create({ username, password, role: 'viewer', reach: 'granted', grants })
    return (await this.house.signIn(username, password)).client
  }

  ended(job: Pick<Job, 'id'>): Promise<Job> {
    return vi.waitFor(async () => {
      const now = await this.admin.jobs.get({ id: job.id })
      expect(now.finishedAt).not.toBeNull()
      return now
    }, patience)
  }

  /** The newest job that follows a change of this service, when it is over. */
  async followed(name: string): Promise<Job> {
    const { items } = await this.admin.jobs.list({ kind: 'swarm.rollout', limit: 1000 })
    return this.ended(items.find((job) => job.title.includes(name))!)
  }

  /** As the manager has it. */
  native(id: string) {
    return this.cluster.services.get(id.slice(this.swarm.length + 1))!
  }
  container(id: string) {
    return this.native(id).Spec.TaskTemplate.ContainerSpec
  }

  /** The engines tell of the containers of a service's tasks, as those of its nodes would. */
  tellContainers(id: string): void {
    const tasks = this.cluster.tasks.filter((task) => task.ServiceID === id.slice(this.swarm.length + 1))
    const { Name: name } = this.native(id).Spec
    for (const host of ['n1', 'n2']) {
      const own = tasks.filter((task) => task.NodeID === `node-${host}`)
      this.engines.heard.get(host)?.snapshot(own.flatMap((task) => containerRow(name, task) ?? []))
    }
  }

  async events(type: string, about: string): Promise<string[]> {
    const { items } = await this.admin.timeline.list({ type, limit: 100 })
    return items.flatMap(({ message }) => (message.includes(about) ? [message] : []))
  }

  /** Everything that is kept of what was done. */
  async told(): Promise<string> {
    const { admin } = this
    const limit = 200
    const kept = [admin.audit.list({ limit }), admin.jobs.list({ limit }), admin.timeline.list({ limit })]
    return JSON.stringify(await Promise.all(kept))
  }

  close(): Promise<void> {
    return this.house.close()
  }
}
