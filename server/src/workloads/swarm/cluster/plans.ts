import type { Plan } from '@wheelhouse/contract'
import type { SwarmMembership } from '@wheelhouse/driver'
import { movedReasons, movedWarnings, movesFrom } from '../placement/moving.ts'
import { planOf, some } from '../plan-text.ts'
import type { Seen } from '../room.ts'
import { hostOf, isManager, isReachable, needed } from './view.ts'

export function initPlan(
  engine: string,
  input: { readonly autolock?: boolean | undefined; readonly forceNewCluster?: boolean | undefined },
  membership: SwarmMembership,
): Plan {
  const anew = input.forceNewCluster === true
  return planOf({
    summary: anew
      ? `Start a new cluster from what ${engine} knows, with ${engine} as its only manager.`
      : `Make ${engine} the first manager of a new Swarm.`,
    steps: [
      {
        verb: anew ? 'replace' : 'create',
        kind: 'swarm',
        name: engine,
        reasons: anew ? ['services, secrets and configs stay as this manager knows them'] : [],
      },
    ],
    warnings: [
      ...(anew
        ? ['The other managers are forgotten. They have to leave and join anew, also when they come back.']
        : []),
      ...(anew && membership.state === 'active' && membership.error === null
        ? ['Its managers seem to agree still. Only a Swarm that has lost its quorum needs this.']
        : []),
      ...(input.autolock === true
        ? ['Managers that restart wait for the unlock key. It is told once, with the answer: keep it.']
        : []),
    ],
    kept: ['containers that run on it'],
    from: [engine, input, membership.state],
  })
}

export function joinPlan(engine: string, { name, sight }: Seen, role: 'worker' | 'manager'): Plan {
  const managers = sight.nodes.filter(isManager).length + (role === 'manager' ? 1 : 0)
  return planOf({
    summary: `Let ${engine} join ${name} as a ${role}.`,
    steps: [
      {
        verb: 'create',
        kind: 'node',
        name: engine,
        reasons: [role === 'manager' ? `then ${some(managers, 'manager')} agree on every change` : 'it runs tasks'],
      },
    ],
    warnings:
      role === 'manager' && managers % 2 === 0
        ? [`${managers} managers tolerate no more losses than ${managers - 1}.`]
        : [],
    kept: ['containers that run on it'],
    from: [engine, name, role, managers],
  })
}

export interface Leaving {
  readonly engine: string
  readonly nodeId: string | null
  readonly manager: boolean
  /** The Swarm it leaves, where a manager of it is registered. */
  readonly seen: Seen | null
}

/** True where no other manager is left. */
export const isLast = ({ nodeId, manager, seen }: Leaving): boolean =>
  manager && (seen === null || !seen.sight.nodes.some((node) => isManager(node) && node.ID !== nodeId))

/** True where the others cannot agree on anything once it is gone without having been demoted. */
export function endsQuorum({ nodeId, manager, seen }: Leaving): boolean {
  if (!manager || seen === null) return manager
  const managers = seen.sight.nodes.filter(isManager)
  const others = managers.filter((node) => node.ID !== nodeId)
  // It is demoted first, so that the others are counted without it.
  return others.length > 0 && others.filter(isReachable).length < needed(others.length)
}

export function leavePlan(leaving: Leaving, force: boolean): Plan {
  const { engine, nodeId, manager, seen } = leaving
  const moved = seen && nodeId !== null ? movesFrom(seen.sight, nodeId, null) : []
  const node = seen?.sight.nodes.find(({ ID }) => ID === nodeId)
  const last = isLast(leaving)
  return planOf({
    summary: `Let ${engine} leave ${seen?.name ?? 'its Swarm'}.`,
    steps: [
      {
        verb: 'remove',
        kind: last ? 'swarm' : 'node',
        name: last ? (seen?.name ?? engine) : node ? hostOf(node) : engine,
        reasons: [...(manager && !last && !force ? ['it is demoted to a worker first'] : []), ...movedReasons(moved)],
      },
    ],
    warnings: [
      ...(last ? ['It is the last manager: the Swarm ends, with its services, secrets and configs.'] : []),
      ...(!last && endsQuorum(leaving) ? ['The other managers cannot agree without it: nothing can change then.'] : []),
      ...(seen === null ? ['No other manager of its Swarm is registered, so what moves is not known.'] : []),
      ...(last ? [] : movedWarnings(moved)),
    ],
    kept: ['containers that are no tasks', 'volumes on it'],
    from: [nodeId, moved, force],
  })
}
