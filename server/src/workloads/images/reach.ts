import { Failure } from '@wheelhouse/contract'
import type { Connection, Images } from '@wheelhouse/driver'
import type { Registry, TargetRecord } from '../../inventory/targets/index.ts'

export interface Reached {
  readonly record: TargetRecord
  readonly images: Images
  readonly connection: Connection
}

/** Where to act on images. Throws NOT_FOUND, CAPABILITY_MISSING, or TARGET_UNREACHABLE while the target is not heard. */
export function reachImages(targets: Registry, targetId: string): Reached {
  const mirror = targets.mirror(targetId)
  const { record, connection } = mirror
  if (!connection.images)
    throw new Failure('CAPABILITY_MISSING', `${record.name} has no images: it is no container engine.`, {
      capability: 'images',
    })
  targets.connected(targetId)
  return { record, images: connection.images, connection }
}
