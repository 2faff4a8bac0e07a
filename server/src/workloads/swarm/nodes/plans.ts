import type { Plan } from '@wheelhouse/contract'
import type { SwarmNode } from '@wheelhouse/driver'
import { hostOf, isManager, isReachable, needed } from '../cluster/view.ts'
import { movedReasons, movedWarnings, movesFrom } from '../placement/moving.ts'
import { planOf } from '../plan-text.ts'
import type { Seen } from '../room.ts'

export interface NodeChange {
  readonly availability?: 'active' | 'pause' | 'drain' | undefined
  readonly role?: 'manager' | 'worker' | undefined
  /** null removes one. */
  readonly labels?: Readonly<Record<string, string | null>> | undefined
}

function changed(node: SwarmNode, { availability, role, labels }: NodeChange): SwarmNode {
  const kept = Object.entries({ ...node.Spec.Labels, ...labels }).filter(
    (pair): pair is [string, string] => pair[1] !== null,
  )
  return {
    ...node,
    Spec: {
      ...node.Spec,
      Labels: Object.fromEntries(kept),
      ...(availability ? { Availability: availability } : {}),
      ...(role ? { Role: role } : {}),
    },
  }
}

function managerWarnings({ sight }: Seen, node: SwarmNode, role: NodeChange['role']): string[] {
  if (role === undefined || role === node.Spec.Role) return []
  const managers = sight.nodes.filter(isManager)
  const after = role === 'manager' ? [...managers, node] : managers.filter(({ ID }) => ID !== node.ID)
  const reachable = after.filter((one) => isReachable(one) || one === node).length
  return [
    ...(reachable < needed(after.length)
      ? ['Too few managers would be reachable to agree: nothing could change any more.']
      : []),
    ...(after.length % 2 === 0
      ? [`${after.length} managers tolerate no more losses than ${after.length - 1}. Have an odd number.`]
      : []),
  ]
}

/** What changes, which tasks have to go, and whether they fit elsewhere. */
export function updatePlan(seen: Seen, node: SwarmNode, change: NodeChange): Plan {
  const after = changed(node, change)
  const moved = movesFrom(seen.sight, node.ID, after)
  const labels = Object.entries(change.labels ?? {}).flatMap(([key, value]) => {
    const was = node.Spec.Labels?.[key] ?? null
    return was === value ? [] : [`label ${key}: ${was ?? 'none'} → ${value ?? 'none'}`]
  })
  const { availability: now, role } = change
  const [was, is] = [node.Spec.Availability ?? 'active', now]
  return planOf({
    summary: `Change the node ${hostOf(node)} of ${seen.name}.`,
    steps: [
      {
        verb: 'change',
        kind: 'node',
        name: hostOf(node),
        reasons: [
          ...(is !== undefined && is !== was ? [`availability: ${was} → ${is}`] : []),
          ...(role !== undefined && role !== node.Spec.Role ? [`role: ${node.Spec.Role} → ${role}`] : []),
          ...labels,
          ...movedReasons(moved),
        ],
      },
    ],
    warnings: [...managerWarnings(seen, node, role), ...movedWarnings(moved)],
    kept: now === 'drain' ? ['containers that are no tasks', 'volumes on it'] : [],
    from: [node.ID, change, moved],
  })
}

export function removalPlan(seen: Seen, node: SwarmNode): Plan {
  const moved = movesFrom(seen.sight, node.ID, null)
  return planOf({
    summary: `Remove the node ${hostOf(node)} from ${seen.name}.`,
    steps: [
      {
        verb: 'remove',
        kind: 'node',
        name: hostOf(node),
        reasons: [`it is ${node.Status?.State ?? 'unknown'}`, ...movedReasons(moved)],
      },
    ],
    warnings: [
      ...movedWarnings(moved),
      ...(node.Status?.State === 'ready'
        ? ['It is up, and goes on with its tasks until it finds that it is out.']
        : []),
    ],
    kept: ['its labels are lost; what is on the machine stays'],
    from: [node.ID, moved],
  })
}
