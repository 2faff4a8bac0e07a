import { Failure, type Node, type nodes } from '@wheelhouse/contract'
import type { SwarmNode } from '@wheelhouse/driver'
import { type Handlers, paged } from '../../../dispatch/index.ts'
import { clusterOf, nativeOf, seenSwarm, seenSwarms, shown, type Seen, type SwarmRoom } from '../room.ts'
import { type NodeChange, removalPlan, updatePlan } from './plans.ts'
import { byNeed, nodeViews } from './view.ts'

/** By id, by row id, or by a host name that only one node has. */
function findNode({ name, sight }: Seen, reference: string): SwarmNode {
  const byId = sight.nodes.find((node) => node.ID === reference || node.ID === nativeOf(reference))
  if (byId) return byId
  const [first, second] = sight.nodes.filter((node) => node.Description?.Hostname === reference)
  if (first && !second) return first
  if (!first) throw new Failure('NOT_FOUND', `${name} has no node "${reference}".`, { kind: 'node', id: reference })
  throw new Failure('CONFLICT', `Several nodes of ${name} are called ${reference}. Name one by its id.`, {
    candidates: sight.nodes.filter((node) => node.Description?.Hostname === reference).map(({ ID }) => ID),
  })
}

export function nodeHandlers(room: SwarmRoom): Handlers<typeof nodes> {
  const { registry, announce } = room
  const found = (swarm: string, reference: string): { seen: Seen; node: SwarmNode } => {
    const seen = seenSwarm(registry, swarm)
    return { seen, node: findNode(seen, reference) }
  }
  const view = (seen: Seen, node: SwarmNode): Node => nodeViews(seen, room)(node)
  const changeOf = ({ availability, role, labels }: NodeChange): NodeChange => ({
    ...(availability ? { availability } : {}),
    ...(role ? { role } : {}),
    ...(labels ? { labels } : {}),
  })
  const refuse = (seen: Seen, node: SwarmNode, { role }: NodeChange): void => {
    const managers = seen.sight.nodes.filter((one) => one.Spec.Role === 'manager')
    if (role !== 'worker' || node.Spec.Role !== 'manager' || managers.length > 1) return
    throw new Failure('STATE_CONFLICT', `${view(seen, node).hostname} is the only manager. Promote another node first.`)
  }
  const removable = (seen: Seen, node: SwarmNode, force: boolean): void => {
    const { hostname, state, role } = view(seen, node)
    if (role === 'manager' && !force)
      throw new Failure('STATE_CONFLICT', `${hostname} is a manager. Demote it first.`, { role })
    if (state === 'ready' && !force)
      throw new Failure('STATE_CONFLICT', `${hostname} is up. Let it leave first, or remove it by force.`, { state })
  }

  return {
    list: async (input, { caller }) => {
      const text = input.q?.toLowerCase()
      const rows = seenSwarms(registry, caller, input.swarm)
        .flatMap((seen) => seen.sight.nodes.map(nodeViews(seen, room)))
        .filter(
          (node) =>
            text === undefined || `${node.hostname} ${node.nodeId} ${node.address}`.toLowerCase().includes(text),
        )
      return paged(rows.sort(byNeed), input)
    },
    get: async ({ swarm, node: reference }) => {
      const { seen, node } = found(swarm, reference)
      return view(seen, node)
    },

    update: {
      plan: async ({ swarm, node: reference, ...change }) => {
        const { seen, node } = found(swarm, reference)
        refuse(seen, node, change)
        return updatePlan(seen, node, changeOf(change))
      },
      run: async ({ swarm, node: reference, ...input }, context) => {
        const { seen, node } = found(swarm, reference)
        const change = changeOf(input)
        refuse(seen, node, change)
        const before = view(seen, node)
        await clusterOf(registry, swarm).updateNode(node.ID, change)
        const after = await shown(
          room,
          swarm,
          () => {
            const now = seenSwarm(registry, swarm)
            const row = now.sight.nodes.find(({ ID }) => ID === node.ID)
            return row && row !== node && shows(view(now, row), change) ? view(now, row) : null
          },
          context.signal,
        )
        const facts = ({ availability, role, labels }: Node) => ({ availability, role, labels })
        context.audit({
          resource: `node:${before.id}`,
          before: facts(before),
          after: after ? facts(after) : { ...facts(before), ...change },
        })
        announce({
          type: 'node.changed',
          targetId: swarm,
          actor: context.caller.username,
          message: `${before.hostname} ${told(change)}.`,
          data: { nodeId: node.ID, ...change },
        })
        return after ?? before
      },
    },

    remove: {
      plan: async ({ swarm, node: reference, force }) => {
        const { seen, node } = found(swarm, reference)
        removable(seen, node, force ?? false)
        return removalPlan(seen, node)
      },
      run: async ({ swarm, node: reference, force }, context) => {
        const { seen, node } = found(swarm, reference)
        removable(seen, node, force ?? false)
        const { id, hostname, role, state } = view(seen, node)
        await clusterOf(registry, swarm).removeNode(node.ID, force ?? false)
        context.audit({ resource: `node:${id}`, before: { hostname, role, state } })
        await shown(
          room,
          swarm,
          () => (seenSwarm(registry, swarm).sight.nodes.some(({ ID }) => ID === node.ID) ? null : true),
          context.signal,
        )
        return { ok: true }
      },
    },
  }
}

function shows(node: Node, { availability, role, labels }: NodeChange): boolean {
  return (
    (availability === undefined || node.availability === availability) &&
    (role === undefined || node.role === role) &&
    Object.entries(labels ?? {}).every(([key, value]) => (node.labels[key] ?? null) === value)
  )
}

function told({ availability, role, labels }: NodeChange): string {
  const count = Object.keys(labels ?? {}).length
  return [
    availability === 'active' ? 'takes tasks again' : availability === 'pause' ? 'takes no new tasks' : null,
    availability === 'drain' ? 'is drained' : null,
    role === 'manager' ? 'was promoted to a manager' : role === 'worker' ? 'was demoted to a worker' : null,
    count > 0 ? 'has other labels' : null,
  ]
    .filter((words) => words !== null)
    .join(' and ')
}
