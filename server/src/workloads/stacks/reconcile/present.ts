import { Failure } from '@wheelhouse/contract'
import type { Present } from './decide.ts'
import type { StackTarget, StackTargets } from '../stack-targets.ts'

/** Plans and acts only on what is known now: an old picture would make the wrong changes. */
export function requireConnected(target: StackTarget): StackTarget {
  if (target.state === 'connected') return target
  const why =
    target.state === 'connecting'
      ? 'is not connected yet. Try again in a moment.'
      : 'does not answer. Try again when it is back.'
  throw new Failure('TARGET_UNREACHABLE', `${target.name} ${why}`, { targetId: target.id })
}

export async function presentOn(targets: StackTargets, targetId: string): Promise<Present> {
  const connection = targets.connection(targetId)
  const hasResources = connection.capabilities.has('networks') || connection.capabilities.has('volumes')
  const resources = hasResources ? await connection.resources() : []
  return { services: targets.services(targetId), resources }
}
