import { Failure, type NewEvent } from '@wheelhouse/contract'
import type { DriverLog, SwarmMembership, TargetOptions } from '@wheelhouse/driver'
import type { TargetRecord } from './mirror.ts'
import type { Registry } from './registry.ts'

export interface SwarmsParts {
  readonly registry: Registry
  readonly log: DriverLog
  announce(event: NewEvent): unknown
}

/** An engine's place in a Swarm as it was told last. */
export interface Member {
  readonly targetId: string
  readonly clusterId: string
  readonly nodeId: string | null
  readonly manager: boolean
}

const lookAgainMs = 15_000
/** A target that is changed goes and comes back: its Swarm need not go with it. */
const patienceMs = 1_000

/** A Swarm's own id goes on when its engines are registered anew, so what was granted on it does too. */
export const swarmTargetId = (clusterId: string): string => `swarm-${clusterId.slice(0, 12)}`
export const swarmAddress = (clusterId: string): string => `swarm://${clusterId}`

/** States that tell nothing of whether it is in a Swarm: it is the one it was. */
const undecided: ReadonlySet<SwarmMembership['state']> = new Set(['pending', 'error', 'locked'])

/**
 * The Swarms that registered engines are managers of. Each is a target of its own, however many managers it has, from when the first is
 * heard until none is left; one that does not answer is still one.
 */
export class Swarms {
  readonly #parts: SwarmsParts
  readonly #members = new Map<string, Member>()
  /** Engines that have been asked since they were last connected. */
  readonly #asked = new Set<string>()
  readonly #looking = new Map<string, Promise<SwarmMembership>>()
  #leave: () => void = () => undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #patience: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(parts: SwarmsParts) {
    this.#parts = parts
  }

  start(): void {
    const { registry } = this.#parts
    this.#leave = registry.onChange((change) => {
      if (change.kind === 'target-removed') {
        this.#asked.delete(change.id)
        this.#settleSoon()
      }
      if (change.kind !== 'target' || change.target.kind !== 'docker') return
      const { id, state } = change.target
      if (state !== 'connected') this.#asked.delete(id)
      else if (!this.#asked.has(id)) this.#lookAside(id)
    })
    const all = (): void => {
      for (const target of registry.targets())
        if (target.kind === 'docker' && target.state === 'connected') this.#lookAside(target.id)
    }
    all()
    this.#timer = setInterval(all, lookAgainMs)
    this.#timer.unref()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    clearTimeout(this.#patience)
    this.#leave()
  }

  /** How to open every registered engine that is a manager of this Swarm. */
  managersOf(clusterId: string): TargetOptions[] {
    return this.membersOf(clusterId).flatMap(({ targetId, manager }) => {
      const stored = manager ? this.#parts.registry.stored(targetId) : null
      if (!stored) return []
      const { record, tls, ssh } = stored
      return [{ id: record.id, name: record.name, address: record.address, tls, ssh }]
    })
  }

  membersOf(clusterId: string): Member[] {
    return [...this.#members.values()].filter(
      (member) => member.clusterId === clusterId && this.#parts.registry.stored(member.targetId) !== null,
    )
  }

  /** The registered engine that is this node; null where it is not registered. */
  engineOf(nodeId: string): string | null {
    const member = [...this.#members.values()].find((one) => one.nodeId === nodeId)
    return member && this.#parts.registry.stored(member.targetId) ? member.targetId : null
  }

  /** Registered engines that are nodes of a Swarm, by its target; managers first. */
  enginesOf(swarmId: string): string[] {
    const { registry } = this.#parts
    const nodes = registry.stored(swarmId) === null ? [] : (registry.mirror(swarmId).cluster?.sight?.nodes ?? [])
    const managersFirst = nodes.toSorted((a, b) => Number(Boolean(b.ManagerStatus)) - Number(Boolean(a.ManagerStatus)))
    return managersFirst.flatMap(({ ID }) => this.engineOf(ID) ?? [])
  }

  /** The Swarms whose node a registered engine is, by their targets. */
  swarmsOf(engineId: string): string[] {
    const swarms = this.#parts.registry.records().filter(({ kind }) => kind === 'swarm')
    return swarms.flatMap(({ id }) => (this.enginesOf(id).includes(engineId) ? [id] : []))
  }

  /** Asks an engine now, and follows what it says. CAPABILITY_MISSING where it has no part in Swarms. */
  look(targetId: string): Promise<SwarmMembership> {
    const known = this.#looking.get(targetId)
    if (known) return known
    const asking = this.#look(targetId).finally(() => this.#looking.delete(targetId))
    this.#looking.set(targetId, asking)
    return asking
  }

  /** The same, after what was asked before: to see what an act has just changed. */
  async lookAnew(targetId: string): Promise<SwarmMembership> {
    await this.#looking.get(targetId)?.catch(() => undefined)
    return this.look(targetId)
  }

  #lookAside(targetId: string): void {
    this.#asked.add(targetId)
    this.look(targetId).catch((error: unknown) => {
      this.#asked.delete(targetId)
      this.#parts.log.debug({ error: String(error), targetId }, 'an engine did not say whether it is in a Swarm')
    })
  }

  async #look(targetId: string): Promise<SwarmMembership> {
    const { registry } = this.#parts
    const { door } = registry.mirror(targetId).connection
    if (!door) {
      const { name } = registry.mirror(targetId).record
      throw new Failure('CAPABILITY_MISSING', `${name} is no Docker engine, so it cannot be in a Swarm.`, {
        capability: 'swarm',
      })
    }
    const membership = await door.membership()
    if (this.#closed) return membership
    this.#keep(targetId, membership)
    this.#settle()
    return membership
  }

  #keep(targetId: string, { state, clusterId, nodeId, manager }: SwarmMembership): void {
    const before = this.#members.get(targetId)
    if (state === 'inactive') this.#members.delete(targetId)
    // Only managers are told the cluster's id, and those without a leader are not.
    else if (clusterId !== null) this.#members.set(targetId, { targetId, clusterId, nodeId, manager })
    else if (before && (undecided.has(state) || manager)) return
    else if (nodeId !== null) this.#members.set(targetId, { targetId, clusterId: '', nodeId, manager: false })
  }

  #settleSoon(): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#settle(), patienceMs)
    this.#patience.unref()
  }

  /** Makes the targets what the memberships say. */
  #settle(): void {
    if (this.#closed) return
    const { registry } = this.#parts
    const wanted = new Set([...this.#members.values()].filter(({ manager }) => manager).map((one) => one.clusterId))
    for (const clusterId of wanted) {
      if (this.managersOf(clusterId).length === 0) wanted.delete(clusterId)
      else if (registry.stored(swarmTargetId(clusterId)) === null) registry.add(found(clusterId))
    }
    for (const record of registry.records()) {
      if (record.kind !== 'swarm' || wanted.has(record.address.slice(swarmAddress('').length))) continue
      void registry.drop(record.id)
      this.#parts.announce({
        type: 'swarm.changed',
        targetId: record.id,
        message: `${record.name} is out of view: none of its managers is registered any more.`,
      })
    }
  }
}

function found(clusterId: string): { record: TargetRecord; tls: null; ssh: null } {
  const id = swarmTargetId(clusterId)
  return {
    record: {
      id,
      name: id,
      kind: 'swarm',
      address: swarmAddress(clusterId),
      tls: false,
      group: null,
      tags: [],
      origin: 'found',
      createdAt: new Date().toISOString(),
    },
    tls: null,
    ssh: null,
  }
}
