import { Failure } from '@wheelhouse/contract'
import type { EngineSystem } from '@wheelhouse/driver'
import type { Registry } from '../../inventory/targets/index.ts'

/** The engine behind a target, heard. Throws CAPABILITY_MISSING where a target is none, and TARGET_UNREACHABLE. */
export function systemOf(registry: Registry, targetId: string): EngineSystem {
  const { connection, record } = registry.mirror(targetId)
  if (!connection.system) {
    throw new Failure('CAPABILITY_MISSING', `${record.name} is no container engine: it has nothing of that to tell.`, {
      capability: 'system',
    })
  }
  registry.connected(targetId)
  return connection.system
}
