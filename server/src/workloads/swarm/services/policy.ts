import type { ServiceSpec } from '@wheelhouse/driver'
import type { Caller } from '../../../dispatch/index.ts'
import { callerMay } from '../../../dispatch/index.ts'
import { type Allowance, allowanceOf, refuseOrTell, swarmServiceReasons } from '../../../inventory/policies/index.ts'
import { seenSwarm, type SwarmRoom } from '../room.ts'
import { Names } from './spec-of-draft.ts'

/** What a service asks of the nodes that the policy of the Swarm does not allow. */
export function reasonsOf(room: SwarmRoom, targetId: string, spec: ServiceSpec): string[] {
  const names = new Names(seenSwarm(room.registry, targetId).sight)
  return swarmServiceReasons(spec, (id) => names.networkName(id), room.rulesFor(targetId))
}

/** Throws POLICY_REFUSED, or answers what an administrator should know before going on. */
export function allowed(room: SwarmRoom, targetId: string, spec: ServiceSpec, caller: Caller): readonly string[] {
  return allowedTo(room, targetId, spec, allowanceOf(caller, targetId))
}

/** The same for a job, whose caller is gone. */
export function allowedTo(
  room: SwarmRoom,
  targetId: string,
  spec: ServiceSpec,
  allowance: Allowance,
): readonly string[] {
  return refuseOrTell(reasonsOf(room, targetId, spec), 'this service', allowance, room.rulesFor(targetId))
}

/** Whether the policy binds this caller. */
export const isBound = (room: SwarmRoom, targetId: string, caller: Caller): boolean =>
  !callerMay(caller, 'targets.manage') || room.rulesFor(targetId).enforceOnAdministrators
