import { Failure, type Strategy } from '@wheelhouse/contract'
import type { Allowance } from '../../../inventory/policies/index.ts'
import type { PlacedObject, Placement, ReleaseContent } from '../../releases/index.ts'
import { bindObjects, type Rendered, requireAllowed, sealDigests } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { byStrategy, withImages } from './by-strategy.ts'
import { pinnedImages } from './pinned-images.ts'

/**
 * What a stack comes to on a Swarm: images by digest, an update policy by the strategy, secrets and configs by the names that they have
 * there. Changes nothing. Throws Failure POLICY_REFUSED, TARGET_UNREACHABLE.
 */
export async function onSwarm(
  room: DeployRoom,
  targetId: string,
  services: Rendered,
  how: {
    readonly allowance: Allowance
    readonly strategy: Strategy
    readonly before: ReleaseContent | null
    /** Of digests. */
    readonly key: string
  },
): Promise<{ placement: Placement; notes: string[] }> {
  const { cluster } = room.targets.connection(targetId)
  if (!cluster) throw new Failure('CAPABILITY_MISSING', `${targetId} is no Swarm.`, { capability: 'swarm' })
  const pins = await pinnedImages(room, targetId, services, how.before)
  const planned = withImages(byStrategy(services, how.strategy), pins.pinned)
  const allowed = requireAllowed(planned, how.allowance, room.rulesFor(targetId))
  const bound = await bindObjects(cluster, planned, how.key)
  const objects = bound.objects.map(({ spec: { kind, name }, name: as }): PlacedObject => ({ kind, name, as }))
  return {
    placement: { targetId, part: 'containers', rendered: sealDigests(bound.rendered, how.key), objects },
    notes: [...pins.notes, ...allowed],
  }
}
