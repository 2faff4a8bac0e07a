import { Failure, type Event, type NewEvent, services } from '@wheelhouse/contract'
import type { ExecSession } from '@wheelhouse/driver'
import { type AuditTrail, type Caller, callerMay, requirePermission } from '../../dispatch/index.ts'
import { requireExec } from './exec-leave.ts'
import type { Registry } from '../../inventory/targets/index.ts'

// The best shell there is; the choice is made inside, where the files are.
const shell = ['/bin/sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi']

export interface TerminalRequest {
  readonly argv: readonly string[] | null
  readonly columns: number
  readonly rows: number
  readonly user?: string
}

/** Opens terminals for the sockets: permission first, then the event that tells of it, then the shell. */
export function createTerminals(registry: Registry, announce: (event: NewEvent) => Event, audit: AuditTrail) {
  return async (caller: Caller, reference: string, request: TerminalRequest): Promise<ExecSession> => {
    const found = registry.findService(reference, (place) => callerMay(caller, 'services.read', place))
    if (!found)
      throw new Failure('NOT_FOUND', `There is no service "${reference}".`, { kind: 'service', id: reference })
    // Before anything is told of the service; what it may reach is asked once its target answers.
    requirePermission(caller, 'services.exec', { targetId: found.targetId, serviceId: found.id })
    const { connection, nativeId, service } = registry.reach(found.id)
    if (!connection.capabilities.has('exec')) {
      throw new Failure('CAPABILITY_MISSING', `A ${service.kind} on ${service.targetName} has no terminal.`)
    }
    if (service.state !== 'running' && service.state !== 'degraded' && service.state !== 'starting') {
      throw new Failure('STATE_CONFLICT', `${service.name} is ${service.state}. Start it to open a terminal.`)
    }
    await requireExec(caller, service, connection, nativeId)
    const argv = request.argv ?? shell
    // The same entry as a one-shot command: who ran what where, written before it runs.
    const entry = await audit.begin({
      caller,
      operation: services.exec,
      input: { id: service.id, argv: [...argv], tty: true },
      requestId: crypto.randomUUID(),
    })
    const resource = `service:${service.id}`
    const session = await connection.exec(nativeId, { ...request, argv, tty: true }).catch(async (error: unknown) => {
      await entry.finish({ outcome: 'failed', resource, errorCode: error instanceof Failure ? error.code : 'INTERNAL' })
      throw error
    })
    await entry.finish({ outcome: 'done', resource })
    announce({
      type: 'service.exec',
      severity: 'info',
      actor: caller.username,
      targetId: service.targetId,
      serviceId: service.id,
      serviceName: service.name,
      stack: service.stack,
      message: `${caller.username} opened a terminal in ${service.name}.`,
      data: { argv: [...argv], ip: caller.ip },
    })
    return session
  }
}
