import type { Client } from '@wheelhouse/client'
import type { Job, Node, Rollout, SwarmServiceDraft } from '@wheelhouse/contract'
import { expect, vi } from 'vitest'
import * as nodes from '../../../../../test/docker/swarm-of-nodes.ts'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'
import { where } from '../../../../../test/needs.ts'

export const patience = { timeout: 90_000, interval: 250 }
const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']

/** A house that has the lab's three nodes as targets, each under its own name. The Swarm they are in is for the test to make. */
export class LabSwarm {
  readonly house: TestHouse
  readonly admin: Client
  readonly mark = Math.random().toString(36).slice(2, 7)
  /** The target that is the Swarm, once there is one. */
  swarm = ''

  private constructor(house: TestHouse) {
    this.house = house
    this.admin = house.admin
  }

  /** `formed`: the nodes are in a Swarm already, n1 and those that are named as its managers. */
  static async open(formed: readonly nodes.NodeName[] | null = null): Promise<LabSwarm> {
    await (formed === null ? nodes.leaveSwarm() : nodes.formSwarm(formed))
    const own = new LabSwarm(await openTestHouse())
    const { admin } = own
    for (const name of nodes.nodeNames) await admin.targets.register({ name, address: where(name) })
    await vi.waitFor(async () => {
      const { items } = await admin.targets.list({ kind: 'docker' })
      expect(items.map(({ state }) => state)).toEqual(['connected', 'connected', 'connected'])
    }, patience)
    if (formed !== null)
      await vi.waitFor(async () => {
        const { items } = await admin.nodes.list({})
        expect(new Set(items.map(({ targetId }) => targetId))).toEqual(new Set(nodes.nodeNames))
        own.swarm = items[0]!.swarmId
      }, patience)
    return own
  }

  async close(): Promise<void> {
    await this.house.close()
    await nodes.leaveSwarm()
  }

  named(word: string): string {
    return `${word}-${this.mark}`
  }

  /** Ends at once when asked to, is replaced quickly, and watched for two seconds. */
  draft(word: string, more: Partial<SwarmServiceDraft> = {}): SwarmServiceDraft {
    return {
      name: this.named(word),
      image: `${where('nodesRegistry')}/lab/web:1`,
      mode: { kind: 'replicated', replicas: 2 },
      command: idle,
      endpointMode: 'dnsrr',
      restart: { condition: 'any', delayMs: 500 },
      update: { parallelism: 1, monitorMs: 2000, onFailure: 'rollback', order: 'stop-first' },
      rollback: { parallelism: 0, monitorMs: 1000, onFailure: 'pause' },
      ...more,
    }
  }

  ended(id: string): Promise<Job> {
    return vi.waitFor(async () => {
      const now = await this.admin.jobs.get({ id })
      expect(now.finishedAt).not.toBeNull()
      return now
    }, patience)
  }

  /** The newest job about this service, when it is over. */
  async followed(word: string): Promise<Job> {
    const { items } = await this.admin.jobs.list({ kind: 'swarm.rollout', limit: 100 })
    return this.ended(items.find(({ title }) => title.includes(this.named(word)))!.id)
  }

  async create(word: string, more: Partial<SwarmServiceDraft> = {}): Promise<string> {
    const { id } = await this.admin.swarmServices.create({ swarm: this.swarm, draft: this.draft(word, more) })
    expect((await this.followed(word)).error).toBeNull()
    return id
  }

  rollout(id: string, holds: (now: Rollout) => void): Promise<Rollout> {
    return vi.waitFor(async () => {
      const now = await this.admin.swarmServices.rollout({ id })
      holds(now)
      return now
    }, patience)
  }

  /** By the name of its target. */
  async node(name: string): Promise<Node> {
    const { items } = await this.admin.nodes.list({ swarm: this.swarm })
    return items.find(({ targetId }) => targetId === name)!
  }
  nodeIs(name: string, holds: (node: Node) => void): Promise<void> {
    return vi.waitFor(async () => holds(await this.node(name)), patience)
  }

  /** Waits for the timeline to tell it. */
  async told(type: string, words: RegExp): Promise<void> {
    await vi.waitFor(async () => {
      const { items } = await this.admin.timeline.list({ type, limit: 100 })
      expect(items.map(({ message }) => message).join('\n')).toMatch(words)
    }, patience)
  }
}
