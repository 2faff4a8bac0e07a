import type { NewEvent, Node } from '@wheelhouse/contract'
import type { MirrorChange } from '../../../inventory/targets/index.ts'
import { swarmView } from '../cluster/view.ts'
import { seenSwarm, type SwarmRoom } from '../room.ts'
import { nodeViews } from './view.ts'

type Known = ReadonlyMap<string, Pick<Node, 'hostname' | 'state' | 'role' | 'leader' | 'reachability'>>

/** Tells what happens to nodes, and when a Swarm loses its quorum and finds it again. */
export class NodeNews {
  readonly #room: SwarmRoom
  readonly #nodes = new Map<string, Known>()
  readonly #quorum = new Map<string, boolean>()
  #leave: () => void = () => undefined

  constructor(room: SwarmRoom) {
    this.#room = room
  }

  start(): void {
    this.#leave = this.#room.registry.onChange((change) => this.#hear(change))
  }
  close(): void {
    this.#leave()
  }

  #hear(change: MirrorChange): void {
    if (change.kind === 'target-removed') {
      this.#nodes.delete(change.id)
      this.#quorum.delete(change.id)
    }
    if (change.kind === 'target' && change.target.kind === 'swarm') this.#lookAtQuorum(change.target.id)
    if (change.kind !== 'resources' || change.of !== 'node') return
    this.#lookAtNodes(change.targetId)
    this.#lookAtQuorum(change.targetId)
  }

  #lookAtNodes(targetId: string): void {
    const { registry } = this.#room
    if (!registry.mirror(targetId).cluster?.sight) return
    const seen = seenSwarm(registry, targetId)
    const rows = seen.sight.nodes.map(nodeViews(seen, this.#room))
    const now = new Map(rows.map((node) => [node.nodeId, node]))
    const before = this.#nodes.get(targetId)
    this.#nodes.set(targetId, now)
    // What was so when it was first heard is no news.
    if (!before) return
    for (const node of rows) {
      const was = before.get(node.nodeId)
      if (!was)
        this.#tell(targetId, node.nodeId, { type: 'node.joined', message: `${node.hostname} joined ${seen.name}.` })
      else if (was.state !== node.state) this.#tell(targetId, node.nodeId, stateNews(node))
      else if (node.leader && !was.leader)
        this.#tell(targetId, node.nodeId, { type: 'node.changed', message: `${node.hostname} leads ${seen.name} now.` })
    }
    for (const [id, { hostname }] of before) {
      if (!now.has(id))
        this.#tell(targetId, id, { type: 'node.left', message: `${hostname} is no node of ${seen.name} any more.` })
    }
  }

  #lookAtQuorum(targetId: string): void {
    const { registry } = this.#room
    if (!registry.mirror(targetId).cluster?.sight) return
    const { quorum, name, tolerates } = swarmView(seenSwarm(registry, targetId))
    const before = this.#quorum.get(targetId)
    this.#quorum.set(targetId, quorum)
    if (before === undefined || before === quorum) return
    this.#room.announce({
      type: 'swarm.quorum',
      targetId,
      severity: quorum ? 'info' : 'error',
      message: quorum
        ? `${name} has its quorum again and tolerates the loss of ${tolerates} managers.`
        : `${name} has lost its quorum: tasks go on, but nothing can change until enough managers are back.`,
    })
  }

  #tell(targetId: string, nodeId: string, event: Pick<NewEvent, 'type' | 'severity' | 'message'>): void {
    this.#room.announce({ ...event, targetId, data: { nodeId } })
  }
}

function stateNews({ hostname, state, reason }: Node): Pick<NewEvent, 'type' | 'severity' | 'message'> {
  const because = reason === null ? '' : `: ${reason}`
  return state === 'ready'
    ? { type: 'node.state', message: `${hostname} is ready again.` }
    : { type: 'node.state', severity: 'error', message: `${hostname} is ${state}${because}.` }
}
