import { Failure, notFound } from '@wheelhouse/contract'
import { type Caller, callerMay } from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import { requireExec } from '../services/index.ts'
import type { Terminal } from './terminal.ts'

/** A target that is not heard for a moment takes nobody's rights away; what the policy says is asked when it is back. */
export function keptWhileUnreachable(error: unknown): 'write' | null {
  return error instanceof Failure && error.code === 'TARGET_UNREACHABLE' ? 'write' : null
}

/** What a caller may do at a terminal: type, or look on where its people have shared it. Throws what keeps him from both. */
export async function leaveAt(registry: Registry, terminal: Terminal, caller: Caller): Promise<'write' | 'read'> {
  const { id, service } = terminal.parts
  const place = { targetId: service.targetId, serviceId: service.id }
  const may = (permission: 'services.read' | 'services.exec' | 'logs.read'): boolean =>
    callerMay(caller, permission, place)
  if (!may('services.read') && !may('services.exec')) throw notFound('terminal', id)
  const refused = new Failure('FORBIDDEN', 'You may not use this terminal: it needs services.exec.', {
    permission: 'services.exec',
    ...place,
  })
  try {
    // Asked first: a target that is not heard must not be why somebody keeps what was taken from him.
    if (!may('services.exec')) throw refused
    // Where it runs no more there is nothing to reach; what it printed is for those who could have opened it.
    if (terminal.ended || !registry.service(service.id)) return 'write'
    const { connection, nativeId } = registry.reach(service.id)
    await requireExec(caller, service, connection, nativeId)
    return 'write'
  } catch (error) {
    if (terminal.shared && may('logs.read') && error instanceof Failure && error.status === 403) return 'read'
    throw error
  }
}
