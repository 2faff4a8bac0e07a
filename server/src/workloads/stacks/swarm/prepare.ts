import { Failure } from '@wheelhouse/contract'
import type { Cluster } from '@wheelhouse/driver'
import type { Sight } from '../../../inventory/targets/index.ts'
import { sealDigests } from '../reconcile/digest.ts'
import { merged, partOf } from '../reconcile/part.ts'
import { requireConnected } from '../reconcile/present.ts'
import type { Rendered } from '../rendered.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { nothingPast, type StackRecord } from '../store.ts'
import { bindObjects } from './bind.ts'
import { decideSwarm, type SwarmDecision } from './decide.ts'

export interface SwarmPrepared {
  readonly cluster: Cluster
  readonly sight: Sight
  /** What counts as the stack then: with those services that are not brought, as they were applied before. */
  readonly plain: Rendered
  /** The same with the names that its secrets and configs have, and its digests. */
  readonly bound: Rendered
  readonly decision: SwarmDecision
}

export function clusterFor(room: StackRoom, target: StackTarget): { readonly cluster: Cluster; readonly sight: Sight } {
  requireConnected(target)
  const { cluster } = room.targets.connection(target.id)
  const sight = room.targets.sight(target.id)
  if (!cluster) throw new Failure('CAPABILITY_MISSING', `${target.name} is no Swarm.`, { capability: 'swarm' })
  if (!sight)
    throw new Failure('TARGET_UNREACHABLE', `${target.name} has not told yet what it holds. Try again in a moment.`, {
      targetId: target.id,
    })
  return { cluster, sight }
}

/** What bringing a stack to a Swarm takes, as things are now. Changes nothing. */
export async function prepareSwarm(
  room: StackRoom,
  target: StackTarget,
  stack: StackRecord | null,
  rendered: Rendered,
  only: ReadonlySet<string> | null,
): Promise<SwarmPrepared> {
  const { cluster, sight } = clusterFor(room, target)
  const past = stack ? await room.store.past(stack) : nothingPast
  const plain = only === null ? rendered : merged(rendered, past.applied, only)
  const key = await room.store.digestKey()
  const chosen = await bindObjects(cluster, plain, key)
  const networks = await room.targets.connection(target.id).resources()
  const whole = decideSwarm(plain, chosen, past, { sight, networks })
  const bound = sealDigests(chosen.rendered, key)
  return { cluster, sight, plain, bound, decision: only === null ? whole : narrowed(whole, plain, only) }
}

/** Of everything that would have to happen only what these services need. */
function narrowed(decision: SwarmDecision, plain: Rendered, only: ReadonlySet<string>): SwarmDecision {
  const part = partOf(plain, only)
  const isPart = (kind: string, name: string): boolean =>
    part.objects?.some((one) => one.kind === kind && one.name === name) === true
  return {
    ...decision,
    services: decision.services.filter(({ spec }) => only.has(spec.service)),
    networks: decision.networks.filter(({ spec }) => part.resources.some(({ name }) => name === spec.name)),
    objects: decision.objects.filter(({ spec }) => isPart(spec.kind, spec.name)),
    removedServices: [],
    removedNetworks: [],
    removedObjects: [],
    foreign: [],
  }
}
