import { Failure, type Service } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import { type Caller, callerMay, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'

/** Throws CAPABILITY_MISSING where nothing can be run inside; of a Swarm service it says where it can. */
export function requireInside(registry: Registry, service: Service, connection: Connection): void {
  if (connection.capabilities.has('exec')) return
  const { kind, name, targetName } = service
  const missing = { capability: 'exec' }
  if (kind !== 'swarm-service')
    throw new Failure('CAPABILITY_MISSING', `${targetName} cannot run commands inside a ${kind}.`, missing)
  const tasks = registry.tasksOf(service)
  const which = tasks.length === 0 ? 'None runs now.' : `Name one of them: ${tasks.slice(0, 10).join(', ')}.`
  throw new Failure('CAPABILITY_MISSING', `${name} is a Swarm service, and commands run inside its tasks. ${which}`, {
    ...missing,
    tasks,
  })
}

/**
 * Asks for leave to run commands inside a service. In one that reaches beyond its own walls a command reaches there too, so what
 * the policy of stacks keeps from developers would be open by the side door: there it takes who may manage the target.
 */
export async function requireExec(
  caller: Caller,
  service: Service,
  connection: Connection,
  nativeId: string,
): Promise<void> {
  requirePermission(caller, 'services.exec', { targetId: service.targetId, serviceId: service.id })
  await refuseBeyond(caller, service, connection, nativeId)
}

/** Throws POLICY_REFUSED where a service reaches beyond its own walls, and with it whoever is inside, but for who may manage its target. */
export async function refuseBeyond(
  caller: Caller,
  service: Service,
  connection: Connection,
  nativeId: string,
): Promise<void> {
  const place = { targetId: service.targetId, serviceId: service.id }
  if (callerMay(caller, 'targets.manage', place)) return
  const { powers } = await connection.inspect(nativeId)
  if (powers.length === 0) return
  throw new Failure(
    'POLICY_REFUSED',
    `${service.name} ${powers.join(', ')}: what is done in it reaches beyond it. An administrator can do it.`,
    { powers },
  )
}
